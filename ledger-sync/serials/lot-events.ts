// What happened to a lot on the ledger, from the contract's own events, in their order. One node's word: events are not
// proven here, and a node that leaves one out is not found out. What counts now is asked by eth_call (serials-contract.ts).

import { Interface } from 'ethers/abi';
import { blockTag, hexData, quantity, readBlock } from '../anchor/chain-reader.js';
import type { Rpc } from '../anchor/json-rpc.js';
import { LedgerError, NodeRefusal } from '../anchor/ledger-error.js';
import { abi } from '../contracts/generated/coldgate-serials.js';
import type { LotName } from './lot-state.js';

export const lotEventNames = [
  'Commissioned',
  'Recalled',
  'RecallLifted',
  'Decommissioned',
  'Dispensed',
  'DuplicateSerial',
] as const;

export interface LotEvent {
  readonly name: (typeof lotEventNames)[number];
  readonly blockNumber: number;
  /** Time of the block, Unix ms. */
  readonly atMs: number;
  readonly transactionHash: string;
  /** Of the event's own members, as 0x hex or decimal text. */
  readonly values: Readonly<Record<string, string>>;
}

const face = new Interface(abi);
/** Public nodes answer about fewer blocks than there are. */
const BLOCKS_PER_QUESTION = 5_000;
/** At 12 seconds a block this is a year and ten months; older lots say where to begin. */
const MAX_QUESTIONS = 1_000;

/**
 * @param contract 0x address of a contract that was found genuine
 * @param fromBlock where to begin, such as the block in which it was deployed
 * @throws LedgerError RPC_*
 */
export async function readLotEvents(
  rpc: Rpc,
  contract: string,
  { maker, lot }: LotName,
  fromBlock: number,
): Promise<LotEvent[]> {
  const { number: latest } = await readBlock(rpc, 'latest');
  const topics = [null, `0x${maker.slice(2).padStart(64, '0')}`, `0x${lot}`];
  const ask = async (from: number, to: number) =>
    rpc.call('eth_getLogs', [
      { address: contract, topics, fromBlock: blockTag(from), toBlock: blockTag(to) },
    ]);
  let logs: unknown[];
  try {
    logs = listOf(await ask(fromBlock, latest));
  } catch (error) {
    if (!(error instanceof NodeRefusal)) throw error;
    logs = await inSteps(ask, fromBlock, latest);
  }
  const times = new Map<number, number>();
  const events: LotEvent[] = [];
  for (const log of logs) {
    const event = eventOf(log);
    if (!event) continue;
    const atMs = times.get(event.blockNumber) ?? (await readBlock(rpc, event.blockNumber)).timeMs;
    times.set(event.blockNumber, atMs);
    events.push({ ...event, atMs });
  }
  return events;
}

async function inSteps(
  ask: (from: number, to: number) => Promise<unknown>,
  fromBlock: number,
  latest: number,
): Promise<unknown[]> {
  if ((latest - fromBlock) / BLOCKS_PER_QUESTION > MAX_QUESTIONS) {
    const message = `the node answers about few blocks at once, and there are ${latest - fromBlock}`;
    throw new LedgerError('RPC_REFUSED', message, 'Say where to begin, or ask a node of your own.');
  }
  const logs: unknown[] = [];
  for (let from = fromBlock; from <= latest; from += BLOCKS_PER_QUESTION) {
    logs.push(...listOf(await ask(from, Math.min(latest, from + BLOCKS_PER_QUESTION - 1))));
  }
  return logs;
}

function eventOf(log: unknown): Omit<LotEvent, 'atMs'> | undefined {
  const { topics, data, blockNumber, transactionHash } = { ...(log as Record<string, unknown>) };
  const parsed = face.parseLog({
    topics: listOf(topics).map((topic) => hexData(topic, 'log topic')),
    data: hexData(data, 'log data'),
  });
  const name = lotEventNames.find((known) => known === parsed?.name);
  if (!parsed || name === undefined) return undefined;
  return {
    name,
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
