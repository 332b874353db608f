// Gets a state proof from a node that is not trusted, and a block hash from several that are trusted only by
// majority. What comes back is checked by state-proof.ts; here only its shape is.

import { blockTag, hexData, quantity } from '../anchor/chain-reader.js';
import type { Rpc } from '../anchor/json-rpc.js';
import { LedgerError } from '../anchor/ledger-error.js';
import { fromHex, toHex } from '../evidence/bytes.js';
import { keccak256 } from '../evidence/keccak.js';
import type { StateProof } from '../evidence/state-proof-schema.js';
import { encodeRlp } from './rlp.js';
import { headSlotOf } from './state-proof.js';

/** Header fields in the order of their RLP; numbers lose their leading zeros. Later forks add at the end. */
const headerFields = [
  { name: 'parentHash' },
  { name: 'sha3Uncles' },
  { name: 'miner' },
  { name: 'stateRoot' },
  { name: 'transactionsRoot' },
  { name: 'receiptsRoot' },
  { name: 'logsBloom' },
  { name: 'difficulty', isNumber: true },
  { name: 'number', isNumber: true },
  { name: 'gasLimit', isNumber: true },
  { name: 'gasUsed', isNumber: true },
  { name: 'timestamp', isNumber: true },
  { name: 'extraData' },
  { name: 'mixHash' },
  { name: 'nonce' },
  { name: 'baseFeePerGas', isNumber: true },
  { name: 'withdrawalsRoot' },
  { name: 'blobGasUsed', isNumber: true },
  { name: 'excessBlobGas', isNumber: true },
  { name: 'parentBeaconBlockRoot' },
  { name: 'requestsHash' },
] as const;

/**
 * The proof of a gateway's slot under one block.
 * @throws LedgerError RPC_*; RPC_MALFORMED where the block's fields do not give its hash: a lying node, or a chain
 *   that hashes other headers (QBFT leaves the seals out)
 */
export async function readStateProof(
  rpc: Rpc,
  blockHash: string,
  contract: Uint8Array,
  gateway: Uint8Array,
): Promise<StateProof> {
  const block = fieldsOf(await rpc.call('eth_getBlockByHash', [blockHash, false]), 'block');
  const header = headerBytes(block);
  if (`0x${toHex(keccak256(header))}` !== blockHash)
    throw malformed('block', `its fields do not give the hash ${blockHash}`);
  const number = blockTag(Number(quantity(block.number, 'block number')));
  const slot = `0x${toHex(headSlotOf(gateway))}`;
  const address = `0x${toHex(contract)}`;
  const answer = fieldsOf(await rpc.call('eth_getProof', [address, [slot], number]), 'eth_getProof');
  const [storage] = listOf(answer.storageProof);
  return {
    format: 'coldgate-state-proof',
    version: 1,
    contract: address,
    gateway: `0x${toHex(gateway)}`,
    header: `0x${toHex(header)}`,
    accountProof: nodesOf(answer.accountProof),
    storageProof: nodesOf(fieldsOf(storage, 'storage proof').proof),
  };
}

export interface AgreedBlock {
  readonly hash: string;
  readonly number: number;
  /** Endpoints that named this hash, of all that were asked. */
  readonly agreeing: number;
  readonly asked: number;
}

/**
 * The newest block that most of the endpoints have under one hash. One that does not answer counts as no vote.
 * @throws LedgerError RPC_DOWN if fewer than a majority answer, RPC_MALFORMED if they do not agree
 */
export async function agreeOnBlock(rpcs: readonly Rpc[]): Promise<AgreedBlock> {
  const majority = Math.floor(rpcs.length / 2) + 1;
  const heights = await answers(rpcs, async (rpc) =>
    Number(quantity(await rpc.call('eth_blockNumber', []), 'height')),
  );
  const hint = 'Name more endpoints that know the chain, or give the hash of a block that you trust.';
  // The lowest height that a majority has reached: one that lags or boasts does not decide.
  const number = heights.sort((a, b) => b - a)[majority - 1];
  if (number === undefined)
    throw new LedgerError('RPC_DOWN', `${heights.length} of ${rpcs.length} endpoints answered`, hint);
  const hashes = await answers(rpcs, async (rpc) => {
    const block = fieldsOf(await rpc.call('eth_getBlockByNumber', [blockTag(number), false]), 'block');
    return hexData(block.hash, 'block hash');
  });
  const agreed = hashes.find((hash) => countOf(hashes, hash) >= majority);
  if (agreed === undefined)
    throw new LedgerError('RPC_MALFORMED', `${rpcs.length} endpoints do not agree on block ${number}`, hint);
  return { hash: agreed, number, agreeing: countOf(hashes, agreed), asked: rpcs.length };
}

function countOf(hashes: readonly string[], hash: string): number {
  return hashes.filter((one) => one === hash).length;
}

async function answers<T>(rpcs: readonly Rpc[], ask: (rpc: Rpc) => Promise<T>): Promise<T[]> {
  const settled = await Promise.allSettled(rpcs.map(ask));
  return settled.flatMap((one) => {
    if (one.status === 'fulfilled') return [one.value];
    if (one.reason instanceof LedgerError) return [];
    throw one.reason;
  });
}

function headerBytes(block: Record<string, unknown>): Uint8Array {
  const known = headerFields.filter(({ name }) => block[name] != null);
  return encodeRlp(
    known.map((field) => {
      if (!('isNumber' in field)) return fromHex(hexData(block[field.name], field.name));
      const digits = quantity(block[field.name], field.name).toString(16);
      return digits === '0'
        ? new Uint8Array(0)
        : fromHex(digits.padStart(digits.length + (digits.length % 2), '0'));
    }),
  );
}

function nodesOf(value: unknown): string[] {
  return listOf(value).map((node) => hexData(node, 'proof node'));
}

function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw malformed('eth_getProof', 'no array where one must be');
}

function fieldsOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw malformed(what, 'no object');
  return { ...value };
}

function malformed(what: string, why: string): LedgerError {
  return new LedgerError('RPC_MALFORMED', `${what}: ${why}`, 'Ask another endpoint.');
}
