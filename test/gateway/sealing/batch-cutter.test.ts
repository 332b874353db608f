// When a header is cut: a journal, its cutter, and a contract that the test plays.

import { describe, expect, it } from 'vitest';
import { anchorRows } from '../../../gateway/journal/anchor-rows.js';
import { BatchCutter } from '../../../gateway/sealing/batch-cutter.js';
import type { BatchOrder } from '../../../gateway/sealing/draft-record.js';
import { batchFlags, genesisHead, unpackMeta } from '../../../ledger-sync/evidence/batch.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { readings, requestOf } from '../drafts.js';
import { hex } from '../hex.js';
import { domain } from '../ledger-domain.js';
import { journalReaderOf, openTestLog } from '../test-log.js';

const INTERVAL_MS = 60_000;
const HEARTBEAT_MS = 3_600_000;

/** A gateway's journal, its cutter and a contract that the test plays. */
function bench(heartbeatMs?: number) {
  const log = openTestLog();
  const journal = journalReaderOf(log);
  let uptimeMs = 1_000;
  const newCutter = () =>
    new BatchCutter({
      journal,
      chainId: domain.chainId,
      contract: domain.verifyingContract,
      intervalMs: INTERVAL_MS,
      heartbeatMs,
      uptimeMs: () => uptimeMs,
    });
  let cutter = newCutter();
  const contractSays = (seq: number, head: Uint8Array, registered = true) =>
    anchorRows(log.database, log.signer.address, domain).saveHead({
      chainId: domain.chainId,
      contract: domain.verifyingContract,
      gateway: log.signer.address,
      head,
      seq,
      blockNumber: 5,
      registered,
    });
  return {
    log,
    journal,
    genesis: genesisHead(log.signer.address),
    contractSays,
    record: (count = 1) => log.writer.seal(requestOf(readings(count))),
    obey: (batch: BatchOrder) => log.writer.seal(requestOf([], { batch })),
    headAt: (seq: number) =>
      journal.batch(domain.chainId, domain.verifyingContract, seq)?.head ?? new Uint8Array(28),
    pass: (ms: number) => {
      uptimeMs += ms;
    },
    hurry: () => cutter.hurry(),
    hurryFor: (drafts: readonly { kind: number }[]) => cutter.hurryFor(drafts),
    decide: () => cutter.decide(),
    restart: () => {
      log.open();
      cutter = newCutter();
    },
    /** Header 1 cut, included and seen. */
    anchorFirst() {
      this.record();
      this.contractSays(0, this.genesis);
      const decision = this.decide();
      if (decision.kind !== 'cut') throw new Error(`decided to ${decision.kind}`);
      this.obey(decision.order);
      this.contractSays(1, this.headAt(1));
    },
  };
}

