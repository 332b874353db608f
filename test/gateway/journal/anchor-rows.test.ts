// The ledger-sync role's rows: what the gateway role learns of the ledger, and when it must learn it again.

import { expect, onTestFinished, test } from 'vitest';
import { anchorRows } from '../../../gateway/journal/anchor-rows.js';
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
  rows.saveSubmission(submission);
  rows.saveSubmission(submission);
  expect(rows.openSubmissions()).toEqual([submission]);
  rows.dropSubmission('0xaa');
  expect(rows.openSubmissions()).toEqual([]);
  rows.saveProblem({ code: 'RPC_DOWN', message: 'm', hint: 'h' });
  const journal = journalReaderOf(log);
  expect(journal.problems()).toEqual([{ role: 'ledger-sync', code: 'RPC_DOWN', message: 'm', hint: 'h' }]);
  rows.saveProblem(undefined);
  expect(journal.problems()).toEqual([]);
});
