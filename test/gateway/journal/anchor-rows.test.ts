// The ledger-sync role's rows: what the gateway role learns of the ledger, and when it must learn it again.

import { expect, onTestFinished, test } from 'vitest';
import { anchorRows } from '../../../gateway/journal/anchor-rows.js';
import { readAnchorStages, stageOf } from '../../../gateway/journal/anchor-stages.js';
import { openDatabase } from '../../../gateway/journal/database.js';
import { genesisHead } from '../../../ledger-sync/evidence/batch.js';
import { readings, requestOf } from '../drafts.js';
import { domain, orderOf } from '../ledger-domain.js';
import { journalReaderOf, openTestLog, type TestLog } from '../test-log.js';

function rowsOf(log: TestLog) {
  const database = openDatabase(log.path, { access: 'peer' });
  onTestFinished(() => {
    database.close();
  });
  return { database, rows: anchorRows(database, log.signer.address, domain) };
}

function observationOf(log: TestLog, seq: number, head: Uint8Array, blockNumber: number) {
  const { chainId, verifyingContract: contract } = domain;
  return { chainId, contract, gateway: log.signer.address, head, seq, blockNumber, registered: true };
}

test('a head is written once, however often it is seen', () => {
  const log = openTestLog();
  const { database, rows } = rowsOf(log);
  const changes = () => database.prepare<[], number>('SELECT total_changes()').pluck().get();
  rows.saveHead(observationOf(log, 0, genesisHead(log.signer.address), 5));
  const afterFirst = changes();
  rows.saveHead(observationOf(log, 0, genesisHead(log.signer.address), 6));
  expect(changes()).toBe(afterFirst);
});

test('a start of the gateway role forgets the head, and the next look brings it back', () => {
  const log = openTestLog();
  const { rows } = rowsOf(log);
  const observation = observationOf(log, 0, genesisHead(log.signer.address), 5);
  rows.saveHead(observation);
  log.open();
  const journal = journalReaderOf(log);
  expect(journal.ledgerHead(domain.chainId, domain.verifyingContract)).toBeUndefined();
  rows.saveHead(observation);
  expect(journal.ledgerHead(domain.chainId, domain.verifyingContract)).toMatchObject({
    seq: 0,
    registered: 1,
  });
});

test('only headers above the observed head are owed to the ledger, oldest first', () => {
  const log = openTestLog();
  const { rows } = rowsOf(log);
  log.writer.seal(requestOf(readings(3), { batch: orderOf(1, genesisHead(log.signer.address)) }));
  const first = rows.headAt(1);
  if (!first) throw new Error('no header 1');
  log.writer.seal(requestOf(readings(2), { batch: orderOf(2, first) }));
  expect(rows.pendingBatches(10).map(({ seq, size, wire }) => [seq, size, wire.length])).toEqual([
    [1, 3, 146],
    [2, 5, 146],
  ]);
  rows.saveHead(observationOf(log, 1, first, 7));
  expect(rows.pendingBatches(10).map(({ seq }) => seq)).toEqual([2]);
});

test('a submission is open until it is dropped, and a problem is shown until it is cleared', () => {
  const log = openTestLog();
  const { rows } = rowsOf(log);
  const submission = { hash: '0xaa', nonce: 3, raw: '0x02', fromSeq: 1, toSeq: 2 };
  const most = { nonce: 3, wei: 10n ** 19n, timeMs: 1_000 };
  rows.saveSubmission(submission, most);
  rows.saveSubmission(submission, most);
  expect(rows.openSubmissions()).toEqual([submission]);
  rows.dropSubmissions(['0xaa']);
  expect(rows.openSubmissions()).toEqual([]);
  rows.saveProblem({ code: 'RPC_DOWN', message: 'm', hint: 'h' });
  const journal = journalReaderOf(log);
  expect(journal.problems()).toEqual([{ role: 'ledger-sync', code: 'RPC_DOWN', message: 'm', hint: 'h' }]);
  rows.saveProblem(undefined);
  expect(journal.problems()).toEqual([]);
});

test('what a nonce may cost stands until its receipt says what it did cost', () => {
  const log = openTestLog();
  const { rows } = rowsOf(log);
  const submission = { hash: '0xaa', nonce: 3, raw: '0x02', fromSeq: 1, toSeq: 2 };
  // Above 2^63: SQLite's integers would not hold it.
  const most = { nonce: 3, wei: 3n * 10n ** 19n, timeMs: 1_000 };
  rows.saveSubmission(submission, most);
  rows.saveSubmission({ ...submission, hash: '0xbb' }, { ...most, wei: 4n * 10n ** 19n });
  expect(rows.spends(1_000)).toEqual([{ ...most, wei: 4n * 10n ** 19n }]);
  const block = { transactionHash: '0xbb', blockNumber: 9, blockHash: '0x09', blockTimeMs: 2_000 };
  rows.saveInclusion({ ...block, fromSeq: 1, toSeq: 2 }, { nonce: 3, wei: 5n });
  expect(rows.spends(1_000)).toEqual([{ ...most, wei: 5n }]);
  expect(rows.spends(1_001)).toEqual([]);
});

test('safe and finalized are kept beside the head, and a warning beside a problem', () => {
  const log = openTestLog();
  const { database, rows } = rowsOf(log);
  const { chainId, verifyingContract } = domain;
  const observation = observationOf(log, 0, genesisHead(log.signer.address), 5);
  const stages = () => readAnchorStages(database, chainId, verifyingContract);
  expect(stages()).toMatchObject({ sentSeq: 0, safeSeq: undefined, finalizedSeq: undefined });
  rows.saveHead({ ...observation, seq: 4, safeSeq: 3, finalizedSeq: 2 });
  rows.saveSubmission(
    { hash: '0xaa', nonce: 3, raw: '0x02', fromSeq: 5, toSeq: 5 },
    { nonce: 3, wei: 1n, timeMs: 1 },
  );
  expect(stages()).toEqual({ signedSeq: 0, sentSeq: 5, includedSeq: 4, safeSeq: 3, finalizedSeq: 2 });
  expect([2, 3, 4, 5, 6].map((seq) => stageOf(seq, stages()))).toEqual([
    'finalized',
    'safe',
    'included',
    'sent',
    'signed',
  ]);
  rows.saveWarning({ code: 'PAYER_LOW', message: 'm', hint: 'h' });
  rows.saveProblem({ code: 'RPC_DOWN', message: 'm', hint: 'h' });
  rows.saveProblem(undefined);
  expect(journalReaderOf(log).problems()).toMatchObject([{ code: 'PAYER_LOW' }]);
});

test('a journal that the ledger-sync role has never opened has no stages beyond included', () => {
  const log = openTestLog();
  const database = openDatabase(log.path, { access: 'reader' });
  onTestFinished(() => {
    database.close();
  });
  const { chainId, verifyingContract } = domain;
  expect(readAnchorStages(database, chainId, verifyingContract)).toEqual({
    signedSeq: 0,
    sentSeq: 0,
    includedSeq: 0,
    safeSeq: undefined,
    finalizedSeq: undefined,
  });
});
