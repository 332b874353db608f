// The write-ahead log's chain of checksums (SQLite file format, section 4.2). SQLite takes the first frame that does not fit
// for the end, without a word: one flipped bit takes back every commit behind it. After a power cut only frames of the last
// transaction may not fit, since each commit is flushed before the next begins; a commit behind such a frame was damaged.

import { readFileSync, statSync } from 'node:fs';

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
/** Checksums count little-endian words; one more: big-endian. */
const MAGIC = 0x377f0682;

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
  const magic = bytes.readUInt32BE(0);
  const pageBytes = bytes.readUInt32BE(8);
  const isPossible = (magic & ~1) === MAGIC && pageBytes >= 512 && pageBytes <= 65_536;
  if (!isPossible) return whole;
  const isBigEndian = (magic & 1) === 1;
  const header = bytes.subarray(0, HEADER_BYTES);
  let sum = summed({ first: 0, second: 0 }, header.subarray(0, 24), isBigEndian);
  let isBroken = false;
  const mendSum = (at: number) => {
    if (isSame(sum, sumAt(bytes, at))) return;
    isBroken = true;
    bytes.writeUInt32BE(sum.first, at);
    bytes.writeUInt32BE(sum.second, at + 4);
  };
  mendSum(24);
  let commitsBehindBreak = 0;
  const frameBytes = FRAME_HEADER_BYTES + pageBytes;
  for (let at = HEADER_BYTES; at + frameBytes <= bytes.length; at += frameBytes) {
    // A frame with other salts is left over from before the log began anew.
    if (!bytes.subarray(at + 8, at + 16).equals(header.subarray(16, 24))) break;
    sum = summed(sum, bytes.subarray(at, at + 8), isBigEndian);
    const page = bytes.subarray(at + FRAME_HEADER_BYTES, at + frameBytes);
    sum = summed(sum, page, isBigEndian);
    mendSum(at + 16);
    const isCommit = bytes.readUInt32BE(at + 4) !== 0;
    if (isBroken && isCommit) commitsBehindBreak += 1;
  }
  return { commitsBehindBreak, mended: isBroken ? bytes : undefined };
}
