// Which records an event may be made from. All others are passed over, whatever they hold: they must not even end a
// window, or whoever passes over them sooner would tell other events.

import { recordKinds } from '../../ledger-sync/evidence/record.js';

const folded: ReadonlySet<number> = new Set([
  recordKinds.temperature,
  recordKinds.position,
  recordKinds.shipmentEvent,
  recordKinds.excursion,
  recordKinds.deviceCondition,
  recordKinds.configurationChange,
  recordKinds.tagAuthenticity,
]);

/** Whether a record of that kind can matter to an event. */
export const isFolded = (kind: number): boolean => folded.has(kind);
