// Where a shipment stands on its way from draft to closed.

import type { ShipmentSummary } from '../../api/shipments.js';
import { t } from '../words/language.js';
import { Chip, type Tone } from './chip.js';
import type { IconName } from './icon.js';

type State = ShipmentSummary['state'];

const looks: Partial<Readonly<Record<State, readonly [Tone, IconName]>>> = {
  released: ['ok', 'ok'],
  rejected: ['bad', 'close'],
  'under-review': ['warn', 'sign'],
};

export function ShipmentStateChip({ state }: { state: State }) {
  const [tone, icon] = looks[state] ?? (['plain', 'shipment'] as const);
  return <Chip tone={tone} icon={icon} words={t(`shipment-state.${state}`)} />;
}
