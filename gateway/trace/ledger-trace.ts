// What the contract of serials says of the subject: events of its lot, and of a pack those that are about the pack.

import type { LotEvent } from '../../ledger-sync/serials/lot-events.js';
import type { TraceEntry } from './trace-entry.js';

const PACKS_PER_WORD = 256n;

/** @param index place of the pack in the lot; undefined: all events of the lot count */
export function ledgerEntries(events: readonly LotEvent[], index: number | undefined): TraceEntry[] {
  return events.flatMap((event) => {
    if (index !== undefined && !concerns(event, BigInt(index))) return [];
    const { atMs, blockNumber, transactionHash } = event;
    return [{ atMs, source: 'ledger' as const, blockNumber, transactionHash, ...wordsOf(event) }];
  });
}

function concerns({ name, values }: LotEvent, index: bigint): boolean {
  if (name === 'Dispensed' || name === 'DuplicateSerial') return values.index === String(index);
  if (name !== 'Decommissioned') return true;
  const isOfWord = BigInt(values.word ?? -1) === index / PACKS_PER_WORD;
  return isOfWord && ((BigInt(values.packs ?? 0) >> (index % PACKS_PER_WORD)) & 1n) === 1n;
}

function wordsOf({ name, values }: LotEvent): Pick<TraceEntry, 'what' | 'words'> {
  switch (name) {
    case 'Commissioned':
      return { what: 'commissioned', words: `lot of ${values.size} packs commissioned by ${values.maker}` };
    case 'Recalled':
      return { what: 'recalled', words: `lot CALLED BACK by ${values.by}${reasonOf(values.reason)}` };
    case 'RecallLifted':
      return { what: 'recall-lifted', words: `recall lifted by ${values.by}${reasonOf(values.reason)}` };
    case 'Decommissioned':
      return { what: 'decommissioned', words: 'taken out of the world by its maker' };
    case 'Dispensed':
      return { what: 'dispensed', words: `pack ${values.index} dispensed by ${values.pharmacy}` };
    case 'DuplicateSerial': {
      const { index, pharmacy, firstPlace, place } = values;
      const places = `first place ${firstPlace}..., second ${place?.slice(0, 18)}...`;
      return { what: 'duplicate', words: `pack ${index} dispensed AGAIN by ${pharmacy}: ${places}` };
    }
  }
}

/** At most 32 bytes of text, or the hash of a document. */
function reasonOf(word: string | undefined): string {
  const bytes = Buffer.from((word ?? '').slice(2), 'hex');
  const text = bytes.toString('utf8').replace(/\0+$/, '');
  return /^[\x20-\x7e]{1,32}$/.test(text) ? `: ${text}` : '';
}
