// The excursions that a file tells of, one for each id with its newest word, and the limits that they name. Their documents
// are signed by the gateway, and still of any form: what is not as expected is left out, not trusted.

import { printable } from '../../ledger-sync/evidence/printable.js';
import type { FileRecords } from './shown-records.js';

export interface ShownExcursion {
  readonly sequence: number;
  readonly id: string;
  readonly sensor: string;
  /** opened, closed, corrected, withdrawn. */
  readonly event: string;
  readonly rule: string;
  readonly profile: string;
  readonly side: 'high' | 'low' | undefined;
  readonly limitMilliC: number | undefined;
  readonly extremeMilliC: number | undefined;
  readonly startedAtMs: number | undefined;
  readonly endedAtMs: number | undefined;
  readonly outsideMs: number | undefined;
}

const MAX_TIME_MS = 8.64e15;

/** In the order of their newest record. @param most how many are kept; `total` counts all */
export function excursionsIn(
  records: FileRecords,
  most: number,
): { readonly shown: ShownExcursion[]; readonly total: number } {
  const newest = new Map<string, ShownExcursion>();
  for (const [at, { kind, sequence }] of records.readable.entries()) {
    if (kind !== 'excursion') continue;
    const excursion = excursionOf(sequence, records.documentAt(at));
    newest.delete(excursion.id);
    newest.set(excursion.id, excursion);
  }
  return { shown: [...newest.values()].slice(0, most), total: newest.size };
}

function excursionOf(sequence: number, document: unknown): ShownExcursion {
  const fields = new Map<string, unknown>(Object.entries(Object(document)));
  const text = (key: string) => {
    const value = fields.get(key);
    return typeof value === 'string' ? printable(value) : '';
  };
  const number = (key: string) => {
    const value = fields.get(key);
    return typeof value === 'number' && Math.abs(value) <= MAX_TIME_MS ? value : undefined;
  };
  const side = text('side');
  return {
    sequence,
    // Without a document each stands alone.
    id: text('excursionId') || `#${sequence}`,
    sensor: text('sensor'),
    event: text('event'),
    rule: text('rule'),
    profile: text('profile'),
    side: side === 'high' || side === 'low' ? side : undefined,
    limitMilliC: number('limitMilliC'),
    extremeMilliC: number('extremeMilliC'),
    startedAtMs: number('startedAtMs'),
    endedAtMs: number('endedAtMs'),
    outsideMs: number('outsideMs'),
  };
}
