// What the ledger-sync role writes beside a log, through its own row classes: the contract's head, transactions and what they
// cost, where headers stand, lots of packs, and what a maker said of chips.

import { LotStoreRows } from '../../../gateway/authenticity/lot-store-rows.js';
import { proofAskPrefix } from '../../../gateway/authenticity/proof/proof-asks.js';
import { aggregateProofSaver } from '../../../gateway/journal/aggregate-proofs.js';
import { anchorRows } from '../../../gateway/journal/anchor-rows.js';
import { type JournalDatabase, openDatabase } from '../../../gateway/journal/database.js';
import { TagProofRows } from '../../../gateway/journal/tag-proof-rows.js';
import type { LogWriter } from '../../../gateway/sealing/log-writer.js';
import { aggregateLeafOf } from '../../../ledger-sync/evidence/aggregate.js';
import { genesisHead, type LedgerDomain } from '../../../ledger-sync/evidence/batch.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { leafHash, nodeHash } from '../../../ledger-sync/evidence/merkle.js';
import { lotKeyFileOf } from '../../../ledger-sync/serials/lot-file.js';
import {
  believed,
  epcOf,
  lotWith,
  maker,
  START_MS,
  snapshotOf,
} from '../../gateway/authenticity/tag-bench.js';
import { readings, requestOf } from '../../gateway/drafts.js';

export const domain: LedgerDomain = { chainId: 1, verifyingContract: new Uint8Array(20).fill(9) };
const { chainId, verifyingContract: contract } = domain;
const HOUR_MS = 3_600_000;
/** The newest header that the contract has, at the end. */
const HEAD_SEQ = 3;

/** Tables that are laid out and written by whoever asks the ledger, and the headers that go there. */
export const ledgerTables: readonly string[] = [
  ...['batches', 'ledger_heads', 'submissions', 'inclusions', 'problems', 'ledger_stages', 'ledger_spends'],
  ...['aggregate_proofs', 'tag_proof_answers'],
  ...['serials_snapshots', 'serials_lot_keys', 'serials_followed', 'serials_change'],
];

/** Behind what a configuration has otherwise. */
export const ledgerSections = `
ledger: { rpcUrl: 'http://127.0.0.1:8545', chainId: ${chainId}, contract: '0x${toHex(contract)}' }
authenticity: ${JSON.stringify({ ...believed, tagService: { url: 'https://tags.example/judge' } })}
`;

/** One lot that was called back after the snapshot, one with packs that were dispensed. */
const lots = [lotWith([1001, 1002]), lotWith([2001, 2002, 2003], { lot: 'B' })] as const;
/** Serials of all packs; the last one is none. */
export const serials: readonly string[] = ['1001', '1002', '2001', '2003', '3001'];

/** Chips whose proofs wait: one was answered. */
const askedEpcs = [epcOf(1001), epcOf(2001)];
export const proofAsks = askedEpcs.map((epc, at): [key: string, value: string] => {
  const ask = {
    epc,
    askedAtMs: START_MS + at,
    suite: 'impinj',
    reader: 'dock',
    shortTid: '11a210bc4c02fd00',
  };
  const proof = { challenge: '35443e000001', response: '071305dc7779e91a' };
  return [proofAskPrefix + epc, JSON.stringify({ ...ask, ...proof })];
});

const word = (of: number, bytes: number) => `0x${of.toString(16).padStart(2, '0').repeat(bytes)}`;

/** Headers fromSeq..toSeq, in the transaction of a nonce. */
function sent(nonce: number, offer: number, fromSeq: number, toSeq: number) {
  const submission = { hash: word(16 * nonce + offer, 32), nonce, raw: word(nonce, 300), fromSeq, toSeq };
  return [
    submission,
    { nonce, wei: 3n * 10n ** 19n + BigInt(offer), timeMs: START_MS + nonce * HOUR_MS },
  ] as const;
}

function included(nonce: number, fromSeq: number, toSeq: number) {
  const block = {
    blockNumber: 1000 + nonce,
    blockHash: word(nonce, 32),
    blockTimeMs: START_MS + nonce * HOUR_MS,
  };
  return { transactionHash: word(16 * nonce, 32), ...block, fromSeq, toSeq };
}

const storeOf = (database: JournalDatabase, gateway: Uint8Array) => anchorRows(database, gateway, domain);

