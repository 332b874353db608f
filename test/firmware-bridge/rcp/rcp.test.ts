import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newCounters } from '../../../firmware-bridge/device.js';
import {
  encodeRcpEnvelope,
  maxRcpFrameBytes,
  rcpCrc,
} from '../../../firmware-bridge/framing/rcp-envelope.js';
import { Scanner } from '../../../firmware-bridge/framing/scanner.js';
import { encodeM100Frame, tryM100Frame } from '../../../firmware-bridge/m100/frame.js';
import { encodeTagNotice } from '../../../firmware-bridge/m100/tag-notice.js';
import { decodeRcpTagNotice, tryRcpFrame } from '../../../firmware-bridge/rcp/frame.js';
import { rcpProtocol } from '../../../firmware-bridge/rcp/wire-protocol.js';
import { RcpSimulator } from '../../../firmware-bridge/simulators/rcp-simulator.js';
import { FakeTime } from '../fake-time.js';
import { fromHex } from '../hex.js';

const vectors: { frames: { hex: string; epc: string; pc: string }[] } = JSON.parse(
  readFileSync(new URL('../../vectors/devices/uhf-phychips-rcp.json', import.meta.url), 'utf8'),
);
const [notice = new Uint8Array()] = vectors.frames.map(({ hex }) => fromHex(hex));
const model = encodeRcpEnvelope({ type: 1, command: 0x03, parameters: Buffer.from('PRM92x0', 'ascii') });

function scan(bytes: Uint8Array, counters = newCounters()) {
  return new Scanner(tryRcpFrame, maxRcpFrameBytes, counters).push(bytes);
}

