// Names in the log: salted where they must be, recoverable where they may be.

import { describe, expect, it } from 'vitest';
import { decodeRecord, recordKinds, subjectOf } from '../../../ledger-sync/evidence/record.js';
import { draftWith, requestOf } from '../drafts.js';
import { hex } from '../hex.js';
import { journalReaderOf, openTestLog, type TestLog } from '../test-log.js';

const recordsOf = (log: TestLog) =>
  log.reader.leaves(0, 1000).map((leaf) => decodeRecord(Uint8Array.from(leaf)));

describe('names', () => {
  const tag = '3034257bf7194e4000001a85';
  const sighting = (shipmentName: string | undefined) =>
    draftWith({ kind: recordKinds.tagSighting, subjectName: tag, isSalted: true, shipmentName });

  it('of tags are salted: one tag has another subject in each shipment, and its own again after a restart', () => {
    const log = openTestLog();
    log.writer.seal(requestOf([sighting('SHIP-0001'), sighting('SHIP-0002'), sighting(undefined)]));
    log.open().writer.seal(requestOf([sighting('SHIP-0001'), sighting('SHIP-0002')]));
    const subjects = recordsOf(log).map(({ subject }) => hex(subject));
    expect(new Set(subjects.slice(0, 3)).size).toBe(3);
    expect(subjects.slice(3)).toEqual(subjects.slice(0, 2));
    expect(subjects).not.toContain(hex(subjectOf(tag)));
  });

  it('are recoverable with the salt that makes their subject', () => {
    const log = openTestLog();
    log.writer.seal(requestOf([sighting('SHIP-0001'), draftWith()]));
    const [tagRecord, reading] = recordsOf(log);
    const found = tagRecord && log.reader.subjectName(tagRecord.subject);
    expect(found?.name).toBe(tag);
    expect(found?.salt?.length).toBe(32);
    expect(subjectOf(tag, found?.salt)).toEqual(tagRecord?.subject);
    expect(reading && log.reader.subjectName(reading.subject)).toEqual({
      name: 'cargo-front',
      salt: undefined,
    });
  });

  it('of shipments are salted too, and the span of their records is kept', () => {
    const log = openTestLog();
    const inShipment = draftWith({ shipmentName: 'SHIP-0001' });
    log.writer.seal(requestOf([draftWith(), inShipment, draftWith()]));
    log.open().writer.seal(requestOf([draftWith(), inShipment, inShipment, draftWith()]));
    const row = journalReaderOf(log).shipment('SHIP-0001');
    expect(row).toMatchObject({ first_sequence: 1, last_sequence: 5 });
    const ids = recordsOf(log).map(({ shipment }) => shipment.length);
    expect(ids).toEqual([0, 16, 0, 0, 16, 16, 0]);
    expect(hex(recordsOf(log)[5]?.shipment)).toBe(hex(row?.shipment));
    expect(hex(subjectOf('SHIP-0001', row?.salt))).toBe(hex(row?.shipment));
    expect(hex(row?.shipment)).not.toBe(hex(subjectOf('SHIP-0001')));
  });
});
