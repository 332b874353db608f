// A shipment's words are taken back: what may be asked, what is left in the file, what still proves, and what a crash in
// between does.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eraseShipmentHandler } from '../../../gateway/privacy/erase-shipment.js';
import { LogPager } from '../../../gateway/publish/log-page.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { draftWith, readings, requestOf } from '../drafts.js';
import { codeOf, orderOf, ShipmentOffice } from '../shipments/shipment-office.js';
import { journalReaderOf, openTestLog, type TestLog } from '../test-log.js';

const EPC = '30751feb705c5904e3d50d70';
const PARTY = 'Kantonsspital Aarau';

const about = (shipmentName: string) => [
  draftWith({ shipmentName, kind: recordKinds.tagSighting, subjectName: EPC, isSalted: true }),
  draftWith({
    shipmentName,
    kind: recordKinds.shipmentEvent,
    subjectName: shipmentName,
    isSalted: true,
    detail: { type: 'shipment', event: 'created', consignee: PARTY },
  }),
  draftWith({ shipmentName, value: 5_000 }),
];

const erasedRecord = (shipmentName: string) =>
  draftWith({
    shipmentName,
    kind: recordKinds.shipmentEvent,
    subjectName: shipmentName,
    isSalted: true,
    detail: { type: 'shipment', event: 'erased', reason: 'keeping time is over' },
  });

function logOfTwo(): TestLog {
  const log = openTestLog();
  for (const name of ['SHIP-1', 'SHIP-2', 'SHIP-1'])
    log.writer.seal(requestOf([...readings(2), ...about(name)]));
  return log;
}

const erase = (log: TestLog) => log.writer.seal(requestOf([erasedRecord('SHIP-1')], { erases: ['SHIP-1'] }));

function sweepAll(log: TestLog, records: number): void {
  while (log.writer.seal(requestOf([], { sweepRecords: records })).isSwept === false);
}

/** Documents and names that the journal still tells, by record. */
function wordsOf(log: TestLog) {
  return log.reader.leaves(0, 100).map((_leaf, sequence) => log.reader.detail(sequence));
}

describe('an erased shipment', () => {
  test('leaves no word of it in the file, and every word of the others', () => {
    const log = logOfTwo();
    const before = wordsOf(log);
    erase(log);
    sweepAll(log, 3);
    const after = wordsOf(log);
    const [OF_THE_OTHER, THAT_TELLS_IT] = [8, 15];
    const told = after.flatMap((text, at) => (text === undefined ? [] : [at]));
    expect(told).toEqual([OF_THE_OTHER, THAT_TELLS_IT]);
    expect(after[OF_THE_OTHER]).toBe(before[OF_THE_OTHER]);
    expect(
      journalReaderOf(log)
        .shipments()
        .map(({ name }) => name),
    ).toEqual(['SHIP-2']);
    log.database.pragma('wal_checkpoint(TRUNCATE)');
    const file = readFileSync(log.path).toString('latin1');
    expect(file.split('SHIP-1')).toHaveLength(1);
    // The other shipment went to the same party and carried the same tag.
    expect(file.split(PARTY)).toHaveLength(2);
    expect(file.split(EPC)).toHaveLength(2);
  });

  test('still proves: every leaf leads to every signed root', () => {
    const log = logOfTwo();
    erase(log);
    sweepAll(log, 4);
    const pager = new LogPager(log.reader, 0);
    let records = 0;
    for (let page = pager.next(); page; page = pager.next()) records += page.leaves.length;
    expect(records).toBe(16);
  });

  test('is another one when its name is used again', () => {
    const log = logOfTwo();
    const salt = journalReaderOf(log).shipment('SHIP-1')?.salt;
    erase(log);
    log.writer.seal(requestOf(about('SHIP-1')));
    sweepAll(log, 100);
    const anew = journalReaderOf(log).shipment('SHIP-1');
    expect(anew?.first_sequence).toBe(16);
    expect(anew?.salt).not.toEqual(salt);
    expect(log.reader.detail(17)).toContain(PARTY);
  });

  test('is erased to the end whenever the gateway is stopped in between, and no record more', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.boolean())), (steps) => {
        const log = logOfTwo();
        erase(log);
        for (const [records, isRestart] of steps) {
          log.writer.seal(requestOf(readings(1), { sweepRecords: records }));
          if (isRestart) log.open();
        }
        expect(log.reader.pruned.isSwept()).toBe(
          steps.reduce((swept, [records]) => swept + records, 0) >= 13,
        );
        sweepAll(log, 2);
        const told = wordsOf(log).flatMap((text) => (text === undefined ? [] : [text]));
        expect(told.map((text) => JSON.parse(text).event)).toEqual(['created', 'erased']);
        log.close();
      }),
      { numRuns: 25 },
    );
  });
});

describe('the request', () => {
  const erasing = (office: ShipmentOffice, id = 'S1') =>
    eraseShipmentHandler.handle(
      { id: 1, kind: 'shipment.erase', document: { id, reason: 'over' }, createdAtMs: 0 },
      {
        actor: {
          ...{ name: 'ada', printedName: 'Ada Example', role: 'administrator' },
          ...{ isSigned: true, signature: undefined },
        },
        state: office.state,
        nowMs: 0,
      },
    );

  test('is an administrator’s, and signed', () => {
    expect(eraseShipmentHandler).toMatchObject({ roles: ['administrator'], needsSignature: true });
  });

  test('is refused while the shipment is not closed, and for one that nobody knows', () => {
    const office = new ShipmentOffice();
    office.must('create', orderOf('S1'));
    for (const step of ['arm', 'depart', 'deliver', 'review'] as const) {
      expect(codeOf(erasing(office))).toBe('STEP_OUT_OF_ORDER');
      office.must(step, { id: 'S1' });
    }
    expect(codeOf(erasing(office, 'S9'))).toBe('SHIPMENT_UNKNOWN');
  });

  test('of a closed one forgets its row and tells the reason, and neither name nor party', () => {
    const office = new ShipmentOffice();
    office.must('create', orderOf('S1'));
    for (const step of ['arm', 'depart', 'deliver', 'review'] as const) office.must(step, { id: 'S1' });
    office.must('release', { id: 'S1', reason: 'no excursion' });
    office.must('close', { id: 'S1' });
    const outcome = erasing(office);
    expect(outcome).toMatchObject({ ok: true, erases: 'S1', state: [['shipment/S1', undefined]] });
    const [record] = outcome.ok ? outcome.records : [];
    expect(record?.detail).toEqual({ type: 'shipment', event: 'erased', reason: 'over' });
  });
});
