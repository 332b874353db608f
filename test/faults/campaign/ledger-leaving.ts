// What leaves because of the ledger side's rows, made by the real readers: what the status and the batch topic say, whether the
// next header is cut, a bundle with its inclusion, what the ledger-sync role sends and asks next, and what is known of packs.

import { KnownSerials } from '../../../gateway/authenticity/known-serials.js';
import { proofAskPrefix, readProofAsk } from '../../../gateway/authenticity/proof/proof-asks.js';
import { exportEvidence } from '../../../gateway/evidence-export.js';
import { anchorRows } from '../../../gateway/journal/anchor-rows.js';
import { type JournalDatabase, openDatabase } from '../../../gateway/journal/database.js';
import { JournalError } from '../../../gateway/journal/journal-error.js';
import type { JournalReader } from '../../../gateway/journal/journal-reader.js';
import { ledgerTables } from '../../../gateway/journal/row-check.js';
import { TagProofRows } from '../../../gateway/journal/tag-proof-rows.js';
import { commitsCutOff } from '../../../gateway/journal/wal-chain.js';
import { newestBatch } from '../../../gateway/publish/batch-state.js';
import { batchMessage } from '../../../gateway/publish/side-messages.js';
import { mendRows } from '../../../gateway/recovery/rotten-rows.js';
import { checkedRow } from '../../../gateway/recovery/row-truth.js';
import { BatchCutter } from '../../../gateway/sealing/batch-cutter.js';
import { ledgerProblems, ledgerStatus } from '../../../gateway/status-report.js';
import type { Outlet } from './leaving.js';
import { domain, serials } from './ledger-side.js';
import { SHIPMENT, topics } from './rotten-log.js';

const GTIN = '09521234543213';
const { chainId, verifyingContract: contract } = domain;
const hexed = (_key: string, value: unknown) =>
  typeof value === 'bigint' || value instanceof Uint8Array ? String(value) : value;

/** The same in words for a person: somebody was told. */
const told = (what: string) => new JournalError('JOURNAL_DAMAGED', what, '');

const status: Outlet = (journal, config, take) => {
  const problems = ledgerProblems(journal);
  if (problems.some(({ code }) => code === 'JOURNAL_DAMAGED')) throw told('the status says so');
  take(JSON.stringify([ledgerStatus(config, journal), problems]));
};

const batchTopic: Outlet = (journal, config, take) => {
  const state = newestBatch(config, journal);
  take(state ? batchMessage(topics, state).payload : 'none');
};

const nextHeader: Outlet = (journal, _config, take) => {
  const cutter = new BatchCutter({ journal, chainId, contract, intervalMs: 0, uptimeMs: () => 1 });
  take(JSON.stringify(cutter.decide(), hexed));
};

const anchored: Outlet = (journal, config, take) => {
  take(JSON.stringify(exportEvidence(journal, config, { kind: 'shipment', name: SHIPMENT }, false)));
};

/** What the store gives decides which bytes go out next, or whether any do. */
const outbox = withPeer((database, { gateway }, take) => {
  const store = anchorRows(database, gateway, domain);
  const heads = [1, 2, 3, 4].map((seq) => store.headAt(seq));
  const owed = [store.pendingBatches(10), store.openSubmissions()];
  take(JSON.stringify([owed, store.spends(1), store.finalBlock(), heads], hexed));
});

const packs: Outlet = (journal, { authenticity }, take) => {
  const troubles: string[] = [];
  if (!authenticity) throw new Error('tags are not judged');
  const known = new KnownSerials(journal.serials, authenticity, ({ code }) => troubles.push(code)).look();
  if (troubles.length > 0) throw told('the log says so');
  const found = serials.map((serial) => known?.find(GTIN, serial, undefined));
  // Packs of which nothing is known are never called verified.
  if (found.every((pack) => pack?.kind === 'no-key' || pack?.kind === 'no-snapshot')) throw told('unknown');
  take(JSON.stringify([found, known?.asOfMs, known?.recalledLots, known?.digest]));
};

const proofs = withPeer((database, _journal, take) => {
  const rows = new TagProofRows(database);
  const answers = new Map(rows.answers().map((answer) => [answer.epc, answer]));
  for (const ask of rows.asks(proofAskPrefix).map(readProofAsk)) {
    const answer = ask && answers.get(ask.epc);
    take(JSON.stringify([ask, answer?.askedAtMs === ask?.askedAtMs ? answer?.result : 'is asked again']));
  }
});

function withPeer(
  work: (database: JournalDatabase, journal: JournalReader, take: (text: string) => void) => void,
): Outlet {
  return (journal, _config, take, path) => {
    if (commitsCutOff(path) > 0) throw told('the role waits for the gateway role');
    const database = openDatabase(path, { access: 'peer' });
    // What the role puts back at its own start is left for the gateway role to find as well.
    database.exec('BEGIN IMMEDIATE');
    try {
      if (mendRows(database, path, ledgerTables.map(checkedRow)).askedAgain.length > 0)
        throw told('the log says so');
      work(database, journal, take);
    } finally {
      if (database.inTransaction) database.exec('ROLLBACK');
      database.close();
    }
  };
}

export const ledgerOutlets: Readonly<Record<string, Outlet>> = {
  status,
  batchTopic,
  nextHeader,
  anchored,
  outbox,
  packs,
  proofs,
};

/** Those that leave while the gateway role is off, or by a role that starts beside it. */
export const ledgerWithoutStart: readonly string[] = ['status', 'anchored', 'outbox', 'proofs'];
