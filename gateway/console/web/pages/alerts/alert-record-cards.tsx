// What the log holds of an alert: its records under a signed head, the words of the newest one, and everything that was
// done, step by step.

import type { AlertDetail } from '../../../api/alerts.js';
import { addressOf } from '../../net/api-client.js';
import { logWord } from '../../parts/alert-parts.js';
import { Facts } from '../../parts/facts.js';
import { Moment } from '../../parts/moment.js';
import { pathOf } from '../../shell/router.js';
import { hasRole } from '../../shell/session.js';
import { t } from '../../words/language.js';
import { showCount } from '../../words/shown.js';

export function EvidenceCard({ alert }: { alert: AlertDetail }) {
  const { records, firstSequence, lastSequence, checkpoint, evidenceHash, matter } = alert;
  return (
    <section class="card stack" aria-labelledby="evidence-title">
      <h2 id="evidence-title">{t('alert.evidence')}</h2>
      <Facts
        facts={[
          [t('alert.records'), showCount(records)],
          firstSequence === null || lastSequence === null
            ? [t('alert.sequence'), t('alert.not-signed-yet')]
            : [t('alert.sequence'), `${showCount(firstSequence)} – ${showCount(lastSequence)}`],
          checkpoint === null
            ? undefined
            : [
                t('alert.checkpoint'),
                <span key="checkpoint" class="code">
                  {t('alert.root', { size: showCount(checkpoint.size), root: checkpoint.root })}
                </span>,
              ],
          evidenceHash === null
            ? undefined
            : [
                t('sign.hash'),
                <span key="hash" class="code">
                  {evidenceHash}
                </span>,
              ],
        ]}
      />
      <details>
        <summary>{t('alert.newest-words')}</summary>
        <dl class="facts small">
          {Object.entries(matter).map(([name, value]) => (
            <>
              <dt class="code">{name}</dt>
              <dd class="code">{String(value)}</dd>
            </>
          ))}
        </dl>
      </details>
    </section>
  );
}

export function HistoryCard({ alert: { history, sensorId } }: { alert: AlertDetail }) {
  return (
    <section class="card stack" aria-labelledby="history-title">
      <h2 id="history-title">{t('alert.history')}</h2>
      <ol class="time-line">
        {history.toReversed().map(({ atMs, by, action, why }) => (
          <li key={`${atMs} ${action} ${by}`}>
            <p>
              <strong>{logWord('alert-action', action)}</strong>
              <span class="soft"> {by === '(gateway)' ? t('audit.gateway-itself') : by}</span>
            </p>
            {why === null ? null : <p class="break">{why}</p>}
            <p class="soft small">
              <Moment atMs={atMs} detail="full" />
            </p>
          </li>
        ))}
      </ol>
      {hasRole('quality', 'administrator', 'auditor') ? (
        <p>
          <a href={addressOf(pathOf('audit'), { subject: sensorId, kinds: 'review,excursion' })}>
            {t('alert.in-audit')}
          </a>
        </p>
      ) : null}
    </section>
  );
}
