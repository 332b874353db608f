// Reading tag memory, byte for byte as documents have it; where a document has only the layout, the bytes were computed apart.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encodeReadTag, tagBanks } from '../../../firmware-bridge/chafon/commands.js';
import { tryReaderFrame as tryChafonReply } from '../../../firmware-bridge/chafon/frame.js';
import type { Attempt, TryFrame } from '../../../firmware-bridge/framing/scanner.js';
import { encodeReadTid as encodeM100Read, encodeSelectEpc } from '../../../firmware-bridge/m100/commands.js';
import { encodeM100Frame, tryReaderFrame as tryM100Reply } from '../../../firmware-bridge/m100/frame.js';
import {
  decodeTagMemoryReply as decodeM100,
  taggedErrorEpc,
} from '../../../firmware-bridge/m100/tag-memory.js';
import { encodeStartStream } from '../../../firmware-bridge/mercury/commands.js';
import { tryMercuryReply } from '../../../firmware-bridge/mercury/frame.js';
import { decodeTagReply } from '../../../firmware-bridge/mercury/tag-record.js';
import { encodeReadTid as encodeR2000Read } from '../../../firmware-bridge/r2000/commands.js';
import { tryReaderFrame as tryR2000Reply } from '../../../firmware-bridge/r2000/frame.js';
import { decodeTagMemoryReply as decodeR2000 } from '../../../firmware-bridge/r2000/tag-memory.js';
import { fromHex } from '../hex.js';

interface Vector {
  readonly name: string;
  readonly hex: string;
  readonly epc?: string;
  readonly pc?: string;
  readonly data?: string;
}
const { frames }: { frames: Vector[] } = JSON.parse(
  readFileSync(new URL('../../vectors/devices/uhf-tag-memory.json', import.meta.url), 'utf8'),
);
const vector = (name: string): Vector => {
  const found = frames.find((frame) => frame.name === name);
  if (!found) throw new Error(`no vector ${name}`);
  return found;
};
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
function frameOf<Frame>(tryFrame: TryFrame<Frame>, hex: string): Frame {
  const bytes = fromHex(hex);
  const attempt: Attempt<Frame> = tryFrame(bytes, 0);
  if (attempt.kind !== 'frame' || attempt.length !== bytes.length) throw new Error(attempt.kind);
  return attempt.frame;
}
const epc = fromHex(vector('M100 select of one EPC').epc ?? '');

describe('tag memory on the wire', () => {
  it('M100 selects and reads as the manual prints it', () => {
    expect(hexOf(encodeSelectEpc(epc))).toBe(vector('M100 select of one EPC').hex);
    // The manual reads two words of bank 3 with a password; a TID is bank 2 without one.
    const printed = vector('M100 read of a user bank').hex;
    const ours = encodeM100Frame({
      type: 0,
      command: 0x39,
      parameters: Uint8Array.of(0, 0, 0xff, 0xff, 3, 0, 0, 0, 2),
    });
    expect(hexOf(ours)).toBe(printed);
    expect(hexOf(encodeM100Read(2)).slice(0, 18)).toBe(`${printed.slice(0, 10)}00000000`);
  });

  it('M100 answers name the tag', () => {
    const { hex, epc, pc, data } = vector('M100 answer to that read');
    expect(decodeM100(frameOf(tryM100Reply, hex).parameters)).toEqual({ epc, pc, data });
    const beyond = vector('M100 read beyond the end of a bank');
    expect(taggedErrorEpc(frameOf(tryM100Reply, beyond.hex).parameters)).toBe(beyond.epc);
    const none = vector('M100 read that no tag answered');
    expect(frameOf(tryM100Reply, none.hex)).toMatchObject({ command: 0xff, parameters: Uint8Array.of(9) });
  });

  it('Chafon reads by the whole EPC', () => {
    const part = { bank: tagBanks.tid, from: 0, words: 6 };
    expect(hexOf(encodeReadTag(0, epc, part))).toBe(vector('Chafon read of six words of a TID').hex);
    const { hex, data } = vector('Chafon answer to that read');
    expect(hexOf(frameOf(tryChafonReply, hex).body)).toBe(`00${data}`);
    const { hex: beyond } = vector('Chafon read beyond the end of a bank');
    expect(hexOf(frameOf(tryChafonReply, beyond).body)).toBe('fc03');
  });

  it('Mercury reads the TID with each EPC', () => {
    expect(hexOf(encodeStartStream(true))).toBe(vector('Mercury start of a stream that reads TIDs').hex);
    const { hex, epc, pc, data } = vector('Mercury stream record with a TID');
    expect(decodeTagReply(frameOf(tryMercuryReply, hex))).toMatchObject([
      { epc, pc, memory: data, isIntact: true },
    ]);
  });

  it.each(['', ' and why'])('Mercury tells the tag whose read failed%s', (why) => {
    const { hex, epc } = vector(`Mercury stream record whose read failed${why}`);
    const [record] = decodeTagReply(frameOf(tryMercuryReply, hex)) ?? [];
    expect(record).toMatchObject({ epc, isIntact: true });
    expect(record?.memory).toBeUndefined();
  });

  it('R2000 reads every tag, and each answer names its own', () => {
    expect(hexOf(encodeR2000Read(1, 6))).toBe(vector('R2000 read of six words of each TID').hex);
    const { hex, epc, pc, data } = vector('R2000 answer to that read');
    expect(decodeR2000(frameOf(tryR2000Reply, hex).data)).toEqual({ tagCount: 1, epc, pc, data, antenna: 1 });
    // One damaged byte of EPC or CRC under a right check is found by the tag's CRC.
    const damaged = fromHex(hex).map((byte, index) => byte ^ (index === 12 ? 0x01 : 0));
    expect(decodeR2000(damaged.subarray(4, -1))).toBeUndefined();
  });
});
