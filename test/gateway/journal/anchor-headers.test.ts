// Signed headers on their way to the ledger: the bytes that the contract takes, their domain, where they ended.

import { describe, expect, it } from 'vitest';
import { anchorRows, headerOf } from '../../../gateway/journal/anchor-rows.js';
import { encodeBatchWire, genesisHead, verifyBatch } from '../../../ledger-sync/evidence/batch.js';
import { readings, requestOf } from '../drafts.js';
import { hex } from '../hex.js';
import { domain, orderOf } from '../ledger-domain.js';
import { journalReaderOf, openTestLog } from '../test-log.js';

const { chainId, verifyingContract: contract } = domain;

/** A log with `count` signed headers, one record each. */
function bench(count: number) {
  const log = openTestLog();
  const journal = journalReaderOf(log);
  let prev = genesisHead(log.signer.address);
  for (let seq = 1; seq <= count; seq++) {
    log.writer.seal(requestOf(readings(1), { batch: orderOf(seq, prev) }));
    prev = journal.batch(chainId, contract, seq)?.head ?? prev;
  }
  const rows = anchorRows(log.database, log.signer.address, domain);
  const contractSays = (seq: number, head = rows.headAt(seq) ?? genesisHead(log.signer.address)) =>
    rows.saveHead({
      chainId,
      contract,
      gateway: log.signer.address,
      head,
      seq,
      blockNumber: 100 + seq,
      registered: true,
    });
  return { log, journal, rows, contractSays };
}

describe('the headers that the ledger is owed', () => {
  it('are those above the head that was last read, in order', () => {
    const { rows, contractSays } = bench(4);
    const pending = (limit = 10) => rows.pendingBatches(limit).map(({ seq }) => seq);
    expect(pending()).toEqual([1, 2, 3, 4]);
    expect(pending(2)).toEqual([1, 2]);
    contractSays(2);
    expect(pending()).toEqual([3, 4]);
    contractSays(0);
    expect(pending()).toEqual([1, 2, 3, 4]);
    contractSays(4);
    expect(pending()).toEqual([]);
  });

  it('come in the bytes that the contract takes, still signed', () => {
    const { log, journal, rows } = bench(2);
    for (const { seq, wire, head, size } of rows.pendingBatches(10)) {
      const row = journal.batch(chainId, contract, seq);
      if (!row) throw new Error(`no header ${seq}`);
      const signed = { ...headerOf(row, log.signer.address), signature: row.signature };
      expect(verifyBatch(domain, signed)).toBe(true);
      expect(hex(wire)).toBe(hex(encodeBatchWire(signed)));
      expect(wire.length).toBe(146);
      expect([hex(head), size]).toEqual([hex(row.head), seq]);
    }
  });

  it('of another contract are none of this one', () => {
    const { log } = bench(2);
    const elsewhere = { chainId: chainId + 1, verifyingContract: contract };
    const rows = anchorRows(log.database, log.signer.address, elsewhere);
    expect(rows.pendingBatches(10)).toEqual([]);
    expect(rows.headAt(1)).toBeUndefined();
  });
});

describe('what became of them', () => {
  it('writes a head that forked, though its number is the same', () => {
    const { log, contractSays } = bench(2);
    contractSays(1);
    const before = log.database.prepare('SELECT total_changes()').pluck().get();
    contractSays(1);
    expect(log.database.prepare('SELECT total_changes()').pluck().get()).toBe(before);
    contractSays(1, new Uint8Array(28).fill(9));
    expect(log.database.prepare('SELECT total_changes()').pluck().get()).not.toBe(before);
  });

  it('finds the inclusion of any header in it', () => {
    const { journal, rows } = bench(0);
    rows.saveInclusion({
      transactionHash: '0xab',
      blockNumber: 7,
      blockHash: '0xcd',
      blockTimeMs: 1_700_000_000_000,
      fromSeq: 2,
      toSeq: 4,
    });
    const found = [1, 2, 3, 4, 5].map((seq) => journal.inclusion(chainId, contract, seq)?.transaction_hash);
    expect(found).toEqual([undefined, '0xab', '0xab', '0xab', undefined]);
  });
});
