// What a page says when there is nothing to show, or something is wrong: what it is, what it means for the goods, and
// what a person can do. Refusals of the gateway are shown in its own words, with their code.

import type { ComponentChildren } from 'preact';
import { ApiError } from '../net/api-error.js';
import { t } from '../words/language.js';
import { showDuration } from '../words/shown.js';
import { Icon, type IconName } from './icon.js';

type NoticeTone = 'plain' | 'ok' | 'warn' | 'bad';

const icons: Readonly<Record<NoticeTone, IconName>> = {
  plain: 'info',
  ok: 'ok',
  warn: 'warning',
  bad: 'excursion',
};

interface NoticeProps {
  readonly tone?: NoticeTone;
  readonly title: string;
  readonly children?: ComponentChildren;
  /** Read out as soon as it is there. */
  readonly isUrgent?: boolean;
}

export function Notice({ tone = 'plain', title, children, isUrgent = false }: NoticeProps) {
  return (
    <div class={`notice ${tone}`} role={isUrgent ? 'alert' : undefined}>
      <Icon name={icons[tone]} />
      <div class="body">
        <strong>{title}</strong>
        {children}
      </div>
    </div>
  );
}

interface EmptyProps {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ComponentChildren;
}

/** Nothing there, and that is no fault. */
export function Empty({ icon, title, children }: EmptyProps) {
  return (
    <div class="card empty">
      <Icon name={icon} />
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** Nothing is broken. */
const mild: ReadonlySet<string> = new Set(['forbidden', 'slow-down', 'busy', 'absent']);

/** Why something could not be shown or done. */
export function Trouble({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const known = error instanceof ApiError ? error : new ApiError('failed');
  const { trouble, told, retryAfterMs } = known;
  const wait = retryAfterMs === undefined ? '' : showDuration(retryAfterMs);
  return (
    <Notice tone={mild.has(trouble) ? 'warn' : 'bad'} title={t(`trouble.${trouble}.title`)} isUrgent>
      <p>{told?.message ?? t(`trouble.${trouble}.body`)}</p>
      {told?.hint === undefined || told.hint === '' ? null : <p>{told.hint}</p>}
      {wait === '' ? null : <p>{t('trouble.wait', { time: wait })}</p>}
      {told ? <p class="soft small code">{`[${told.code}]`}</p> : null}
      {onRetry ? (
        <button type="button" class="button" onClick={onRetry}>
          {t('action.retry')}
        </button>
      ) : null}
    </Notice>
  );
}

/** Stands where something will be. */
export function Loading({ tall = false }: { tall?: boolean }) {
  return (
    <div class="card stack" role="status">
      <span class="unseen">{t('state.loading')}</span>
      <div class={tall ? 'bone tall' : 'bone'} />
      <div class="bone" />
      <div class="bone" />
    </div>
  );
}
