// The aggregate contract as others see it: its functions, and which tree a transaction published.
import { Interface } from 'ethers/abi';
import { getBytes } from 'ethers/utils';
import { abi } from '../contracts/generated/coldgate-aggregate.js';
import { toldEvent } from './told-event.js';

export const aggregateInterface = new Interface(abi);

/** A tree of the aggregator's log. */
export interface Tree {
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/** A log of a receipt. */
interface ReceiptLog {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
}

export interface AggregatedTree extends Tree {
  /** 0x address in lower case. */
  readonly aggregator: string;
}

/** The trees that a transaction published, in order. */
export function aggregatedTrees(logs: readonly ReceiptLog[], contract: string): AggregatedTree[] {
  return logs.flatMap(({ address, topics, data }) => {
    if (address !== contract) return [];
    const event = toldEvent(aggregateInterface, topics, data);
    if (event?.name !== 'Aggregated') return [];
    const [aggregator, root, size] = event.args;
    return [{ aggregator: String(aggregator).toLowerCase(), root: getBytes(root), size: Number(size) }];
  });
}
