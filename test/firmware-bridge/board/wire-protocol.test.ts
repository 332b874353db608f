import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boardQuestion, encodeBoardFrame } from '../../../firmware-bridge/board/frame.js';
import type { BoardReading } from '../../../firmware-bridge/board/frame-value.js';
import { encodeJsonLine } from '../../../firmware-bridge/board/json-line.js';
import { type BoardWireFrame, boardProtocol } from '../../../firmware-bridge/board/wire-protocol.js';
import { newCounters } from '../../../firmware-bridge/device.js';
import { Scanner } from '../../../firmware-bridge/framing/scanner.js';
import { fromHex } from '../hex.js';
import { anyFrame, chunksOf, concatenated } from './frames.js';

const { tryFrame, maxFrameBytes, explain, refusal, question } = boardProtocol;

const reading: BoardReading = {
  kind: 'reading',
  sequence: 43,
  uptimeMs: 62_234,
  flags: 3,
  values: [
    { channel: 1, milli: -18_250 },
    { channel: 2, milli: null },
  ],
};

describe('the board protocol in a technician’s hands', () => {
  it('cuts both formats and the question out of one stream', () => {
    const piece = fc.oneof(
      anyFrame.map((frame) => ({ frame: frame as BoardWireFrame, bytes: encodeBoardFrame(frame) })),
      anyFrame.map((frame) => ({ frame: frame as BoardWireFrame, bytes: encodeJsonLine(frame) })),
      fc.constant({ frame: { kind: 'question' } as BoardWireFrame, bytes: boardQuestion }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.array(fc.nat()), (pieces, cuts) => {
        const scanner = new Scanner(tryFrame, maxFrameBytes, newCounters());
        const wire = concatenated(pieces.map(({ bytes }) => bytes));
        const found = chunksOf(wire, cuts).flatMap((chunk) => scanner.push(chunk));
        expect(found).toEqual(pieces.map(({ frame }) => frame));
      }),
    );
  });

  it.each<[BoardWireFrame, string, object]>([
    [
      reading,
      'reading 43 at 62234 ms: probe fault, stale, channel 1 -18250, channel 2 no value',
      { sequence: 43, uptimeMs: 62_234, flags: 3, hasProbeFault: true, isStale: true },
    ],
    [
      { ...reading, flags: 0, values: [] },
      'reading 43 at 62234 ms: no channels',
      { hasProbeFault: false, isStale: false, values: [] },
    ],
    [
      { kind: 'hello', boardId: 'b-1', firmwareVersion: '1.0.0' },
      'hello of board b-1, firmware 1.0.0',
      { boardId: 'b-1', firmwareVersion: '1.0.0' },
    ],
    [{ kind: 'question' }, 'question: who are you?', { kind: 'question' }],
    [{ kind: 'unreadable', reason: 'no array' }, 'right check, content that is not understood: no array', {}],
  ])('explains %j', (frame, text, fields) => {
    expect(explain(frame)).toMatchObject({ text, fields });
  });

  it.each([
    ['', 'no bytes'],
    ['0385010101068058', 'no 00 ends the 8 bytes'],
    ['03850101010680588e673000', 'CRC is 30678e58, should be 2f678e58'],
    ['0385010101068058008e672f00', 'a 00 at byte 8 of 13'],
    ['bb00030001', 'byte 1 is 00: neither a binary frame (83, 85) nor a line ([) nor the question (?)'],
    ['5b315d0a', '1 members'],
    [Buffer.from('[1,"a","1"]*0000\n').toString('hex'), 'CRC is 0000, should be '],
  ])('refuses %s because: %s', (hex, reason) => {
    expect(refusal(fromHex(hex))).toContain(reason);
  });

  it('asks with the question, and knows a board by its hello alone', () => {
    expect(question?.requests).toEqual([Uint8Array.from(Buffer.from('?\n'))]);
    expect(question?.identity({ kind: 'hello', boardId: 'b-1', firmwareVersion: '2.0' })).toBe(
      'board b-1, firmware 2.0',
    );
    expect(question?.identity(reading)).toBeUndefined();
  });
});
