// Lines of gpsd's JSON protocol: one object per line. A line that is no report is a failed check, and counted.
// TCP already checks the bytes; what can come here is another program on the port, or another protocol of gpsd.

import type { Attempt, TryFrame } from '../framing/scanner.js';
import { decodeReport, type GpsdReport } from './report.js';

/** gpsd's own limit is 10240 characters (a SKY of all satellites); more without an end is no gpsd. */
export const maxGpsdLineBytes = 16_384;

const lineFeed = 0x0a;
const openingBrace = 0x7b;

export const tryGpsdLine: TryFrame<GpsdReport> = (bytes, start) => {
  const feedAt = bytes.indexOf(lineFeed, start);
  const length = (feedAt < 0 ? bytes.length : feedAt + 1) - start;
  // A longer line is thrown away in pieces, down to the end of the line.
  if (length > maxGpsdLineBytes) return { kind: 'none', skip: maxGpsdLineBytes };
  if (bytes[start] !== openingBrace) return { kind: 'none', skip: lengthToObject(bytes, start, length) };
  if (feedAt < 0) return { kind: 'more' };
  return decoded(bytes, start, length);
};

function decoded(bytes: Uint8Array, start: number, length: number): Attempt<GpsdReport> {
  const report = decodeReport(new TextDecoder().decode(bytes.subarray(start, start + length)));
  // Objects do not span lines, so nothing that starts within this one ends after it.
  return report === undefined
    ? { kind: 'bad-check', skip: length }
    : { kind: 'frame', frame: report, length };
}

function lengthToObject(bytes: Uint8Array, start: number, length: number): number {
  const braceAt = bytes.indexOf(openingBrace, start + 1);
  return braceAt < 0 || braceAt >= start + length ? length : braceAt - start;
}
