// All headers of a fleet under one root of ColdgateAggregate: one small transaction for any number of gateways. The
// aggregator's log is an RFC 9162 tree whose leaves are signed headers; it only grows, and each published tree is known
// by its size. What the ledger vouches for is what stands under the tree that was published last.
import { getBytes, hexlify } from 'ethers/utils';
import { aggregatedTrees, aggregateInterface, type Tree } from '../anchor/aggregated-tree.js';
import { blockTag, hexData } from '../anchor/chain-reader.js';
import { AnchorContract, type GatewayWord } from '../anchor/contract-client.js';
import type { Rpc } from '../anchor/json-rpc.js';
import { runtimeCodeHash } from '../contracts/generated/coldgate-aggregate.js';
import { genesisHead } from '../evidence/batch.js';
import type { RelayPlan } from './relay-plan.js';
import type { RelayHeader } from './relay-store.js';

/** Above what was measured: 28,817 where a tree was published before, 17,100 more for the first. */
const leastGas = 50_000n;
const WORD_BYTES = 32;

/** The newest header of a gateway in the log. */
export interface LoggedHeader {
  readonly seq: number;
  /** 28 bytes. */
  readonly head: Uint8Array;
  /** Its place in the log. */
  readonly index: number;
}

/** The aggregator's log, which outlives a crash. */
export interface AggregateLog {
  /** Adds headers that are not in it yet, in that order. @returns the tree then, durable */
  append(headers: readonly RelayHeader[]): Tree;
  /** Trees that were made for publishing, newest first; the older ones matter after a reorg. */
  trees(limit: number): Tree[];
  /** The newest header of a gateway below that size. */
  newestBelow(gateway: Uint8Array, size: number): LoggedHeader | undefined;
}

/** A reorg takes back a block or a few, and with each at most one tree. */
const treesAsked = 8;

/**
 * @param contract 20 bytes
 * @param aggregator 0x address of the account that publishes
 * @param gateways everyone in the log, for inclusions
 */
export function aggregatePlan(
  contract: Uint8Array,
  aggregator: string,
  log: AggregateLog,
  gateways: () => readonly Uint8Array[],
): RelayPlan {
  return {
    codeHash: runtimeCodeHash,
    standing: async (rpc: Rpc, asked, height) => {
      const words = await new AnchorContract(rpc, contract).words(asked, height);
      const size = await publishedSize(rpc, contract, aggregator, log.trees(treesAsked), height);
      return words.map((word): GatewayWord => {
        if (!word.registered || word.isStopped) return word;
        const newest = log.newestBelow(word.gateway, size);
        const { seq, head } = newest ?? { seq: 0, head: genesisHead(word.gateway) };
        return { ...word, seq, head };
      });
    },
    callFor: async (_client, _from, _block, { headers }) => {
      const { root, size } = log.append(headers);
      const data = aggregateInterface.encodeFunctionData('aggregate', [root, size]);
      return { data, headers: Math.max(1, headers.length), leastGas };
    },
    isUseful: (data, { words }) => {
      const size = sizeOf(data);
      // Its tree holds a header above what the ledger vouches for.
      return [...words.values()].some(({ gateway, seq, registered, isStopped }) => {
        const newest = registered && !isStopped ? log.newestBelow(gateway, size) : undefined;
        return newest !== undefined && newest.seq > seq;
      });
    },
    included: (client, payer, receipt, block) => {
      const trees = aggregatedTrees(receipt.logs, client.address);
      const size = trees.findLast((tree) => tree.aggregator === payer.toLowerCase())?.size;
      if (!receipt.succeeded || size === undefined) return [];
      return gateways().flatMap((gateway) => {
        const newest = log.newestBelow(gateway, size);
        if (!newest) return [];
        const { number: blockNumber, hash: blockHash, timeMs: blockTimeMs } = block;
        const { seq } = newest;
        return [{ gateway, blockNumber, blockHash, blockTimeMs, fromSeq: seq, toSeq: seq, treeSize: size }];
      });
    },
  };
}

/** Size of the tree that a call publishes; 0 for another call: a store that served another contract before. */
function sizeOf(data: string): number {
  const parsed = aggregateInterface.parseTransaction({ data });
  return parsed?.name === 'aggregate' ? Number(parsed.args[1]) : 0;
}

/** Size of the tree that stood on the ledger at that block; 0 for none of ours. */
async function publishedSize(
  rpc: Rpc,
  contract: Uint8Array,
  aggregator: string,
  trees: readonly Tree[],
  height: number,
): Promise<number> {
  for (const { root, size } of trees) {
    const data = aggregateInterface.encodeFunctionData('isNewestTree', [aggregator, root, size]);
    const call = { to: hexlify(contract), data };
    const answer = hexData(await rpc.call('eth_call', [call, blockTag(height)]), 'eth_call');
    if (answer !== '0x' && getBytes(answer)[WORD_BYTES - 1] === 1) return size;
  }
  return 0;
}
