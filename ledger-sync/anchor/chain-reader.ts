// Typed reads of the few chain facts that anchoring needs (Ethereum JSON-RPC, execution-apis). Checks shape and
// range of what an untrusted node answers; keeps nothing and decides nothing.

import type { Rpc } from './json-rpc.js';
import { LedgerError } from './ledger-error.js';

export interface Block {
  readonly number: number;
  readonly hash: string;
  readonly timeMs: number;
  /** Wei per gas; 0 on networks without a fee market. */
  readonly baseFeePerGas: bigint;
}

interface ReceiptLog {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
}

export interface Receipt {
  readonly blockNumber: number;
  readonly blockHash: string;
  readonly succeeded: boolean;
  readonly gasUsed: bigint;
  /** Wei that the sender paid in all; undefined where the node does not say the price. */
  readonly costWei: bigint | undefined;
  readonly contractAddress: string | undefined;
  readonly logs: readonly ReceiptLog[];
}

/** @throws LedgerError RPC_MALFORMED unless it is a 0x quantity of at most 256 bits. */
export function quantity(value: unknown, what: string): bigint {
  if (typeof value !== 'string' || !/^0x[0-9a-fA-F]{1,64}$/.test(value)) throw malformed(what, 'no quantity');
  return BigInt(value);
}

/** @throws LedgerError RPC_MALFORMED unless it is 0x hex of whole bytes. */
export function hexData(value: unknown, what: string): string {
  if (typeof value !== 'string' || !/^0x(?:[0-9a-fA-F]{2})*$/.test(value))
    throw malformed(what, 'no hex data');
  return value.toLowerCase();
}

export async function readChainId(rpc: Rpc): Promise<number> {
  return safeNumber(await rpc.call('eth_chainId', []), 'eth_chainId');
}

export type BlockAt = number | 'latest' | 'safe' | 'finalized';

export async function readBlock(rpc: Rpc, at: BlockAt): Promise<Block> {
  const tag = typeof at === 'number' ? blockTag(at) : at;
  const block = fields(await rpc.call('eth_getBlockByNumber', [tag, false]), 'eth_getBlockByNumber');
  const baseFee = block.baseFeePerGas ?? '0x0';
  return {
    number: safeNumber(block.number, 'block number'),
    hash: hexData(block.hash, 'block hash'),
    timeMs: safeNumber(block.timestamp, 'block time') * 1000,
    baseFeePerGas: quantity(baseFee, 'base fee'),
  };
}

/** The next nonce of an account at that block. */
export async function readNonce(rpc: Rpc, account: string, blockNumber: number): Promise<number> {
  const nonce = await rpc.call('eth_getTransactionCount', [account, blockTag(blockNumber)]);
  return safeNumber(nonce, 'eth_getTransactionCount');
}

/** True when the node holds the transaction, mined or waiting. */
export async function knowsTransaction(rpc: Rpc, hash: string): Promise<boolean> {
  return (await rpc.call('eth_getTransactionByHash', [hash])) !== null;
}

/** The receipt of a mined transaction; undefined while there is none. */
export async function readReceipt(rpc: Rpc, hash: string): Promise<Receipt | undefined> {
  const answer = await rpc.call('eth_getTransactionReceipt', [hash]);
  if (answer === null) return undefined;
  const receipt = fields(answer, 'eth_getTransactionReceipt');
  const { contractAddress, logs } = receipt;
  if (!Array.isArray(logs)) throw malformed('receipt', 'no logs');
  return {
    blockNumber: safeNumber(receipt.blockNumber, 'receipt block'),
    blockHash: hexData(receipt.blockHash, 'receipt block hash'),
    succeeded: quantity(receipt.status, 'receipt status') === 1n,
    gasUsed: quantity(receipt.gasUsed, 'receipt gas'),
    costWei: costOf(receipt),
    contractAddress: contractAddress ? hexData(contractAddress, 'contract address') : undefined,
    logs: logs.map(readLog),
  };
}

/** A block number as the parameter that nodes expect. */
export function blockTag(blockNumber: number): string {
  return `0x${blockNumber.toString(16)}`;
}

/** OP-stack chains bill the data for layer 1 beside the gas. */
function costOf({ gasUsed, effectiveGasPrice, l1Fee }: Record<string, unknown>): bigint | undefined {
  if (effectiveGasPrice === undefined) return undefined;
  const layer1 = quantity(l1Fee ?? '0x0', 'receipt l1Fee');
  return quantity(gasUsed, 'receipt gas') * quantity(effectiveGasPrice, 'receipt gas price') + layer1;
}

function readLog(value: unknown): ReceiptLog {
  const log = fields(value, 'log');
  if (!Array.isArray(log.topics)) throw malformed('log', 'no topics');
  return {
    address: hexData(log.address, 'log address'),
    topics: log.topics.map((topic) => hexData(topic, 'log topic')),
    data: hexData(log.data, 'log data'),
  };
}

function safeNumber(value: unknown, what: string): number {
  const number = Number(quantity(value, what));
  if (!Number.isSafeInteger(number)) throw malformed(what, 'out of range');
  return number;
}

function fields(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw malformed(what, 'no object');
  return { ...value };
}

function malformed(what: string, why: string): LedgerError {
  const hint = 'This is not an answer of an Ethereum node. Check the RPC URL.';
  return new LedgerError('RPC_MALFORMED', `${what}: ${why}`, hint);
}
