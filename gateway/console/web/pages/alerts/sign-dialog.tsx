// The electronic signature under an alert (21 CFR 11.50, 11.200): printed name, date and meaning stand above the two
// components, and the hash of all that is signed for is shown. It is sent back: if evidence came in between, nothing is
// signed.

import { useState } from 'preact/hooks';
import type { AlertStep } from '../../../api/alerts.js';
import { post } from '../../net/api-client.js';
import { nowMs } from '../../net/live.js';
import { ActionDialog } from '../../parts/action-dialog.js';
import { Facts } from '../../parts/facts.js';
import { Choice } from '../../parts/field.js';
import { TextField } from '../../parts/text-field.js';
import { session } from '../../shell/session.js';
import { t } from '../../words/language.js';
import { showCount, showMoment } from '../../words/shown.js';
import { type AlertDialogProps, stepPath } from './alert-dialogs.js';

const meanings = { review: 'reviewed', approve: 'approved', reject: 'rejected' } as const;
type Meaning = (typeof meanings)[keyof typeof meanings];

export function SignDialog({ alert, onDone, onClose }: AlertDialogProps) {
  const allowed = alert.steps.flatMap((step) =>
    step in meanings ? [meanings[step as keyof typeof meanings]] : [],
  );
  const [meaning, setMeaning] = useState<Meaning>(
    allowed.includes('approved') ? 'approved' : (allowed[0] ?? 'reviewed'),
  );
  const [why, setWhy] = useState('');
  const [atMs] = useState(nowMs.peek());
  // What was shown is what is signed: the alert may move on while the dialog is open.
  const [boundTo] = useState(alert.evidenceHash ?? '');
  const name = session.value?.printedName ?? '';
  return (
    <ActionDialog
      title={t('course.sign-action')}
      statement={
        <>
          <p>
            <strong>{t(`sign.statement-${meaning}`, { name })}</strong>
          </p>
          <Facts
            facts={[
              [t('sign.name'), `${name} (${session.value?.name ?? ''})`],
              [t('sign.when'), showMoment(atMs, 'full')],
              [t('sign.records'), showCount(alert.records)],
              alert.assessment === null
                ? undefined
                : [
                    t('course.assess'),
                    `${t(`assessment.${alert.assessment.result}`)}: ${alert.assessment.why}`,
                  ],
              [
                t('sign.hash'),
                <span key="hash" class="code">
                  {boundTo}
                </span>,
              ],
            ]}
          />
        </>
      }
      action={t('sign.action', { meaning: t(`meaning.${meaning}`) })}
      onClose={onClose}
      ask={async (credentials) => {
        const reason = why.trim() === '' ? {} : { why: why.trim() };
        const body = { meaning, boundTo, ...reason, credentials };
        const { sequence } = await post<AlertStep>(stepPath(alert.id, 'sign'), body);
        onDone(t('sign.done', { sequence, meaning: t(`meaning.${meaning}`) }));
      }}
    >
      {(wasTried) => (
        <>
          <Choice
            legend={t('sign.meaning')}
            options={allowed.map((one) => [one, t(`meaning.${one}`)] as const)}
            value={meaning}
            onChoose={setMeaning}
          />
          <TextField
            label={t('acknowledge.why')}
            hint={t('form.kept')}
            value={why}
            isNeeded={false}
            wasTried={wasTried}
            onText={setWhy}
          />
        </>
      )}
    </ActionDialog>
  );
}