describe('the batch cutter', () => {
  it('cuts nothing before the head of the contract was read since this start', () => {
    const b = bench();
    b.anchorFirst();
    b.record();
    b.restart();
    b.hurry();
    b.pass(INTERVAL_MS * 2);
    expect(b.decide()).toEqual({ kind: 'wait' });
    b.contractSays(1, b.headAt(1));
    expect(b.decide().kind).toBe('cut');
  });

  it('cuts nothing for a gateway that is not registered', () => {
    const b = bench();
    b.record();
    b.contractSays(0, new Uint8Array(28), false);
    expect(b.decide()).toEqual({ kind: 'wait' });
  });

  it('cuts nothing for an empty log', () => {
    const b = bench();
    b.contractSays(0, b.genesis);
    expect(b.decide()).toEqual({ kind: 'wait' });
  });

  it('orders the first header on the head that the contract holds', () => {
    const b = bench();
    b.record();
    b.contractSays(0, b.genesis);
    const decision = b.decide();
    expect(decision).toMatchObject({ kind: 'cut', order: { seq: 1, chainId: domain.chainId, flags: 0 } });
    expect(decision.kind === 'cut' && hex(decision.order.prev)).toBe(hex(b.genesis));
  });

  it('waits until the contract has the header before', () => {
    const b = bench();
    b.anchorFirst();
    b.contractSays(0, b.genesis);
    b.record();
    b.hurry();
    b.pass(INTERVAL_MS * 2);
    expect(b.decide()).toEqual({ kind: 'wait' });
    b.contractSays(1, b.headAt(1));
    expect(b.decide()).toMatchObject({ kind: 'cut', order: { seq: 2 } });
  });

  it('waits for the interval, and for something new', () => {
    const b = bench();
    b.anchorFirst();
    b.pass(INTERVAL_MS);
    expect(b.decide().kind).toBe('wait');
    b.record();
    expect(b.decide().kind).toBe('cut');
    b.pass(INTERVAL_MS - 1);
    expect(b.decide().kind).toBe('wait');
    b.pass(1);
    expect(b.decide().kind).toBe('cut');
  });

  it('does not wait for the interval after an excursion, once', () => {
    const b = bench();
    b.anchorFirst();
    b.record();
    expect(b.decide().kind).toBe('wait');
    b.hurry();
    expect(b.decide().kind).toBe('cut');
    expect(b.decide().kind).toBe('wait');
  });

  it.each([
    ['an excursion', recordKinds.excursion, 'cut'],
    ['a handover', recordKinds.shipmentEvent, 'cut'],
    ['a reading', recordKinds.temperature, 'wait'],
    ['a review', recordKinds.review, 'wait'],
  ])('takes %s as it is meant', (_, kind, decided) => {
    const b = bench();
    b.anchorFirst();
    b.record();
    b.hurryFor([{ kind: recordKinds.door }, { kind }]);
    expect(b.decide().kind).toBe(decided);
  });

  it('keeps its hurry until what it is for is durable', () => {
    const b = bench();
    b.anchorFirst();
    b.hurry();
    expect(b.decide().kind).toBe('wait');
    b.record();
    expect(b.decide().kind).toBe('cut');
  });

  it('covers a backlog of any length with one header', () => {
    const b = bench();
    b.anchorFirst();
    b.record(5_000);
    b.pass(INTERVAL_MS);
    const decision = b.decide();
    if (decision.kind === 'cut') b.obey(decision.order);
    const { chainId, verifyingContract } = domain;
    expect(b.journal.latestBatch(chainId, verifyingContract)).toMatchObject({ seq: 2, size: 5_001 });
  });

  it('says by a heartbeat that nothing is new, in a rhythm of its own', () => {
    const b = bench(HEARTBEAT_MS);
    b.anchorFirst();
    b.pass(HEARTBEAT_MS - 1);
    expect(b.decide()).toEqual({ kind: 'wait' });
    b.pass(1);
    const decision = b.decide();
    if (decision.kind !== 'cut') throw new Error(`decided to ${decision.kind}`);
    b.obey(decision.order);
    const { chainId, verifyingContract } = domain;
    const heartbeat = b.journal.latestBatch(chainId, verifyingContract);
    expect(heartbeat).toMatchObject({ seq: 2, size: 1 });
    expect(heartbeat && unpackMeta(heartbeat.meta).flags).toBe(batchFlags.heartbeat);
    b.contractSays(2, b.headAt(2));
    expect(b.decide()).toEqual({ kind: 'wait' });
  });

  it('sends no heartbeat for an empty log, nor before its time after a start', () => {
    const empty = bench(HEARTBEAT_MS);
    empty.contractSays(0, empty.genesis);
    empty.pass(HEARTBEAT_MS);
    expect(empty.decide()).toEqual({ kind: 'wait' });
    const b = bench(HEARTBEAT_MS);
    b.anchorFirst();
    b.pass(HEARTBEAT_MS);
    b.restart();
    b.contractSays(1, b.headAt(1));
    expect(b.decide()).toEqual({ kind: 'wait' });
  });

  it('sends no heartbeat while the header before is on its way', () => {
    const b = bench(HEARTBEAT_MS);
    b.anchorFirst();
    b.contractSays(0, b.genesis);
    b.pass(HEARTBEAT_MS);
    expect(b.decide()).toEqual({ kind: 'wait' });
  });

  it('sees that the contract is further than this journal', () => {
    const b = bench();
    b.anchorFirst();
    b.contractSays(3, new Uint8Array(28).fill(3));
    expect(b.decide()).toEqual({ kind: 'outgrown', ledgerSeq: 3, journalSeq: 1 });
  });

  it('sees that the contract holds another header of the same seq', () => {
    const b = bench();
    b.anchorFirst();
    b.contractSays(1, new Uint8Array(28).fill(3));
    expect(b.decide()).toEqual({ kind: 'outgrown', ledgerSeq: 1, journalSeq: 1 });
  });
});
