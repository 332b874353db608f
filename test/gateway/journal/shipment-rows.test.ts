// Where the records of shipments begin and end, whatever a commit has noted of it.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRecord, encodeRecord } from '../../../ledger-sync/evidence/record.js';
import { draftWith, readings, requestOf } from '../drafts.js';
import { journalReaderOf, openTestLog, type TestLog } from '../test-log.js';
import { thrownBy } from '../thrown.js';

const draftsOf = (names: readonly string[]) => names.map((shipmentName) => draftWith({ shipmentName }));

const spansIn = (log: TestLog) =>
  journalReaderOf(log)
    .shipments()
    .map(({ name, first_sequence: first, last_sequence: last }) => [name, first, last]);

describe('the span of a shipment', () => {
  it('is that of its records, at every size and over restarts', () => {
    const group = fc.array(fc.constantFrom('A', 'B', 'C'), { minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(fc.array(fc.tuple(group, fc.boolean()), { maxLength: 12 }), (groups) => {
        const log = openTestLog();
        const names: string[] = [];
        for (const [group, isRestarted] of groups) {
          if (isRestarted) log.open();
          log.writer.seal(requestOf(draftsOf(group)));
          names.push(...group);
        }
        const expected = [...new Set(names)]
          .sort()
          .map((name) => [name, names.indexOf(name), names.lastIndexOf(name)]);
        expect(spansIn(log)).toEqual(expected);
        log.close();
      }),
      { numRuns: 15 },
    );
  });

  it('is noted once in a tile, not in each commit', () => {
    const log = openTestLog();
    const noted = () => log.database.prepare('SELECT last_sequence FROM shipments').pluck().get();
    for (let commit = 0; commit < 25; commit++) log.writer.seal(requestOf(draftsOf(new Array(10).fill('A'))));
    expect(noted()).toBe(9);
    log.writer.seal(requestOf(draftsOf(new Array(10).fill('A'))));
    expect(noted()).toBe(259);
    log.writer.seal(requestOf(readings(300)));
    expect(spansIn(log)).toEqual([['A', 0, 259]]);
  });

  it('is not longer for a commit that failed', () => {
    const log = openTestLog();
    log.writer.seal(requestOf(draftsOf(['A', 'A'])));
    log.database.exec(`CREATE TRIGGER refuse BEFORE INSERT ON records WHEN new.sequence = 280
      BEGIN SELECT RAISE(FAIL, 'the card refused'); END`);
    thrownBy(() => log.writer.seal(requestOf(draftsOf(new Array(300).fill('A')))));
    log.database.exec('DROP TRIGGER refuse');
    log.writer.seal(requestOf(readings(400)));
    expect(spansIn(log)).toEqual([['A', 0, 1]]);
    expect(log.database.prepare('SELECT last_sequence FROM shipments').pluck().get()).toBe(1);
  });

  it('reaches to the end of the log where a record says another shipment than was signed', () => {
    const log = openTestLog();
    log.writer.seal(requestOf([...draftsOf(['A', 'A', 'A']), ...readings(3)]));
    const leaf = encodeRecord({
      ...decodeRecord(log.reader.leaf(2) ?? new Uint8Array()),
      shipment: new Uint8Array(16).fill(1),
    });
    log.database.prepare('UPDATE records SET leaf = ? WHERE sequence = 2').run(leaf);
    expect(spansIn(log)).toEqual([['A', 0, 5]]);
  });

  it.each(['first_sequence = 1', 'last_sequence = 1', 'first_sequence = NULL'])(
    'is not told where the row was changed: %s',
    (change) => {
      const log = openTestLog();
      log.writer.seal(requestOf(draftsOf(['A', 'A', 'A'])));
      log.database.exec(`UPDATE shipments SET ${change}`);
      const journal = journalReaderOf(log);
      expect(thrownBy(() => journal.shipment('A'))).toMatchObject({ code: 'JOURNAL_DAMAGED' });
      expect(thrownBy(() => journal.shipments())).toMatchObject({ code: 'JOURNAL_DAMAGED' });
      expect(journal.shipmentNames()).toMatchObject([{ name: 'A' }]);
    },
  );
});
