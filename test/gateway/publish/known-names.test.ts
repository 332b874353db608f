// Names that were asked for before: right until they are erased.

import { expect, it } from 'vitest';
import { KnownNames } from '../../../gateway/publish/known-names.js';
import { decodeRecord } from '../../../ledger-sync/evidence/record.js';
import { draftWith, requestOf } from '../drafts.js';
import { openTestLog } from '../test-log.js';

it('each is read once, and no more told when it was erased', () => {
  const log = openTestLog();
  const shipmentName = 'SHIP-1';
  const tag = { subjectName: 'KIT-0001', isSalted: true, shipmentName };
  log.writer.seal(requestOf([draftWith(tag), draftWith({ subjectName: 'cargo-rear' })]));
  const [salted, plain] = log.reader.leaves(0, 2).map((leaf) => decodeRecord(leaf).subject) as [
    Uint8Array,
    Uint8Array,
  ];
  let reads = 0;
  const names = new KnownNames((subject) => {
    reads += 1;
    return log.reader.nameOf(subject);
  });
  const told = () => [salted, plain, salted, plain].map(names.of);
  expect(told()).toEqual(['KIT-0001', 'cargo-rear', 'KIT-0001', 'cargo-rear']);
  names.sealed(log.writer.seal(requestOf([draftWith({ subjectName: 'cargo-rear' })])));
  told();
  expect(reads).toBe(2);
  names.sealed(log.writer.seal(requestOf([draftWith()], { erases: [shipmentName] })));
  expect(told()).toEqual([undefined, 'cargo-rear', undefined, 'cargo-rear']);
});

it('a name that comes later is told then', () => {
  const answers = [undefined, 'cargo-rear'];
  const names = new KnownNames(() => answers.shift());
  const subject = new Uint8Array(16);
  expect([names.of(subject), names.of(subject), names.of(subject)]).toEqual([
    undefined,
    'cargo-rear',
    'cargo-rear',
  ]);
});
