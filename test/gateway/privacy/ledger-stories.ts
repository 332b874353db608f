// What a shipment, a lot and a trial leave on a ledger, played by the code that the commands use. Told twice: as it is, and
// by careless people who leave the salts out; the second shows what an attack finds that is able to find anything.

import { randomBytes } from 'node:crypto';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { detailHash } from '../../../ledger-sync/evidence/jcs.js';
import { subjectOf } from '../../../ledger-sync/evidence/record.js';
import { sha256 } from '../../../ledger-sync/evidence/sha256.js';
import type { CommissionedLot } from '../../../ledger-sync/serials/commissioned-lot.js';
import { placeCommitment } from '../../../ledger-sync/serials/serials-requests.js';
import { encodeContradict } from '../../../ledger-sync/shipments/agreement-calls.js';
import { rulingDocument } from '../../../ledger-sync/shipments/ruling.js';
import { makeDataSet } from '../../../ledger-sync/trials/data-set.js';
import {
  commitmentOf,
  type Opening,
  parseOpening,
  recipientWord,
  trialWord,
} from '../../../ledger-sync/trials/opening.js';
import type { AgreementRig } from '../../ledger-sync/contracts/agreement-rig.js';
import { Transport } from '../../ledger-sync/contracts/transport.js';
import { id, lotFileOf, type SerialsRig } from '../../ledger-sync/serials/serials-rig.js';
import { addressText, FAR, type TrialRig } from '../../ledger-sync/trials/trial-rig.js';

const utf8 = new TextEncoder();

export const goods = {
  ...{ gtin: '09521141123454', lot: 'LOT-7A31', expiry: '2029-12-31' },
  serials: ['183746291045', '183746291052', '183746291069', '183746291076'],
  ...{ sscc: '106141412345678908', unitEpc: '3114257bf4499602d2000000' },
};
export const shipment = {
  id: 'SHIP-2026-0077',
  probe: 'pallet-front-probe',
  document: {
    ...{
      consignor: 'Example Pharma, Basel',
      consignee: 'Kantonsspital, Aarau',
      carrier: 'Example Lines, Olten',
    },
    ...{ sscc: goods.sscc, driver: 'Omar Example' },
  },
  places: ['Ramp 4, Basel', 'Pharmacy, Aarau', 'Backyard, Olten'],
  paper: 'Report: pallet 106141412345678908 stood outside for a minute. Quinn Example, quality.',
} as const;
export const study = {
  ...{ trial: 'EX-1234-COLD', subject: 'AARAU-0017', kit: 'KIT-000417', recipient: 'ab'.repeat(32) },
  ...{ sheet: 'Signed by Pat Example at Kantonsspital, Aarau', file: 'results-by-subject.csv' },
  form: { kind: 'consent-form', title: 'Consent to trial EX-1234-COLD', edition: '2.1-german' },
} as const;

const custodyDocument = (place: string) => ({ shipment: shipment.id, place });
/** Without their salts: what an attacker may know. */
export const documents: Readonly<Record<string, object>> = {
  agreement: shipment.document,
  ...Object.fromEntries(shipment.places.map((place) => [`custody at ${place}`, custodyDocument(place)])),
  ruling: { format: 'coldgate-ruling-document', version: 1, sha256: hashOf(shipment.paper) },
  form: { format: 'coldgate-opening', version: 1, ...study.form, sha256: hashOf('form') },
};

function hashOf(text: string): string {
  return toHex(sha256(utf8.encode(text)));
}

const saltOf = (isCareless: boolean, bytes: number) =>
  isCareless ? new Uint8Array(bytes) : Uint8Array.from(randomBytes(bytes));
const hashed = (document: object, isCareless: boolean) =>
  `0x${toHex(detailHash(isCareless ? document : { ...document, salt: toHex(randomBytes(32)) }))}`;

/** Create, fund, two handovers, headers, readings against them, a dispute, a ruling, a settlement, a withdrawal. */
export async function playAgreement(rig: AgreementRig): Promise<Transport> {
  const salt = randomBytes(16);
  const transport = await Transport.armed(rig, {
    shipment: `0x${toHex(subjectOf(shipment.id, salt))}`,
    document: hashed(shipment.document, false),
  });
  const [ramp, pharmacy] = shipment.places;
  const ofProbe = { subject: subjectOf(shipment.probe) };
  await transport.hand('carrier', { document: hashed(custodyDocument(ramp), false) });
  transport.drive(60, 9000, ofProbe);
  // A header that hides what its records say, so that records must be shown.
  transport.cut({ minCentiC: 500, maxCentiC: 500 });
  await transport.hand('receiver', { document: hashed(custodyDocument(pharmacy), false) });
  transport.drive(1, 5000, ofProbe);
  transport.cut();
  await rig.anchorHeaders(transport.gateway);
  await transport.claim();
  const readings = Array.from({ length: 40 }, (_, index) => transport.proven(5 + index));
  await rig.send(encodeContradict(transport.terms, transport.headers.slice(-1), readings));
  await transport.dispute('payee');
  const opening = { format: 'coldgate-ruling-document', version: 1, sha256: hashOf(shipment.paper) } as const;
  await transport.rule(60, { document: rulingDocument({ ...opening, salt: toHex(randomBytes(32)) }) });
  return transport;
}

