// The first two steps of an alert: somebody has seen it; quality says what it means for the goods.

import { useState } from 'preact/hooks';
import type { AlertDetail, AlertStep } from '../../../api/alerts.js';
import { post } from '../../net/api-client.js';
import { ActionDialog } from '../../parts/action-dialog.js';
import { alertTitle } from '../../parts/alert-parts.js';
import { Choice } from '../../parts/field.js';
import { TextField } from '../../parts/text-field.js';
import { session } from '../../shell/session.js';
import { t } from '../../words/language.js';

export interface AlertDialogProps {
  readonly alert: AlertDetail;
  readonly onDone: (told: string) => void;
  readonly onClose: () => void;
}

export const stepPath = (id: string, step: string) => `/api/alerts/${encodeURIComponent(id)}/${step}`;

const person = () => session.value?.printedName ?? '';

export function AcknowledgeDialog({ alert, onDone, onClose }: AlertDialogProps) {
  const [why, setWhy] = useState('');
  return (
    <ActionDialog
      title={t('course.acknowledge-action')}
      statement={<p>{t('acknowledge.statement', { name: person(), what: alertTitle(alert) })}</p>}
      action={t('course.acknowledge-action')}
      onClose={onClose}
      ask={async (credentials) => {
        const body = { ...(why.trim() === '' ? {} : { why: why.trim() }), credentials };
        const { sequence } = await post<AlertStep>(stepPath(alert.id, 'acknowledge'), body);
        onDone(t('acknowledge.done', { sequence }));
      }}
    >
      {(wasTried) => (
        <TextField
          label={t('acknowledge.why')}
          hint={t('form.kept')}
          value={why}
          isNeeded={false}
          wasTried={wasTried}
          onText={setWhy}
        />
      )}
    </ActionDialog>
  );
}

const results = ['no-impact', 'product-affected', 'inconclusive', 'false-alarm'] as const;

export function AssessDialog({ alert, onDone, onClose }: AlertDialogProps) {
  const [result, setResult] = useState<(typeof results)[number]>(alert.assessment?.result ?? 'no-impact');
  const [why, setWhy] = useState(alert.assessment?.why ?? '');
  return (
    <ActionDialog
      title={t('course.assess-action')}
      statement={<p>{t('assess.statement', { name: person(), what: alertTitle(alert) })}</p>}
      action={t('course.assess-action')}
      isWhole={why.trim() !== ''}
      onClose={onClose}
      ask={async (credentials) => {
        const body = { result, why: why.trim(), credentials };
        const { sequence } = await post<AlertStep>(stepPath(alert.id, 'assess'), body);
        onDone(t('assess.done', { sequence }));
      }}
    >
      {(wasTried) => (
        <>
          <Choice
            legend={t('assess.result')}
            options={results.map((one) => [one, t(`assessment.${one}`)] as const)}
            value={result}
            onChoose={setResult}
          />
          <TextField
            label={t('assess.why')}
            hint={t('form.kept')}
            value={why}
            isNeeded
            wasTried={wasTried}
            onText={setWhy}
          />
        </>
      )}
    </ActionDialog>
  );
}
