// Records that were made before anybody knew the time, and what each view shows of them once somebody does. The truth is
// known: the boot was at BOOT, and the clock said 1970.

import { describe, expect, it } from 'vitest';
import { entryOf } from '../../../gateway/reviews/audit-entry.js';
import { entryLine } from '../../../gateway/reviews/audit-text.js';
import { walkLog } from '../../../gateway/reviews/log-walk.js';
import { placedAlert } from '../../../gateway/reviews/placed-alert.js';
import { decodeRecord, recordKinds } from '../../../ledger-sync/evidence/record.js';
import { TimeReferences } from '../../../ledger-sync/evidence/time-references.js';
import { draftWith, requestOf } from '../drafts.js';
import { journalReaderOf, openTestLog, type TestLog } from '../test-log.js';

const BOOT = Date.UTC(2027, 3, 1, 8);

const untrusted = (uptimeMs: number, more = {}) =>
  draftWith({ observedAtMs: 10_000 + uptimeMs, uptimeMs, clockTrust: 0, ...more });
const trusted = (uptimeMs: number, more = {}) =>
  draftWith({ observedAtMs: BOOT + uptimeMs, uptimeMs, clockTrust: 2, ...more });
const reference = (uptimeMs: number, zeroUnixMs = BOOT, more = {}) =>
  trusted(uptimeMs, {
    ...{ kind: recordKinds.timeReference, subjectName: 'clock', value: zeroUnixMs },
    detail: { type: 'time-reference', source: 'gnss', receivers: ['gnss'], errorMs: 1300 },
    ...more,
  });

function placedIn(log: TestLog): number[] {
  const journal = journalReaderOf(log);
  return log.reader.leaves(0, 100).map((leaf) => journal.times.placed(decodeRecord(leaf)).observedAtMs);
}

describe('a time reference', () => {
  it('places what was made before it in its boot, and nothing else', () => {
    const log = openTestLog();
    log.writer.seal(requestOf([untrusted(1000), trusted(2000), untrusted(3000, { bootCount: 2 })]));
    expect(placedIn(log)).toEqual([11_000, BOOT + 2000, 13_000]);
    log.writer.seal(requestOf([reference(4000), untrusted(9000)]));
    expect(placedIn(log)).toEqual([BOOT + 1000, BOOT + 2000, 13_000, BOOT + 4000, BOOT + 9000]);
  });

  it('is taken for what came before it, and the next one for what came after', () => {
    const records = new TimeReferences();
    const at = (uptimeMs: number) => ({ bootCount: 1, uptimeMs, clockTrust: 0, observedAtMs: 0 }) as const;
    const log = openTestLog();
    log.writer.seal(requestOf([reference(5000, 100_000), reference(9000, 200_000)]));
    for (const leaf of log.reader.leaves(0, 2)) records.take(decodeRecord(leaf));
    expect([4000, 5000, 5001, 20_000].map((ms) => records.placedMs(at(ms)))).toEqual([
      104_000, 105_000, 205_001, 220_000,
    ]);
  });

  it('moves no time if it is not what was signed', () => {
    const log = openTestLog();
    log.writer.seal(requestOf([untrusted(1000), reference(4000)]));
    const forged = log.reader.leaf(1);
    const at = Buffer.from(forged ?? []).indexOf(Buffer.from(BOOT.toString(16).padStart(16, '0'), 'hex'));
    const leaf = Buffer.from(forged ?? []);
    // The value stands there twice: as observedAtMs less 4000, and as it is.
    expect(at).toBeGreaterThan(0);
    leaf[at + 7] = (leaf[at + 7] ?? 0) ^ 1;
    log.damage('UPDATE records SET leaf = ? WHERE sequence = 1', leaf);
    const moment = { bootCount: 1, uptimeMs: 1000, clockTrust: 0, observedAtMs: 11_000 } as const;
    expect(journalReaderOf(log).times.placedMs(moment)).toBeUndefined();
  });

  it('moves no time by a row of the index alone', () => {
    const log = openTestLog();
    log.writer.seal(requestOf([untrusted(1000), trusted(2000, { value: BOOT })]));
    log.database.prepare('INSERT INTO time_references (sequence) VALUES (1)').run();
    expect(placedIn(log)).toEqual([11_000, BOOT + 2000]);
  });
});

describe('what people see', () => {
  it('is the true time with what the clock said beside it, in the audit trail', () => {
    const log = openTestLog();
    const event = { kind: recordKinds.operatorAction, subjectName: 'gateway', detail: { type: 'note' } };
    log.writer.seal(requestOf([untrusted(1000, event), reference(4000), trusted(5000, event)]));
    const lines: string[] = [];
    walkLog(
      journalReaderOf(log),
      { from: 0, wants: ({ kind }) => kind === recordKinds.operatorAction, recordsPerSignature: 1 },
      { record: (checked) => lines.push(entryLine(entryOf(checked))), broken: () => {} },
    );
    expect(lines).toEqual([
      '2027-04-01T08:00:01.000Z (recorded as 1970-01-01T00:00:11.000Z)  #0  operatorAction/note  gateway',
      '2027-04-01T08:00:05.000Z  #2  operatorAction/note  gateway',
    ]);
  });

  it('is an alert moved as its first record is, and its end where that was known', () => {
    const log = openTestLog();
    log.writer.seal(requestOf([untrusted(1000), reference(4000), trusted(5000)]));
    const alert = {
      ...{ id: 'a', source: 'excursion' as const, sensorId: 'cargo', severity: 'major' as const },
      ...{ state: 'open' as const, isOngoing: false, records: 2, signatures: [], history: [] },
      ...{ firstSequence: 0, lastSequence: 2, openedAtMs: 11_000, endedAtMs: BOOT + 5000 },
      reminders: { sinceMs: 0, count: 0, level: 0 },
      matter: { startedAtMs: 10_500, endedAtMs: BOOT + 5000 },
    };
    expect(placedAlert(alert, journalReaderOf(log))).toEqual({
      ...alert,
      ...{ openedAtMs: BOOT + 1000, recordedFromMs: 10_500 },
      matter: { startedAtMs: BOOT + 500, endedAtMs: BOOT + 5000 },
    });
  });
});
