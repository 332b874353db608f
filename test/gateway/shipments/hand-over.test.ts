// Custody on the truck: what the gateway records, and what it refuses.
import { expect, test } from 'vitest';
import { readCustody } from '../../../gateway/shipments/hand-over.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { detailHash } from '../../../ledger-sync/evidence/jcs.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import type { Handover } from '../../../ledger-sync/shipments/handover.js';
import {
  type HandoverFile,
  newHandover,
  signHandover,
} from '../../../ledger-sync/shipments/handover-file.js';
import { codeOf, driver, nowMs, orderOf, ShipmentOffice } from './shipment-office.js';

const signerOf = (seed: number) => new SoftwareSigner(new Uint8Array(32).fill(seed));
const [dock, carrier, pharmacy, thief] = [signerOf(1), signerOf(2), signerOf(3), signerOf(4)];
const addressOf = (signer: SoftwareSigner) => `0x${toHex(signer.address)}`;
const agreement = `0x${'aa'.repeat(32)}`;

function fileOf(from: SoftwareSigner, to: SoftwareSigner, change: Partial<Handover> = {}, shipment = 'S1') {
  const atS = nowMs / 1000;
  const handover = {
    ...{ agreement, step: 0, from: addressOf(from), to: addressOf(to), size: 12, atS, deadline: atS + 600 },
    ...change,
  };
  const document = { shipment, place: 'Dock 4', salt: '5a'.repeat(32) };
  return newHandover({ chainId: 31337, contract: `0x${'cc'.repeat(20)}`, handover, document });
}

const signed = (file: HandoverFile, ...signers: readonly SoftwareSigner[]) =>
  signers.reduce<HandoverFile>((one, signer) => signHandover(one, signer), file);

function armed(): ShipmentOffice {
  const office = new ShipmentOffice();
  office.must('create', orderOf('S1'), driver);
  office.must('arm', { id: 'S1' }, driver);
  return office;
}

const asked = (file: HandoverFile, id = 'S1') => JSON.parse(JSON.stringify({ id, file }));
const first = () => signed(fileOf(dock, carrier), dock, carrier);

test('a handover that both have signed is a record with both signatures and the hash of its document', () => {
  const office = armed();
  const file = first();
  const { records, answer } = office.must('hand-over', asked(file), driver);
  expect(answer).toMatchObject({ shipment: 'S1', step: 0, holder: addressOf(carrier) });
  expect(records[0]).toMatchObject({
    subjectName: 'S1',
    shipmentName: 'S1',
    detail: { type: 'shipment', event: 'handed-over', handover: file.handover, signatures: file.signatures },
  });
  expect(file.handover.document).toBe(`0x${toHex(detailHash(file.document))}`);
  expect(JSON.stringify(records)).not.toContain('Dock 4');
  expect(readCustody(office.state, 'S1')).toEqual({ agreement, step: 0, holder: addressOf(carrier) });
});

test('handovers follow each other: the next is given by who holds the goods, once, under one agreement', () => {
  const office = armed();
  office.must('hand-over', asked(first()), driver);
  const next = (from: SoftwareSigner, change: Partial<Handover> = {}) =>
    office.ask(
      'hand-over',
      asked(signed(fileOf(from, pharmacy, { step: 1, ...change }), from, pharmacy)),
      driver,
    );
  expect(codeOf(office.ask('hand-over', asked(first()), driver))).toBe('HANDOVER_OUT_OF_ORDER');
  expect(codeOf(next(thief))).toBe('HANDOVER_OUT_OF_ORDER');
  expect(codeOf(next(carrier, { step: 2 }))).toBe('HANDOVER_OUT_OF_ORDER');
  expect(codeOf(next(carrier, { agreement: `0x${'bb'.repeat(32)}` }))).toBe('HANDOVER_OUT_OF_ORDER');
  expect(next(carrier).ok).toBe(true);
  expect(readCustody(office.state, 'S1')?.holder).toBe(addressOf(pharmacy));
});

test.each([
  ['nobody', fileOf(dock, carrier)],
  ['the giver only', signed(fileOf(dock, carrier), dock)],
  ['the taker only', signed(fileOf(dock, carrier), carrier)],
])('what %s has signed is refused', (_who, file) => {
  expect(codeOf(armed().ask('hand-over', asked(file), driver))).toBe('HANDOVER_NOT_SIGNED');
});

test('a word that was changed after the signatures is refused', () => {
  const file = first();
  const changes: Partial<Handover>[] = [{ size: 11 }, { atS: 1 }, { to: addressOf(thief) }, { step: 1 }];
  for (const change of changes) {
    const changed = { ...file, handover: { ...file.handover, ...change } };
    expect(codeOf(armed().ask('hand-over', asked(changed), driver))).toBe('HANDOVER_NOT_SIGNED');
  }
  const moved = { ...file, chainId: 1 };
  expect(codeOf(armed().ask('hand-over', asked(moved), driver))).toBe('HANDOVER_NOT_SIGNED');
  const document = { ...file, document: { ...file.document, place: 'Dock 5' } };
  expect(codeOf(armed().ask('hand-over', asked(document), driver))).toBe('HANDOVER_INVALID');
});

test('a handover of another shipment, or none at all, is refused', () => {
  const office = armed();
  office.must('create', orderOf('S2'), driver);
  office.must('arm', { id: 'S2' }, driver);
  expect(codeOf(office.ask('hand-over', asked(first(), 'S2'), driver))).toBe('HANDOVER_INVALID');
  expect(codeOf(office.ask('hand-over', asked(first(), 'S3'), driver))).toBe('SHIPMENT_UNKNOWN');
  expect(codeOf(office.ask('hand-over', { id: 'S1', file: { format: 'x' } }, driver))).toBe(
    'HANDOVER_INVALID',
  );
  expect(codeOf(office.ask('hand-over', { id: 'S1' }, driver))).toBe('SHIPMENT_INVALID');
});

test('goods change hands from arming to delivery, not before and not after', () => {
  const office = new ShipmentOffice();
  office.must('create', orderOf('S1'), driver);
  expect(codeOf(office.ask('hand-over', asked(first()), driver))).toBe('STEP_OUT_OF_ORDER');
  for (const step of ['arm', 'depart', 'deliver']) office.must(step, { id: 'S1' }, driver);
  expect(office.ask('hand-over', asked(first()), driver).ok).toBe(true);
  office.must('review', { id: 'S1' });
  const late = signed(fileOf(carrier, pharmacy, { step: 1 }), carrier, pharmacy);
  expect(codeOf(office.ask('hand-over', asked(late), driver))).toBe('STEP_OUT_OF_ORDER');
});
