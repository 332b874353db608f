// The write-ahead log's chain of checksums (SQLite file format, section 4.2). SQLite takes the first frame that does not fit
// for the end, without a word: one flipped bit takes back every commit behind it. After a power cut only frames of the last
// transaction may not fit, since each commit is flushed before the next begins; a commit behind such a frame was damaged.

import { readFileSync, statSync } from 'node:fs';

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
export const PAGE_BYTES = 4096;
const FRAME_BYTES = FRAME_HEADER_BYTES + PAGE_BYTES;
/** What a log of this product begins with: mark, version, bytes of a page. With one more in the mark sums count big-endian words. */
const BEGINNING = Buffer.from('377f0682002de21800001000', 'hex');

interface Sum {
  readonly first: number;
  readonly second: number;
}

/** Two running sums over pairs of 32-bit words. */
function summed(start: Sum, bytes: Buffer, isBigEndian: boolean): Sum {
  let { first, second } = start;
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    const [left, right] = isBigEndian
      ? [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)]
      : [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
    first = (first + left + second) >>> 0;
    second = (second + right + first) >>> 0;
  }
  return { first, second };
}

const sumAt = (bytes: Buffer, at: number): Sum => ({
  first: bytes.readUInt32BE(at),
  second: bytes.readUInt32BE(at + 4),
});

const isSame = (a: Sum, b: Sum) => a.first === b.first && a.second === b.second;

function differingBits(a: Buffer, b: Buffer): number {
  let count = 0;
  for (const [index, byte] of a.entries()) {
    for (let rest = byte ^ (b[index] ?? 0); rest > 0; rest &= rest - 1) count += 1;
  }
  return count;
}

export interface WalChain {
  /** Commits behind the first frame that does not fit; more than one is damage, not a power cut. */
  readonly commitsBehindBreak: number;
  /** The file with checksums that fit what is there; undefined if they do, or if it is no write-ahead log. */
  readonly mended: Buffer | undefined;
}

/** How many commits of the journal at `path` nobody sees behind a damaged place; 0 where it is as after a power cut. */
export function commitsCutOff(path: string): number {
  const { commitsBehindBreak } = readWalChain(`${path}-wal`);
  return commitsBehindBreak > 1 ? commitsBehindBreak : 0;
}

const whole: WalChain = { commitsBehindBreak: 0, mended: undefined };

/** Reads the write-ahead log at `path`; one that is not there is whole. @throws what the file system throws */
export function readWalChain(path: string): WalChain {
  if (!statSync(path, { throwIfNoEntry: false })?.size) return whole;
  const bytes = readFileSync(path);
  if (bytes.length < HEADER_BYTES) return whole;
  const isBigEndian = ((bytes[3] ?? 0) & 1) === 1;
  const beginning = Buffer.from(BEGINNING);
  beginning[3] = (beginning[3] ?? 0) | Number(isBigEndian);
  const lostBits = differingBits(bytes.subarray(0, beginning.length), beginning);
  if (lostBits > 1) return whole;
  beginning.copy(bytes);
  const salts = bytes.subarray(16, 24);
  let sum = summed({ first: 0, second: 0 }, bytes.subarray(0, 24), isBigEndian);
  let isBroken = lostBits > 0;
  const mendSum = (at: number) => {
    if (isSame(sum, sumAt(bytes, at))) return;
    isBroken = true;
    bytes.writeUInt32BE(sum.first, at);
    bytes.writeUInt32BE(sum.second, at + 4);
  };
  mendSum(24);
  let commitsBehindBreak = 0;
  for (let at = HEADER_BYTES; at + FRAME_BYTES <= bytes.length; at += FRAME_BYTES) {
    const flippedBits = differingBits(bytes.subarray(at + 8, at + 16), salts);
    // Left over from before the log began anew: the first salt has counted on since, and the second is random.
    if (flippedBits > 1) break;
    if (flippedBits === 1) {
      isBroken = true;
      salts.copy(bytes, at + 8);
    }
    sum = summed(sum, bytes.subarray(at, at + 8), isBigEndian);
    const page = bytes.subarray(at + FRAME_HEADER_BYTES, at + FRAME_BYTES);
    sum = summed(sum, page, isBigEndian);
    mendSum(at + 16);
    const isCommit = bytes.readUInt32BE(at + 4) !== 0;
    if (isBroken && isCommit) commitsBehindBreak += 1;
  }
  return { commitsBehindBreak, mended: isBroken ? bytes : undefined };
}
