// What an inventory reply holds after its status, for both layouts:
// 18 series: number, then (length, EPC) for each; 288 series: antenna mask, number, then (length, EPC, raw RSSI) for each.
// Neither sends the tag's PC or CRC. A layout that does not fit to the last byte is refused as a whole: a reader of the
// other model would otherwise give EPCs that no tag has.

import { hexOf } from '../bytes/words.js';
import type { ChafonModel } from './codes.js';

export interface ChafonTag {
  /** Lower-case hex. */
  readonly epc: string;
  /** As the reader says it, 0..255. Its unit is in no public manual, so nobody makes dBm of it. */
  readonly rssiRaw: number | undefined;
}

export interface InventoryReply {
  /** From 1; more than one where the reader has several in its mask; none where it tells no tag and no antenna. */
  readonly antennas: readonly number[];
  readonly tags: readonly ChafonTag[];
}

/** EPC Gen2: up to 31 words. */
const maxEpcBytes = 62;
const onlyAntenna = [1] as const;

/** The tags in `data` (what follows the status), or undefined where it does not fit the layout of `model`. */
export function decodeInventoryReply(model: ChafonModel, data: Uint8Array): InventoryReply | undefined {
  if (data.length === 0) return { antennas: [], tags: [] };
  if (model === 'uhfreader18') {
    const tags = decodeTags(data, 0, 0);
    return tags && { antennas: onlyAntenna, tags };
  }
  const antennas = antennasOfMask(data[0] ?? 0);
  const tags = decodeTags(data, 1, 1);
  if (tags === undefined || (tags.length > 0 && antennas.length === 0)) return undefined;
  return { antennas, tags };
}

function decodeTags(data: Uint8Array, countAt: number, rssiBytes: 0 | 1): ChafonTag[] | undefined {
  if (countAt >= data.length) return undefined;
  const count = data[countAt] ?? 0;
  const tags: ChafonTag[] = [];
  let at = countAt + 1;
  while (tags.length < count) {
    const epcBytes = data[at] ?? 0;
    const epcEnd = at + 1 + epcBytes;
    const isWholeWords = epcBytes > 0 && epcBytes <= maxEpcBytes && epcBytes % 2 === 0;
    if (!isWholeWords || epcEnd + rssiBytes > data.length) return undefined;
    tags.push({
      epc: hexOf(data, at + 1, epcEnd),
      rssiRaw: rssiBytes === 1 ? data[epcEnd] : undefined,
    });
    at = epcEnd + rssiBytes;
  }
  return at === data.length ? tags : undefined;
}

/** Bit 0 is antenna 1. */
export function antennasOfMask(mask: number): number[] {
  return [1, 2, 3, 4, 5, 6, 7, 8].filter((antenna) => (mask & (1 << (antenna - 1))) !== 0);
}

/** Data of a reply as a reader sends it; `antenna` and `rssiRaw` are for the 288 series. For virtual readers. */
export function encodeInventoryReply(
  model: ChafonModel,
  antenna: number,
  tags: readonly { readonly epc: Uint8Array; readonly rssiRaw: number }[],
): Uint8Array {
  const hasRssi = model === 'uhfreader288';
  const entries = tags.flatMap(({ epc, rssiRaw }) => [epc.length, ...epc, ...(hasRssi ? [rssiRaw] : [])]);
  return Uint8Array.of(...(hasRssi ? [1 << (antenna - 1)] : []), tags.length, ...entries);
}