/** The same without salts, as far as a ruling. */
export async function playCarelessAgreement(rig: AgreementRig): Promise<void> {
  const transport = await Transport.armed(rig, {
    shipment: `0x${toHex(subjectOf(shipment.id))}`,
    document: hashed(shipment.document, true),
  });
  await transport.hand('carrier', { document: hashed(custodyDocument(shipment.places[0]), true) });
  await transport.dispute('payee');
  await transport.rule(600, { document: `0x${hashOf(shipment.paper)}` });
}

/** A lot commissioned, a pack dispensed twice, one taken out, all called back and that lifted. */
export async function playLot(rig: SerialsRig, isCareless: boolean): Promise<CommissionedLot> {
  const { gtin, lot, expiry, serials } = goods;
  const secret = toHex(saltOf(isCareless, 32));
  const packs = serials.map((serial) => ({ serial }));
  const known = await rig.commission(lotFileOf(serials.length, { gtin, lot, expiry, secret, packs }));
  for (const [at, who] of [
    [1, rig.pharmacy],
    [2, rig.other],
  ] as const) {
    const where = shipment.places[at];
    const place = isCareless ? id(where) : `0x${toHex(placeCommitment(where, randomBytes(16)))}`;
    await rig.chain.send(rig.dispenseData(known.card(serials[2] ?? '', rig.place), where, who, { place }));
  }
  await rig.chain.send(rig.decommissionData(known, 0, 1n));
  const reason = `0x${toHex(utf8.encode(isCareless ? `sterility of ${lot}` : 'sterility')).padEnd(64, '0')}`;
  await rig.chain.send(rig.recallData(known, true, 0, rig.maker, { reason }));
  await rig.chain.send(rig.recallData(known, true, 1, rig.authority, { reason }));
  await rig.chain.send(rig.recallData(known, false, 2, rig.maker, { reason }));
  return known;
}

/** A form, a consent to it that is withdrawn, a data set that is granted to a reader. */
export async function playTrial(rig: TrialRig, isCareless: boolean): Promise<void> {
  const newSalt = () => toHex(saltOf(isCareless, 16));
  const trial = `0x${trialWord(study.trial, newSalt())}`;
  const name = { sponsor: addressText(rig.sponsor), trial };
  const send = (data: string) => rig.chain.send(data);
  const opened = (members: object): Opening =>
    parseOpening(JSON.stringify({ format: 'coldgate-opening', version: 1, salt: newSalt(), ...members }));
  const put = async (opening: Opening, kind: number, by = rig.sponsor, basis = `0x${'00'.repeat(32)}`) => {
    const commitment = `0x${commitmentOf(opening)}`;
    await send(rig.attestData(commitment, { kind, by, basis, ...name }));
    return rig.nameOf(commitment, by);
  };
  const appointed = { ...name, account: addressText(rig.site), rights: 2, change: 0, deadline: FAR };
  await send(rig.data('Appoint', rig.sponsor, appointed));
  const form = opened({ ...study.form, sha256: hashOf('form') });
  const formName = await put(form, 2);
  const { subject } = study;
  const given = { form: commitmentOf(form), givenAt: '2026-11-30T09:00:00Z', sha256: hashOf(study.sheet) };
  const consent = await put(opened({ kind: 'consent', subject, ...given }), 3, rig.site, formName);
  const reason = `0x${toHex(utf8.encode(isCareless ? `${subject} left` : 'withdrawn')).padEnd(64, '0')}`;
  const by = addressText(rig.site);
  await send(rig.data('Revoke', rig.site, { ...name, attestation: consent, reason, by, deadline: FAR }));
  const file = { name: study.file, sha256: hashOf(`${study.kit} ${subject}`), bytes: 4096 };
  const dataSet = await put(makeDataSet(study.trial, [file], newSalt).opening, 4);
  const grant = {
    ...{ ...name, dataSet, recipient: `0x${recipientWord(study.recipient, newSalt())}` },
    ...{ expiresAt: FAR - 1, change: 0, by: addressText(rig.sponsor), deadline: FAR },
  };
  await send(rig.data('Grant', rig.sponsor, grant));
}
