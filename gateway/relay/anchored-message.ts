// What a relay tells a gateway about its newest header (.../anchored, retained), and how a gateway reads it. The gateway
// has no other word on the ledger, so it believes only what is one of its own headers: see relayed-head.ts.

import * as z from 'zod';
import type { Inclusion, LedgerHeadObservation } from '../../ledger-sync/anchor/anchor-store.js';
import type { AggregateProof } from '../../ledger-sync/evidence/aggregate.js';
import { fromHex, toHex } from '../../ledger-sync/evidence/bytes.js';
import { hex, prefixedHex } from '../../ledger-sync/evidence/hex-field.js';
import { jsonOf } from '../publish/json-payload.js';

/** A proof of 53 hashes is the longest part. */
const MAX_MESSAGE_BYTES = 8192;
const MAX_SEQ = 0xffffffff;

const seq = z.int().min(0).max(MAX_SEQ);
const block = z.int().min(0);

/** Fields that others add are not read. */
export const anchoredMessage = z.object({
  version: z.literal(1),
  gateway: prefixedHex(20),
  chainId: z.int().min(1),
  contract: prefixedHex(20),
  registered: z.boolean(),
  stopped: z.boolean(),
  seq,
  head: hex(28),
  blockNumber: block,
  safeSeq: seq.optional(),
  finalizedSeq: seq.optional(),
  inclusion: z
    .object({
      transactionHash: prefixedHex(32),
      blockNumber: block,
      blockHash: prefixedHex(32),
      blockTimeMs: block,
      fromSeq: seq,
      toSeq: seq,
    })
    .optional(),
  /** Of the newest header in the aggregator's log, where the ledger has only its root. */
  aggregate: z
    .object({
      aggregator: prefixedHex(20),
      root: hex(32),
      size: z.int().min(1),
      index: z.int().min(0),
      path: z.array(hex(32)).max(53),
    })
    .optional(),
});

/** How a gateway stands on the ledger, by the word of a relay. */
export interface AnchoredNotice {
  readonly observation: LedgerHeadObservation;
  /** The contract takes nothing more of this key. */
  readonly isStopped: boolean;
  /** Where its newest headers were taken, if the relay brought them. */
  readonly inclusion: Inclusion | undefined;
  readonly aggregate?: AggregateProof | undefined;
}

export function encodeAnchored({ observation, isStopped, inclusion, aggregate }: AnchoredNotice): string {
  const { gateway, chainId, contract, registered, head, blockNumber, safeSeq, finalizedSeq } = observation;
  return JSON.stringify({
    version: 1,
    gateway: `0x${toHex(gateway)}`,
    chainId,
    contract: `0x${toHex(contract)}`,
    registered,
    stopped: isStopped,
    seq: observation.seq,
    head: toHex(head),
    blockNumber,
    safeSeq,
    finalizedSeq,
    inclusion,
    aggregate: aggregate && { ...aggregate, root: toHex(aggregate.root), path: aggregate.path.map(toHex) },
  });
}

/** undefined for what is no such message. */
export function parseAnchored(payload: Uint8Array): AnchoredNotice | undefined {
  if (payload.length > MAX_MESSAGE_BYTES) return undefined;
  const parsed = anchoredMessage.safeParse(jsonOf(payload));
  if (!parsed.success) return undefined;
  const { gateway, contract, head, stopped, inclusion, aggregate, version: _version, ...rest } = parsed.data;
  const observation = {
    ...rest,
    gateway: fromHex(gateway),
    contract: fromHex(contract),
    head: fromHex(head),
  };
  const proof = aggregate && {
    ...aggregate,
    root: fromHex(aggregate.root),
    path: aggregate.path.map((one) => fromHex(one)),
  };
  return { observation, isStopped: stopped, inclusion, aggregate: proof };
}
