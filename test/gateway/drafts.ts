// Drafts of records: a plain one with a few fields of the test's choice, and arbitrary ones.

import fc from 'fast-check';
import type { DraftRecord, SealRequest } from '../../gateway/sealing/draft-record.js';
import { qualityCodes, recordKinds } from '../../ledger-sync/evidence/record.js';

/** A good temperature reading of 4.321 degC. */
export function draftWith(fields: Partial<DraftRecord> = {}): DraftRecord {
  return {
    observedAtMs: 1_700_000_000_000,
    uptimeMs: 5_000,
    bootCount: 1,
    clockTrust: 2,
    kind: recordKinds.temperature,
    subjectName: 'cargo-front',
    isSalted: false,
    value: 4_321,
    quality: qualityCodes.good,
    shipmentName: undefined,
    detail: undefined,
    ...fields,
  };
}

/** `count` readings, each of its own value. */
export function readings(count: number, firstValue = 0): DraftRecord[] {
  return Array.from({ length: count }, (_unused, at) =>
    draftWith({ value: firstValue + at, uptimeMs: 1_000 + at }),
  );
}

/** A request that seals drafts and nothing else, unless the test adds it. */
export function requestOf(drafts: readonly DraftRecord[], more: Partial<SealRequest> = {}): SealRequest {
  return { drafts, judgeState: [], results: [], cursors: [], batch: undefined, ...more };
}

const kinds = fc.constantFrom(...Object.values(recordKinds));
const qualities = fc.constantFrom(...Object.values(qualityCodes));

/** Any draft that intake could make. */
export const anyDraft: fc.Arbitrary<DraftRecord> = fc.record({
  observedAtMs: fc.integer({ min: 0, max: 4_102_444_800_000 }),
  uptimeMs: fc.nat(),
  bootCount: fc.nat({ max: 10_000 }),
  clockTrust: fc.constantFrom(0, 1, 2),
  kind: kinds,
  subjectName: fc.constantFrom('cargo-front', 'cargo-rear', 'reader-1', '3034257bf7194e4000001a85'),
  isSalted: fc.boolean(),
  value: fc.oneof(fc.integer({ min: -90_000, max: 90_000 }), fc.maxSafeInteger()),
  quality: qualities,
  shipmentName: fc.constantFrom(undefined, 'SHIP-0001', 'SHIP-0002'),
  detail: fc.constantFrom(undefined, { type: 'note', text: 'ä "quoted"' }, { type: 'note', list: [1, null] }),
});
