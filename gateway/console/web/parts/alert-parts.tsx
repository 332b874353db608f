// How an alert is told wherever alerts are listed: state, severity, what and when, in icons and words.

import type { AlertSummary } from '../../api/alerts.js';
import { pathOf } from '../shell/router.js';
import { isMessage, t } from '../words/language.js';
import { showDuration, showTemperature } from '../words/shown.js';
import { Chip, type Tone } from './chip.js';
import type { IconName } from './icon.js';
import { CorrectedMoment, Moment } from './moment.js';

const stateLooks: Readonly<Record<AlertSummary['state'], readonly [Tone, IconName]>> = {
  open: ['bad', 'alert'],
  acknowledged: ['warn', 'person'],
  assessed: ['plain', 'sign'],
  closed: ['ok', 'ok'],
};

export function AlertStateChip({ state }: Pick<AlertSummary, 'state'>) {
  const [tone, icon] = stateLooks[state];
  return <Chip tone={tone} icon={icon} words={t(`alert-state.${state}`)} />;
}

/** Bars: the graver, the more of them. */
const bars = { notice: 1, minor: 2, major: 3, critical: 4 } as const;

export function SeverityWords({ severity }: Pick<AlertSummary, 'severity'>) {
  return (
    <span class="row severity">
      <svg class="bars" viewBox="0 0 24 24" aria-hidden="true">
        {[1, 2, 3, 4].map((bar) => (
          <line
            key={bar}
            class={bar <= bars[severity] ? 'on' : 'off'}
            x1={bar * 5 - 0.5}
            x2={bar * 5 - 0.5}
            y1="20"
            y2={20 - bar * 4}
          />
        ))}
      </svg>
      {t(`severity.${severity}`)}
    </span>
  );
}

/** What kind of thing happened, with its rule where one fired. */
export function alertTitle({ source, rule, sensorId }: AlertSummary): string {
  return t(`alert-source.${source}`, { probe: sensorId, rule: rule ?? '' }).trim();
}

export function AlertLink({ alert }: { alert: AlertSummary }) {
  return <a href={pathOf('alerts', alert.id)}>{alertTitle(alert)}</a>;
}

export function AlertWindow({ alert }: { alert: AlertSummary }) {
  const { fromMs, recordedFromMs, toMs, isOngoing } = alert;
  return (
    <>
      <CorrectedMoment atMs={fromMs} recordedAtMs={recordedFromMs} detail="short" />
      {isOngoing ? <strong>{` – ${t('alert.goes-on')}`}</strong> : null}
      {toMs === null || isOngoing ? null : (
        <>
          {' – '}
          <Moment atMs={toMs} />
        </>
      )}
    </>
  );
}

/** How far it went: "9.4 °C, limit 8.0 °C, 22 min". */
export function alertMeasure({ extremeMilliC, limitMilliC, outsideMs }: AlertSummary): string {
  return [
    extremeMilliC === null ? undefined : showTemperature(extremeMilliC),
    limitMilliC === null ? undefined : t('alert.limit', { limit: showTemperature(limitMilliC) }),
    outsideMs === null || outsideMs === 0 ? undefined : showDuration(outsideMs),
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}

/** A word of the log where this program knows it, else the log's own. */
export function logWord(kind: string, word: string): string {
  const key = `${kind}.${word}`;
  return isMessage(key) ? t(key) : word;
}