describe('RCP frames', () => {
  it.each(vectors.frames.map((vector) => [vector.epc, vector] as const))(
    'reads tag %s',
    (epc, { hex, pc }) => {
      const bytes = fromHex(hex);
      const [frame] = scan(bytes);
      expect(frame && decodeRcpTagNotice(frame)).toEqual({ epc, pc });
      expect(frame && encodeRcpEnvelope(frame)).toEqual(bytes);
    },
  );

  it('no M100 frame is an RCP frame, and no RCP frame is an M100 frame', () => {
    const parameters = fc
      .integer({ min: 0, max: 20 })
      .chain((words) => fc.uint8Array({ minLength: words * 2, maxLength: words * 2 }));
    fc.assert(
      fc.property(parameters, fc.constantFrom(0, 1, 2), fc.nat(0xff), (bytes, type, command) => {
        const asM100 = encodeM100Frame({ type: type as 0 | 1 | 2, command, parameters: bytes });
        expect(tryRcpFrame(Uint8Array.of(...asM100, 0, 0, 0), 0).kind).not.toBe('frame');
        const asRcp = encodeRcpEnvelope({ type, command, parameters: bytes });
        // One in 65,536 is both: its sum stands where its end mark is, and its CRC begins with an end mark.
        const sum = asRcp.subarray(1, -3).reduce((total, byte) => (total + byte) & 0xff, 0);
        fc.pre(sum !== 0x7e || asRcp.at(-2) !== 0x7e);
        expect(tryM100Frame(asRcp, 0).kind).not.toBe('frame');
      }),
      { numRuns: 2000 },
    );
    for (const { hex } of vectors.frames) expect(tryM100Frame(fromHex(hex), 0).kind).toBe('bad-check');
    const m100Notice = encodeM100Frame({
      type: 2,
      command: 0x22,
      parameters: encodeTagNotice(fromHex('e2002075600f007815607444'), -50),
    });
    expect(scan(Uint8Array.of(...m100Notice, ...m100Notice))).toEqual([]);
  });

  it('one damaged byte never gives a frame', () => {
    const wrong: string[] = [];
    for (const bytes of [notice, model]) {
      for (let at = 0; at < bytes.length; at += 1) {
        for (let mask = 1; mask < 256; mask += 1) {
          const damaged = bytes.slice();
          damaged[at] = (damaged[at] ?? 0) ^ mask;
          if (scan(damaged).length > 0) wrong.push(Buffer.from(damaged).toString('hex'));
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('noise between frames loses none, and any chunking gives the same', () => {
    const anyNoise = fc.uint8Array({ maxLength: 20 }).map((bytes) => bytes.filter((byte) => byte !== 0xbb));
    const anyPart = fc.tuple(anyNoise, fc.constantFrom(notice, model));
    fc.assert(
      fc.property(fc.array(anyPart, { maxLength: 8 }), fc.array(fc.nat()), (parts, cuts) => {
        const stream = Uint8Array.from(parts.flatMap(([noise, frame]) => [...noise, ...frame]));
        const ends = [...cuts.map((cut) => cut % (stream.length + 1)), stream.length].sort((a, b) => a - b);
        const scanner = new Scanner(tryRcpFrame, maxRcpFrameBytes, newCounters());
        const found = ends.flatMap((end, index) => scanner.push(stream.slice(ends[index - 1] ?? 0, end)));
        expect(found).toEqual(parts.flatMap(([, frame]) => scan(frame)));
        expect(scanner.pendingBytes).toBeLessThan(maxRcpFrameBytes);
      }),
    );
  });

  it('a wrong end is no frame, though the CRC over it is right', () => {
    const bytes = model.slice();
    const endAt = bytes.length - 3;
    bytes[endAt] = 0x7f;
    const crc = rcpCrc(bytes, 1, endAt + 1);
    bytes.set([crc >>> 8, crc & 0xff], endAt + 1);
    expect(tryRcpFrame(bytes, 0)).toEqual({ kind: 'bad-check' });
  });

  it('a tag notice whose PC does not fit its length is refused, though its CRC is right', () => {
    for (const parameters of [fromHex('3800e2002075600f007815607444'), fromHex('30'), new Uint8Array()]) {
      const bytes = encodeRcpEnvelope({ type: 2, command: 0x22, parameters });
      expect(tryRcpFrame(bytes, 0)).toEqual({ kind: 'bad-check' });
      expect(rcpProtocol.refusal(bytes)).toBe('the length in the PC does not fit the EPC');
    }
  });
});

describe('RCP in words', () => {
  it.each([
    [notice, 'notice: tag e2002075600f007815607444, PC 3000'],
    [model, 'response: reader information, information PRM92x0'],
    [
      encodeRcpEnvelope({ type: 1, command: 0xff, parameters: Uint8Array.of(0x15) }),
      'response: failure, failure 15, no tag',
    ],
    [encodeRcpEnvelope({ type: 0, command: 0x08, parameters: new Uint8Array() }), 'command: reset reader'],
    [
      encodeRcpEnvelope({ type: 0, command: 0xee, parameters: Uint8Array.of(1, 2) }),
      'command: unknown command ee, parameters 0102',
    ],
  ])('%#', (bytes, text) => {
    const [frame] = scan(bytes);
    expect(frame && rcpProtocol.explain(frame).text).toBe(text);
    expect(rcpProtocol.refusal(bytes)).toBe('nothing is wrong');
  });

  it.each([
    ['', 'no bytes'],
    ['ff', 'starts with ff, should be bb'],
    ['bb03', 'type is 03, should be 00, 01 or 02'],
    ['bb0003', '3 bytes, the shortest frame has 8'],
    ['bb0003000100047e', 'length says a frame of 9 bytes, 8 are here'],
    ['bb00030001000400ff', 'end is 04, should be 7e'],
    ['bb0222000e3000e2002075600f0078156074447eaa69', 'CRC is aa69, should be aa68'],
  ])('says why %s is no frame', (hex, reason) => {
    expect(rcpProtocol.refusal(fromHex(hex))).toBe(reason);
  });

  it('its question is answered by a reader of this kind', async () => {
    const time = new FakeTime();
    const reader = new RcpSimulator({ timers: time, epcs: ['e2002075600f007815607444'], isReading: true });
    const heard: number[] = [];
    reader.attach((bytes) => heard.push(...bytes));
    for (const request of rcpProtocol.question?.requests ?? []) reader.receive(request);
    await time.pass(100);
    reader.stop();
    const frames = scan(Uint8Array.from(heard));
    expect(frames.map((frame) => rcpProtocol.question?.identity(frame))).toEqual([
      'PRM92x0',
      'V3.1.2',
      'PHYCHIPS',
      undefined,
    ]);
    expect(frames.at(-1)).toEqual(scan(notice)[0]);
  });
});
