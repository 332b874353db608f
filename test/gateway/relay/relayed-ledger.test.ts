// What a gateway believes of a relay: only what is about its own signed headers.
import { beforeEach, describe, expect, test } from 'vitest';
import { topicsOf } from '../../../gateway/publish/topics.js';
import { encodeAnchored } from '../../../gateway/relay/anchored-message.js';
import { RelayedLedger } from '../../../gateway/relay/relayed-ledger.js';
import type { LedgerHeadObservation } from '../../../ledger-sync/anchor/anchor-store.js';
import { genesisHead, headOf, packMeta, type SignedBatch } from '../../../ledger-sync/evidence/batch.js';
import { quietLog } from '../quiet-log.js';
import { domain, signedHeader, signerOf } from './signed-header.js';

const address = signerOf('truck').address;
const topics = topicsOf('truck-17');

let headers: SignedBatch[];
let saved: LedgerHeadObservation[];
let sent: { topic: string; seq: number }[];
let quiet: ReturnType<typeof quietLog>;
let proofs: number[];
const saveProof = (seq: number) => {
  proofs.push(seq);
};

beforeEach(() => {
  headers = [];
  for (let count = 0; count < 5; count += 1) headers.push(signedHeader('truck', headers.at(-1)));
  saved = [];
  sent = [];
  proofs = [];
  quiet = quietLog();
});

function ledger(): RelayedLedger {
  const rowOf = (batch: SignedBatch | undefined) =>
    batch && {
      ...{ chain_id: domain.chainId, contract: domain.verifyingContract },
      ...{ seq: batch.meta.seq, size: batch.meta.size, head: headOf(batch), prev: batch.prev },
      ...{ root: batch.root, meta: packMeta(batch.meta), signature: batch.signature },
    };
  const journal = {
    gateway: address,
    latestBatch: () => rowOf(headers.at(-1)),
    batch: (_chain: number, _contract: Uint8Array, seq: number) => rowOf(headers[seq - 1]),
  };
  const own = {
    saveHead: (observation: LedgerHeadObservation) => {
      saved.push(observation);
    },
    saveInclusion: () => {},
    headAt: (seq: number) => {
      const batch = headers[seq - 1];
      return batch && headOf(batch);
    },
  };
  return new RelayedLedger({ store: own, journal, topics, domain, log: quiet.log, saveProof });
}

const client = {
  publish: ((topic: string, payload: string) => {
    sent.push({ topic, seq: JSON.parse(payload).seq });
  }) as never,
};

function word(seq: number, change: object = {}, isStopped = false): Uint8Array {
  const batch = headers[seq - 1];
  const observation = {
    ...{ chainId: domain.chainId, contract: domain.verifyingContract, gateway: address },
    ...{ registered: true, seq, head: batch ? headOf(batch) : genesisHead(address), blockNumber: 7 },
    ...change,
  };
  return new TextEncoder().encode(encodeAnchored({ observation, isStopped, inclusion: undefined }));
}

const savedSeqs = () => saved.map(({ seq }) => seq);

test('a head of our own is saved, with how far finality has come', () => {
  ledger().take(client, word(5, { safeSeq: 4, finalizedSeq: 2 }));
  expect(saved).toMatchObject([{ seq: 5, registered: true, safeSeq: 4, finalizedSeq: 2 }]);
  expect(sent).toEqual([]);
});

test('the genesis head begins everything', () => {
  headers = [];
  ledger().take(client, word(0));
  expect(saved).toMatchObject([{ seq: 0, registered: true }]);
});

test('headers that the relay lacks are sent again, but for the newest, which is retained', () => {
  ledger().take(client, word(2));
  expect(sent).toEqual([3, 4].map((seq) => ({ topic: topics.header, seq })));
});

describe('not believed', () => {
  test.each([
    ['a head that we never signed', () => word(3, { head: new Uint8Array(28).fill(9) })],
    ['a sequence that we never reached', () => word(5, { seq: 9 })],
    ['another head for the beginning', () => word(0, { head: new Uint8Array(28).fill(9) })],
    ['another gateway', () => word(3, { gateway: signerOf('other').address })],
    ['another chain', () => word(3, { chainId: 1 })],
    ['another contract', () => word(3, { contract: new Uint8Array(20).fill(1) })],
    ['no JSON', () => new TextEncoder().encode('anchored')],
    ['too much', () => new Uint8Array(5000)],
  ])('%s', (_, payload) => {
    const relayed = ledger();
    relayed.take(client, payload());
    expect(relayed.refused).toBe(1);
    expect(savedSeqs()).toEqual([]);
    expect(sent).toEqual([]);
  });
});

test('a stopped or unknown gateway is told once, with what to do', () => {
  const relayed = ledger();
  for (let count = 0; count < 3; count += 1) relayed.take(client, word(5, {}, true));
  relayed.take(client, word(0, { registered: false, head: new Uint8Array(28) }));
  expect(quiet.lines.map(({ code }) => code)).toEqual(['GATEWAY_STOPPED', 'NOT_REGISTERED']);
  expect(quiet.lines.every(({ hint }) => hint !== '')).toBe(true);
});
