// Files that people send each other, each with its reader: lots, cards, snapshots, lists of packs, agreements, handovers,
// trials, statements and audits. A reader throws its typed error and no other.

import { openStatement } from '../../../gateway/trials/leg-statement.js';
import { parseAudit, verifyAudit } from '../../../gateway/trials/trial-audit.js';
import { TrialFileError } from '../../../gateway/trials/trial-file-error.js';
import { LedgerError } from '../../../ledger-sync/anchor/ledger-error.js';
import { fromHex, toHex } from '../../../ledger-sync/evidence/bytes.js';
import { EvidenceError } from '../../../ledger-sync/evidence/evidence-error.js';
import { detailHash } from '../../../ledger-sync/evidence/jcs.js';
import { CommissionedLot } from '../../../ledger-sync/serials/commissioned-lot.js';
import { lotKeyFileOf, parseLotFile, parseLotKeyFile } from '../../../ledger-sync/serials/lot-file.js';
import { isUnderRoot, parsePackCard, proofOf } from '../../../ledger-sync/serials/pack-card.js';
import { makePackList, openPackList, slowHashOf } from '../../../ledger-sync/serials/pack-list.js';
import { SerialsError } from '../../../ledger-sync/serials/serials-error.js';
import { openSnapshot, signSnapshot, snapshotLot } from '../../../ledger-sync/serials/snapshot.js';
import { newHandover, parseHandoverFile } from '../../../ledger-sync/shipments/handover-file.js';
import { headersFile, parseHeadersFile } from '../../../ledger-sync/shipments/headers-file.js';
import { parseOpening } from '../../../ledger-sync/trials/opening.js';
import { TrialError } from '../../../ledger-sync/trials/trial-error.js';
import { parseGrantFile, parseTrialFile } from '../../../ledger-sync/trials/trial-file.js';
import {
  checkpointAt,
  firstHeader,
  sampleBundle,
  sampleLog,
  sampleRecord,
} from '../../ledger-sync/evidence/sample-log.js';
import { addressText, lotFileOf, signerNamed } from '../../ledger-sync/serials/serials-rig.js';
import { type FuzzTarget, jsonBytes, refusedBy, textOf } from '../fuzz-target.js';

const contract = `0x${'cc'.repeat(20)}`;
const maker = `0x${'aa'.repeat(20)}`;
const place = { chainId: 31337, contract };
const publisher = signerNamed('publisher');
const file = lotFileOf(5);
const lot = new CommissionedLot(file);
const card = lot.card(file.packs[2]?.serial ?? '', { ...place, maker });
const salt = '5a'.repeat(16);

function snapshot(): object {
  const state = {
    ...{ maker, lot: lot.lotId, root: toHex(lot.tree.root), size: 5 },
    ...{ recalls: 0, recallChanges: 0, recallChangedAtMs: 0, spent: 1 },
  };
  const spent = { dispensed: Uint8Array.of(1), decommissioned: new Uint8Array(1) };
  return signSnapshot(publisher, {
    ...{ ...place, madeAtMs: 1_790_000_000_000, blockNumber: 70, lots: [snapshotLot(lot, state, spent)] },
  });
}

async function packList(): Promise<object> {
  const pack = { gtin: '09521234543213', serial: '1001', lot: 'LOT7', expiry: '2029-12-31' };
  const slow = await slowHashOf(pack, addressText(publisher), 10);
  const fate = { isDispensed: false, isDecommissioned: false, isRecalled: false, cold: 'kept' } as const;
  return makePackList(publisher, [{ slow, fate }], {
    ...{ madeAtMs: 1_790_000_000_000, iterations: 10, salt: new Uint8Array(16).fill(7) },
  });
}

const handover = newHandover({
  ...place,
  handover: {
    ...{
      agreement: `0x${'11'.repeat(32)}`,
      step: 1,
      from: maker,
      to: contract,
      size: 40,
      atS: 1_790_000_000,
    },
    deadline: 1_790_100_000,
  },
  document: { salt, note: 'two pallets' },
});

/** One record that ends a leg, under a checkpoint. */
function statement(): object {
  const document = {
    ...{ type: 'trial-leg', event: 'ended', trial: 'EX-301', termsHash: '33'.repeat(32), fromMs: 1, toMs: 2 },
    kits: [['0172945513', 0, 0, 0, 1, 'usable']],
  };
  const leg = sampleLog(1, () => ({ ...sampleRecord(0), detail: detailHash(document) }));
  const head = { kind: 'checkpoint', checkpoint: checkpointAt(leg, 1) } as const;
  return sampleBundle(0, 1, { leaves: leg.leaves, details: [document], proof: leg, head });
}

const audit = {
  ...{ format: 'coldgate-trial-audit', version: 1, trial: 'EX-301', gateway: maker, madeAtMs: 1 },
  evidence: [sampleBundle(29, 30)],
};

/** One reader and a file for it. */
const reader = (
  name: string,
  value: object,
  errors: Parameters<typeof refusedBy>[0],
  read: (text: string) => unknown,
): FuzzTarget => ({
  ...{ name: `file ${name}`, seeds: [jsonBytes(value)], isJson: true, slice: 300, share: 8 },
  feed: (input) => refusedBy(errors, () => read(textOf(input))),
});

export async function fileTargets(): Promise<FuzzTarget[]> {
  const publishers = [addressText(publisher)];
  const domain = { chainId: place.chainId, verifyingContract: fromHex(contract) };
  return [
    reader('lot', file, [SerialsError], parseLotFile),
    reader('lot key', lotKeyFileOf(file, maker), [SerialsError], parseLotKeyFile),
    reader('pack card', card, [SerialsError], (text) => {
      const read = parsePackCard(text);
      proofOf(read);
      isUnderRoot(read, lot.tree.root);
    }),
    reader('snapshot', snapshot(), [SerialsError], (text) => openSnapshot(text, publishers, domain)),
    reader('pack list', await packList(), [EvidenceError], openPackList),
    reader('handover', handover, [LedgerError], parseHandoverFile),
    reader('headers', headersFile(place.chainId, contract, [firstHeader]), [LedgerError], parseHeadersFile),
    reader(
      'trial',
      { format: 'coldgate-trial', version: 1, name: 'EX-301', salt, sponsor: maker, ...place },
      [TrialError],
      parseTrialFile,
    ),
    reader(
      'grant',
      { format: 'coldgate-grant', version: 1, dataSet: '11'.repeat(32), publicKey: '22'.repeat(32), salt },
      [TrialError],
      parseGrantFile,
    ),
    reader(
      'opening',
      {
        format: 'coldgate-opening',
        version: 1,
        salt,
        kind: 'document',
        title: 'a',
        edition: '1',
        sha256: '33'.repeat(32),
      },
      [TrialError],
      parseOpening,
    ),
    reader('statement', statement(), [TrialFileError], openStatement),
    reader('audit', audit, [TrialFileError], (text) => verifyAudit(parseAudit(text))),
  ];
}