function withPeer<Result>(path: string, work: (database: JournalDatabase) => Result): Result {
  const database = openDatabase(path, { access: 'peer' });
  try {
    return work(database);
  } finally {
    database.close();
  }
}

/** What the contract says of the gateway, as at each look. */
function observation(database: JournalDatabase, gateway: Uint8Array, seq: number) {
  const head = seq === 0 ? genesisHead(gateway) : storeOf(database, gateway).headAt(seq);
  if (!head) throw new Error(`there is no header ${seq}`);
  const at = { blockNumber: 1100 + seq, safeSeq: seq, finalizedSeq: seq - 1, finalBlock: 1000 + seq };
  return { chainId, contract, gateway, head, seq, registered: true, ...at };
}

/** Looks at the ledger: the same as before, though a start of the gateway role has forgotten it. */
export function tellHead(path: string, gateway: Uint8Array): void {
  withPeer(path, (database) => {
    storeOf(database, gateway).saveHead(observation(database, gateway, HEAD_SEQ));
  });
}

/** Four headers, and what waits for a maker's word. */
export function sealHeaders(writer: LogWriter, gateway: Uint8Array): void {
  let prev = genesisHead(gateway);
  for (const seq of [1, 2, 3, 4]) {
    const batch = { chainId, contract, seq, prev, flags: 0 };
    writer.seal(requestOf(readings(2), { batch, judgeState: seq === 1 ? proofAsks : [] }));
    prev = writer.tip().headers[0]?.head ?? prev;
  }
}

/** The first headers: two are final, the third is on its way. */
export function writeFirst(path: string, gateway: Uint8Array): void {
  withPeer(path, (database) => {
    const store = storeOf(database, gateway);
    for (const seq of [1, 2]) {
      store.saveSubmission(...sent(seq, 0, seq, seq));
      store.saveInclusion(included(seq, seq, seq), { nonce: seq, wei: 10n ** 19n + BigInt(seq) });
      store.dropSubmissions([sent(seq, 0, seq, seq)[0].hash]);
      store.saveHead(observation(database, gateway, seq));
    }
    for (const offer of [0, 1]) store.saveSubmission(...sent(3, offer, 3, 3));
    store.saveProblem({ code: 'DAY_LIMIT', message: 'anchoring would cost more', hint: 'raise the limit' });
    store.saveWarning({ code: 'PAYER_LOW', message: 'funds for less than 14 days', hint: 'send funds' });
    writePacks(new LotStoreRows(database, believed));
    const [epc = ''] = askedEpcs;
    new TagProofRows(database).save([{ epc, askedAtMs: START_MS, result: 'passed' }]);
  });
}

function writePacks(store: LotStoreRows): void {
  const snapshot = snapshotOf(lots[0]);
  store.takeSnapshot(snapshot, JSON.stringify(snapshot));
  for (const { file } of lots) store.takeLotKey(lotKeyFileOf(file, maker));
  const state = { maker, recallChanges: 1, recallChangedAtMs: START_MS, spent: 0 };
  const { lotId: lot, tree } = lots[0];
  const bits = { dispensed: Uint8Array.of(2), decommissioned: Uint8Array.of(0) };
  store.saveFollowed(
    [{ ...state, ...bits, lot, root: toHex(tree.root), size: 2, recalls: 1 }],
    71,
    START_MS + 1,
  );
}

/** The third header is included, the fourth on its way. */
export function writeMore(path: string, gateway: Uint8Array): void {
  withPeer(path, (database) => {
    const store = storeOf(database, gateway);
    const save = aggregateProofSaver(database, domain);
    for (const { seq, wire } of store.pendingBatches(HEAD_SEQ)) save(seq, aggregatedAs(seq, wire));
    store.saveInclusion(included(3, 3, 3), { nonce: 3, wei: 10n ** 19n });
    store.saveHead(observation(database, gateway, HEAD_SEQ));
    store.saveSubmission(...sent(4, 0, 4, 4));
    new LotStoreRows(database, believed).saveFollowed([], 72, START_MS + 2);
    function aggregatedAs(seq: number, wire: Uint8Array) {
      const prev = seq === 1 ? genesisHead(gateway) : store.headAt(seq - 1);
      if (!prev) throw new Error(`there is no header ${seq - 1}`);
      const other = new Uint8Array(32).fill(seq);
      const root = nodeHash(leafHash(aggregateLeafOf(wire, prev)), other);
      return { aggregator: word(0xab, 20), root, size: 2, index: 0, path: [other] };
    }
  });
}
