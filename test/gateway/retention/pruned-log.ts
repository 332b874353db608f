// A log of which spans are deleted, as the retention desk does it: the signed record and the note in one commit.

import type { RecordContext } from '../../../gateway/intake/record-mapper.js';
import type { PrunedClass } from '../../../gateway/journal/pruned-spans.js';
import { retentionDraft } from '../../../gateway/retention/retention-record.js';
import { requestOf } from '../drafts.js';
import type { TestLog } from '../test-log.js';

export const context: RecordContext = {
  bootCount: 1,
  clockTrust: () => 2,
  placed: (at) => at,
  shipmentOf: () => undefined,
  calibrationDoubt: () => undefined,
};

const moment = { unixMs: 1_700_000_000_000, uptimeMs: 5_000 };

/** Orders a deletion; its rows stay until they are swept. @returns whether the writer took it */
export function order(log: TestLog, first: number, beyond: number, of: PrunedClass = 'readings'): boolean {
  const draft = retentionDraft(context, moment, { of, first, beyond, cause: 'age', keptDays: 400 });
  return log.writer.seal(requestOf([draft], { prunes: [{ of, first, beyond }] })).arePrunesNoted === true;
}

/** Takes the rows of everything that was ordered out of the file. */
export function sweep(log: TestLog, records = 1000): void {
  for (let turn = 0; turn < 10_000; turn++) {
    if (log.writer.seal(requestOf([], { sweepRecords: records })).isSwept === true) return;
  }
  throw new Error('sweeping does not end');
}
