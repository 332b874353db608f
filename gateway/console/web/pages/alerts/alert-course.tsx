// The way of an alert: seen, assessed, signed. Shows how far it is and who did what, and offers the next step to whoever
// may take it. What may be done the gateway says.

import { useState } from 'preact/hooks';
import type { AlertDetail } from '../../../api/alerts.js';
import { Icon } from '../../parts/icon.js';
import { Moment } from '../../parts/moment.js';
import { t } from '../../words/language.js';
import { AcknowledgeDialog, AssessDialog } from './alert-dialogs.js';
import { SignDialog } from './sign-dialog.js';

type StepName = 'acknowledge' | 'assess' | 'sign';

interface CourseProps {
  readonly alert: AlertDetail;
  /** @param told what became of it, in a sentence */
  readonly onDone: (told: string) => void;
}

function stepsDone({ state, assessment }: AlertDetail): Readonly<Record<StepName, boolean>> {
  return {
    acknowledge: state !== 'open',
    assess: assessment !== null && state !== 'open',
    sign: state === 'closed',
  };
}

/** Who did it, as far as the alert's own words tell. */
function Doer({ step, alert }: { step: StepName; alert: AlertDetail }) {
  const { assessment, signatures, history } = alert;
  if (step === 'assess' && assessment) {
    return (
      <>
        <p>
          <strong>{t(`assessment.${assessment.result}`)}</strong>
        </p>
        <p class="break">{assessment.why}</p>
        <p class="soft small">
          {assessment.printedName}, <Moment atMs={assessment.atMs} />
        </p>
      </>
    );
  }
  if (step === 'sign') {
    return (
      <>
        {signatures.map(({ meaning, by, printedName, atMs }) => (
          <p key={`${by} ${meaning} ${atMs}`} class="small">
            <strong>{t(`meaning.${meaning}`)}</strong>
            <span class="soft">
              {' '}
              {printedName}, <Moment atMs={atMs} />
            </span>
          </p>
        ))}
      </>
    );
  }
  const seen = history.findLast(({ action }) => action === 'acknowledged');
  if (step !== 'acknowledge' || !seen) return null;
  return (
    <>
      {seen.why === null ? null : <p class="break">{seen.why}</p>}
      <p class="soft small">
        {seen.by}, <Moment atMs={seen.atMs} />
      </p>
    </>
  );
}

export function AlertCourse({ alert, onDone }: CourseProps) {
  const [asking, setAsking] = useState<StepName>();
  const done = stepsDone(alert);
  const { steps, evidenceHash } = alert;
  const mayDo: Readonly<Record<StepName, boolean>> = {
    acknowledge: steps.includes('acknowledge'),
    assess: steps.includes('assess'),
    sign: evidenceHash !== null && steps.some((step) => step !== 'acknowledge' && step !== 'assess'),
  };
  const dialog = { alert, onDone, onClose: () => setAsking(undefined) };
  const isMine = mayDo.acknowledge || mayDo.assess || mayDo.sign;
  return (
    <section class="card stack" aria-labelledby="course-title">
      <h2 id="course-title">{t('course.title')}</h2>
      <ol class="course">
        {(['acknowledge', 'assess', 'sign'] as const).map((step) => (
          <li key={step} class={done[step] ? 'done' : ''}>
            <span class="sign">
              <Icon name={done[step] ? 'ok' : 'clock'} />
            </span>
            <div class="stack">
              <p>
                <strong>{t(`course.${step}`)}</strong>
                <span class="unseen">{t(done[step] ? 'course.done' : 'course.waits')}</span>
              </p>
              <Doer step={step} alert={alert} />
              {mayDo[step] ? (
                <button
                  type="button"
                  class={`button${done[step] ? '' : ' main-action'}`}
                  onClick={() => setAsking(step)}
                >
                  {t(done[step] ? `course.${step}-again` : `course.${step}-action`)}
                </button>
              ) : null}
            </div>
          </li>
        ))}
      </ol>
      {alert.state === 'closed' ? <p class="soft small">{t('course.closed')}</p> : null}
      {isMine || alert.state === 'closed' ? null : <p class="soft small">{t('course.not-yours')}</p>}
      {asking === 'acknowledge' ? <AcknowledgeDialog {...dialog} /> : null}
      {asking === 'assess' ? <AssessDialog {...dialog} /> : null}
      {asking === 'sign' ? <SignDialog {...dialog} /> : null}
    </section>
  );
}
