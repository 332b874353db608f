// RLP, the encoding of Ethereum's headers and trie nodes (Yellow Paper, appendix B). Strict: one encoding for each
// value. A stranger's bytes come in here: no length is believed before it is compared with what is left.

import { concatBytes, readUint, writeUint } from '../evidence/bytes.js';
import { EvidenceError } from '../evidence/evidence-error.js';

export type RlpItem = Uint8Array | readonly RlpItem[];

const SHORT_STRING = 0x80;
const LONG_STRING = 0xb7;
const SHORT_LIST = 0xc0;
const LONG_LIST = 0xf7;
const LONGEST_SHORT = 55;
/** Trie nodes nest one level, headers none. */
const MAX_DEPTH = 4;

/** The bytes of an item. */
export function encodeRlp(item: RlpItem): Uint8Array {
  if (item instanceof Uint8Array) {
    const [first = SHORT_STRING] = item;
    if (item.length === 1 && first < SHORT_STRING) return item;
    return concatBytes(headOf(SHORT_STRING, LONG_STRING, item.length), item);
  }
  const payload = concatBytes(...item.map(encodeRlp));
  return concatBytes(headOf(SHORT_LIST, LONG_LIST, payload.length), payload);
}

/**
 * The one item that the bytes are.
 * @throws EvidenceError PROOF_MALFORMED
 */
export function decodeRlp(bytes: Uint8Array): RlpItem {
  const [item, end] = itemAt(bytes, 0, bytes.length, 0);
  if (end !== bytes.length) throw malformed('bytes after the item');
  return item;
}

function itemAt(bytes: Uint8Array, at: number, end: number, depth: number): [item: RlpItem, next: number] {
  const first = at < end ? bytes[at] : undefined;
  if (first === undefined) throw malformed('cut short');
  if (first < SHORT_STRING) return [bytes.slice(at, at + 1), at + 1];
  const isList = first >= SHORT_LIST;
  const [short, long] = isList ? [SHORT_LIST, LONG_LIST] : [SHORT_STRING, LONG_STRING];
  const width = Math.max(0, first - long);
  const start = at + 1 + width;
  if (start > end) throw malformed('cut short');
  const length = width === 0 ? first - short : readUint(bytes, at + 1, width);
  if (width > 0 && (bytes[at + 1] === 0 || length <= LONGEST_SHORT))
    throw malformed('a length that could be shorter');
  if (length > end - start) throw malformed('cut short');
  const next = start + length;
  if (isList) return [itemsOf(bytes, start, next, depth + 1), next];
  if (length === 1 && (bytes[start] ?? 0) < SHORT_STRING) throw malformed('a byte that needs no head');
  return [bytes.slice(start, next), next];
}

function itemsOf(bytes: Uint8Array, start: number, end: number, depth: number): RlpItem[] {
  if (depth > MAX_DEPTH) throw malformed(`nested deeper than ${MAX_DEPTH} levels`);
  const items: RlpItem[] = [];
  for (let at = start; at < end; ) {
    const [item, next] = itemAt(bytes, at, end, depth);
    items.push(item);
    at = next;
  }
  return items;
}

function headOf(short: number, long: number, length: number): Uint8Array {
  if (length <= LONGEST_SHORT) return Uint8Array.of(short + length);
  const width = Math.ceil(Math.log2(length + 1) / 8);
  const head = new Uint8Array(1 + width);
  head[0] = long + width;
  writeUint(head, 1, width, length);
  return head;
}

function malformed(problem: string): EvidenceError {
  return new EvidenceError('PROOF_MALFORMED', `RLP: ${problem}`, 'the state proof is damaged');
}
