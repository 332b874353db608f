// A contract's own events, in their order. One node's word: events are not proven here, and a node that leaves one out is
// not found out. Public nodes answer about few blocks at once: then they are asked in steps.

import type { Interface } from 'ethers/abi';
import { blockTag, hexData, quantity, readBlock } from './chain-reader.js';
import type { Rpc } from './json-rpc.js';
import { LedgerError, NodeRefusal } from './ledger-error.js';
import { toldEvent } from './told-event.js';

export interface LedgerEvent {
  readonly name: string;
  readonly blockNumber: number;
  /** Time of the block, Unix ms. */
  readonly atMs: number;
  readonly transactionHash: string;
  /** Of the event's own members, as 0x hex or decimal text. */
  readonly values: Readonly<Record<string, string>>;
}

export interface LogQuestion {
  /** 0x address of a contract that was found genuine. */
  readonly contract: string;
  /** Of its events. */
  readonly face: Interface;
  /** 0x hex of 32 bytes each; null matches all. */
  readonly topics: readonly (string | null)[];
  /** Where to begin, such as the block in which the contract was deployed. */
  readonly fromBlock: number;
}

const BLOCKS_PER_QUESTION = 5_000;
/** At 12 seconds a block this is a year and ten months; older ones say where to begin. */
const MAX_QUESTIONS = 1_000;

/** An address as an indexed member. */
export const addressTopic = (address: string): string =>
  `0x${address.slice(2).toLowerCase().padStart(64, '0')}`;

/** What is none of the face's events is left out. @throws LedgerError RPC_* */
export async function readEvents(rpc: Rpc, question: LogQuestion): Promise<LedgerEvent[]> {
  const { contract: address, topics, fromBlock, face } = question;
  const { number: latest } = await readBlock(rpc, 'latest');
  const ask = async (from: number, to: number) =>
    listOf(
      await rpc.call('eth_getLogs', [{ address, topics, fromBlock: blockTag(from), toBlock: blockTag(to) }]),
    );
  let logs: unknown[];
  try {
    logs = await ask(fromBlock, latest);
  } catch (error) {
    if (!(error instanceof NodeRefusal)) throw error;
    logs = await inSteps(ask, fromBlock, latest);
  }
  const times = new Map<number, number>();
  const events: LedgerEvent[] = [];
  for (const log of logs) {
    const event = eventOf(log, face);
    if (!event) continue;
    const atMs = times.get(event.blockNumber) ?? (await readBlock(rpc, event.blockNumber)).timeMs;
    times.set(event.blockNumber, atMs);
    events.push({ ...event, atMs });
  }
  return events;
}

async function inSteps(
  ask: (from: number, to: number) => Promise<unknown[]>,
  fromBlock: number,
  latest: number,
): Promise<unknown[]> {
  if ((latest - fromBlock) / BLOCKS_PER_QUESTION > MAX_QUESTIONS) {
    const message = `the node answers about few blocks at once, and there are ${latest - fromBlock}`;
    throw new LedgerError('RPC_REFUSED', message, 'Say where to begin, or ask a node of your own.');
  }
  const logs: unknown[] = [];
  for (let from = fromBlock; from <= latest; from += BLOCKS_PER_QUESTION) {
    logs.push(...(await ask(from, Math.min(latest, from + BLOCKS_PER_QUESTION - 1))));
  }
  return logs;
}

function eventOf(log: unknown, face: Interface): Omit<LedgerEvent, 'atMs'> | undefined {
  const { topics, data, blockNumber, transactionHash } = { ...(log as Record<string, unknown>) };
  const told = listOf(topics).map((topic) => hexData(topic, 'log topic'));
  const parsed = toldEvent(face, told, hexData(data, 'log data'));
  if (!parsed) return undefined;
  return {
    name: parsed.name,
    blockNumber: Number(quantity(blockNumber, 'log block')),
    transactionHash: hexData(transactionHash, 'log transaction'),
    values: Object.fromEntries(
      parsed.fragment.inputs.map(({ name: key }) => [key, String(parsed.args[key])]),
    ),
  };
}

function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new LedgerError(
    'RPC_MALFORMED',
    'eth_getLogs: no list',
    'This is not an answer of an Ethereum node.',
  );
}
