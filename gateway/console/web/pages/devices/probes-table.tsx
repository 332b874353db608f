// The probes of a device with their calibration: serial, certificate, until when it holds, and its uncertainty.

import type { Device } from '../../../api/devices.js';
import { Chip, type Tone } from '../../parts/chip.js';
import { Ago } from '../../parts/moment.js';
import { Table } from '../../parts/table.js';
import { t } from '../../words/language.js';
import { showDayText, showTemperatureChange } from '../../words/shown.js';

type Probe = Device['probes'][number];
type Calibration = NonNullable<Probe['calibration']>;

const tones: Readonly<Record<Calibration['state'], Tone>> = {
  valid: 'ok',
  'due-soon': 'warn',
  expired: 'bad',
  'not-yet-valid': 'bad',
  'clock-unknown': 'unknown',
};

function CalibrationCell({ calibration }: { calibration: Calibration | null }) {
  if (calibration === null) return <span class="soft">{t('calibration.none')}</span>;
  const { certificate, calibratedOn, dueOn, uncertaintyMilliC, state } = calibration;
  return (
    <>
      <Chip tone={tones[state]} words={t(`calibration.${state}`)} />
      <p class="small">
        {t('calibration.dates', { on: showDayText(calibratedOn), due: showDayText(dueOn) })}
      </p>
      <p class="small soft">
        {t('calibration.certificate', {
          certificate,
          uncertainty: showTemperatureChange(uncertaintyMilliC, 2).replace('+', ''),
        })}
      </p>
    </>
  );
}

export function ProbesTable({ probes, nowMs }: { probes: readonly Probe[]; nowMs: number }) {
  return (
    <Table
      caption={t('device.probes')}
      rows={probes}
      keyOf={({ sensorId, quantity }) => `${sensorId} ${quantity}`}
      columns={[
        { name: t('alert.probe'), cell: ({ sensorId }) => <strong class="keep">{sensorId}</strong> },
        { name: t('device.quantity'), cell: ({ quantity }) => t(`quantity.${quantity}`) },
        {
          name: t('device.at'),
          cell: ({ at, model }) => (
            <>
              {at === null ? null : <code>{at}</code>}
              {model === null ? null : <p class="soft small">{model}</p>}
            </>
          ),
        },
        {
          name: t('device.serial'),
          cell: ({ calibration }) => (calibration === null ? null : <code>{calibration.serial}</code>),
        },
        {
          name: t('device.calibration'),
          cell: ({ calibration }) => <CalibrationCell calibration={calibration} />,
        },
        {
          name: t('device.offset'),
          cell: ({ offsetMilli }) => (offsetMilli === null ? '–' : showTemperatureChange(offsetMilli, 2)),
          isNumber: true,
        },
        {
          name: t('device.last-heard'),
          cell: ({ lastHeardAtMs }) =>
            lastHeardAtMs === null ? t('now.never') : <Ago atMs={lastHeardAtMs} nowMs={nowMs} />,
        },
      ]}
    />
  );
}
