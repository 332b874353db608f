// What holds for every record of a test: boot 3, a synchronised clock, no shipment unless the test names one.

import type { RecordContext } from '../../gateway/intake/record-mapper.js';

export function contextWith(more: Partial<RecordContext> = {}): RecordContext {
  return {
    bootCount: 3,
    shipmentOf: () => undefined,
    clockTrust: () => 2,
    placed: (at) => at,
    calibrationDoubt: () => undefined,
    ...more,
  };
}
