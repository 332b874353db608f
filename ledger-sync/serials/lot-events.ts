// What happened to a lot on the ledger, from the contract's own events. What counts now is asked by eth_call
// (serials-contract.ts).

import { Interface } from 'ethers/abi';
import { addressTopic, type LedgerEvent, readEvents } from '../anchor/event-logs.js';
import type { Rpc } from '../anchor/json-rpc.js';
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

export type LotEvent = LedgerEvent & { readonly name: (typeof lotEventNames)[number] };

const face = new Interface(abi);
const isOfLot = (event: LedgerEvent): event is LotEvent => lotEventNames.some((name) => name === event.name);

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
  const topics = [null, addressTopic(maker), `0x${lot}`];
  const events = await readEvents(rpc, { contract, face, topics, fromBlock });
  return events.filter(isOfLot);
}
