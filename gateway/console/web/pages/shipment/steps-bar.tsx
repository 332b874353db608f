// The steps that the person who looks may take with a shipment now: the gateway says which. Each is a signed record.

import { useState } from 'preact/hooks';
import type { ShipmentDetail, ShipmentStepped } from '../../../api/shipments.js';
import { post } from '../../net/api-client.js';
import { ActionDialog } from '../../parts/action-dialog.js';
import { Choice } from '../../parts/field.js';
import { TextField } from '../../parts/text-field.js';
import { session } from '../../shell/session.js';
import { t } from '../../words/language.js';
import { showLimits } from '../../words/shown.js';

type Step = ShipmentDetail['steps'][number];

interface StepsProps {
  readonly shipment: ShipmentDetail;
  readonly onDone: (told: string) => void;
}

/** Ends the shipment's way for good or ill: a person must say why. */
const needReason: ReadonlySet<Step> = new Set(['release', 'reject']);

export function StepsBar({ shipment, onDone }: StepsProps) {
  const [asking, setAsking] = useState<Step>();
  if (shipment.steps.length === 0) return null;
  const close = () => setAsking(undefined);
  return (
    <div class="row">
      {shipment.steps.map((step, index) => (
        <button
          key={step}
          type="button"
          class={index === 0 ? 'button main-action' : 'button'}
          onClick={() => setAsking(step)}
        >
          {t(`step.${step}`)}
        </button>
      ))}
      {asking === undefined ? null : asking === 'confirm-range' ? (
        <RangeDialog shipment={shipment} onDone={onDone} onClose={close} />
      ) : (
        <StepDialog step={asking} shipment={shipment} onDone={onDone} onClose={close} />
      )}
    </div>
  );
}

interface StepDialogProps extends StepsProps {
  readonly onClose: () => void;
}

const pathTo = ({ id }: ShipmentDetail, rest: string) => `/api/shipments/${encodeURIComponent(id)}/${rest}`;

function StepDialog({
  step,
  shipment,
  onDone,
  onClose,
}: StepDialogProps & { step: Exclude<Step, 'confirm-range'> }) {
  const [reason, setReason] = useState('');
  const isNeeded = needReason.has(step);
  return (
    <ActionDialog
      title={t(`step.${step}`)}
      statement={
        <p>
          {t(`step-statement.${step}`, { name: session.value?.printedName ?? '', shipment: shipment.id })}
        </p>
      }
      action={t(`step.${step}`)}
      isWhole={!isNeeded || reason.trim() !== ''}
      onClose={onClose}
      ask={async (credentials) => {
        const body = { ...(reason.trim() === '' ? {} : { reason: reason.trim() }), credentials };
        const { sequence } = await post<ShipmentStepped>(pathTo(shipment, `steps/${step}`), body);
        onDone(t('step.done', { step: t(`step.${step}`), sequence }));
      }}
    >
      {(wasTried) => (
        <TextField
          label={t(isNeeded ? 'step.reason' : 'step.reason-if-any')}
          hint={t('form.kept')}
          value={reason}
          isNeeded={isNeeded}
          wasTried={wasTried}
          onText={setReason}
        />
      )}
    </ActionDialog>
  );
}

/** Two persons say which temperatures hold where the papers differ. */
function RangeDialog({ shipment, onDone, onClose }: StepDialogProps) {
  const { dispute } = shipment;
  const [range, setRange] = useState<'label' | 'order'>('order');
  const words = (of: { lowMilliC: number | null; highMilliC: number | null } | null | undefined) =>
    of ? showLimits(of.lowMilliC, of.highMilliC) : t('limits.none');
  return (
    <ActionDialog
      title={t('step.confirm-range')}
      statement={<p>{t('step-statement.confirm-range', { name: session.value?.printedName ?? '' })}</p>}
      action={t('step.confirm-range')}
      onClose={onClose}
      ask={async (credentials) => {
        const { sequence } = await post<ShipmentStepped>(pathTo(shipment, 'range'), { range, credentials });
        onDone(t('step.done', { step: t('step.confirm-range'), sequence }));
      }}
    >
      {() => (
        <Choice
          legend={t('dispute.holds')}
          options={[
            ['order', `${t('range.order')}: ${words(dispute?.order)}`],
            ['label', `${t('range.label')}: ${words(dispute?.label)}`],
          ]}
          value={range}
          onChoose={setRange}
        />
      )}
    </ActionDialog>
  );
}
