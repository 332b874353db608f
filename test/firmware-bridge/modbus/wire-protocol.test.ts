import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newCounters } from '../../../firmware-bridge/device.js';
import { Scanner } from '../../../firmware-bridge/framing/scanner.js';
import type { ModbusFrame } from '../../../firmware-bridge/modbus/any-frame.js';
import {
  encodeException,
  encodeReadReply,
  encodeReadRequest,
} from '../../../firmware-bridge/modbus/frame.js';
import { modbusProtocol } from '../../../firmware-bridge/modbus/wire-protocol.js';
import { fromHex } from '../hex.js';

const vectors: { frames: { name: string; hex: string }[] } = JSON.parse(
  readFileSync(new URL('../../vectors/devices/modbus-temperature.json', import.meta.url), 'utf8'),
);

function framesIn(chunks: readonly Uint8Array[]): ModbusFrame[] {
  const scanner = new Scanner(modbusProtocol.tryFrame, modbusProtocol.maxFrameBytes, newCounters());
  const frames = chunks.flatMap((chunk) => scanner.push(chunk));
  for (;;) {
    const hidden = scanner.flush();
    if (hidden.length === 0) return frames;
    frames.push(...hidden);
  }
}

const textOf = (hex: string): string[] =>
  framesIn([fromHex(hex)]).map((frame) => modbusProtocol.explain(frame).text);

const anyFrame = fc.oneof(
  fc
    .record({
      unit: fc.integer({ min: 1, max: 247 }),
      functionCode: fc.constantFrom(3 as const, 4 as const),
      start: fc.integer({ min: 0, max: 0xffff }),
      quantity: fc.integer({ min: 1, max: 125 }),
    })
    .map(encodeReadRequest),
  fc
    .tuple(
      fc.integer({ min: 1, max: 247 }),
      fc.constantFrom(3, 4),
      fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 125 }),
    )
    .map(([unit, functionCode, registers]) => encodeReadReply(unit, functionCode, registers)),
  fc
    .tuple(
      fc.integer({ min: 1, max: 247 }),
      fc.integer({ min: 1, max: 127 }),
      fc.integer({ min: 1, max: 11 }),
    )
    .map(([unit, functionCode, code]) => encodeException(unit, functionCode, code)),
);

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
}

describe('Modbus frames of both directions', () => {
  it.each(vectors.frames.map(({ name, hex }) => [name, hex]))('cuts and explains "%s"', (_name, hex) => {
    const frames = framesIn([fromHex(hex ?? '')]);
    expect(frames).toHaveLength(1);
    const { text, fields } = modbusProtocol.explain(frames[0] as ModbusFrame);
    expect(text).toMatch(/^(to )?unit \d+: \S/);
    expect(fields).toMatchObject({ unit: frames[0]?.unit, functionCode: frames[0]?.functionCode });
    expect(modbusProtocol.refusal(fromHex(hex ?? ''))).toBe('this is a frame');
  });

  it.each([
    ['010400010001600a', 'to unit 1: read input registers, 1 from 0x0001'],
    ['010404013102222ace', 'unit 1: read input registers: 0131 0222'],
    ['018402c2c1', 'unit 1: read input registers: exception 2 (illegal data address)'],
    ['01ab019ef0', 'unit 1: function 43: exception 1 (illegal function)'],
    ['0106000800140807', 'to unit 1: write one register: 0x0008 = 0014, or its echo'],
    ['01100101000204002025802509', 'to unit 1: write registers, 2 from 0x0101: 00202580'],
    ['01100101000211f4', 'unit 1: write registers: 2 from 0x0101 done'],
  ])('%s reads "%s"', (hex, text) => {
    expect(textOf(hex)).toEqual([text]);
  });

  it('any chunking gives the same frames', () => {
    fc.assert(
      fc.property(
        fc.array(anyFrame, { maxLength: 6 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
        (sent, sizes) => {
          const bytes = joined(sent);
          const chunks: Uint8Array[] = [];
          for (let start = 0; start < bytes.length; ) {
            const size = sizes.next().value;
            chunks.push(bytes.subarray(start, start + size));
            start += size;
          }
          expect(framesIn(chunks)).toEqual(framesIn([bytes]));
        },
      ),
    );
  });

  it('a reply and its request are found behind noise that no frame can start with', () => {
    const noise = fc
      .uint8Array({ minLength: 1, maxLength: 20 })
      .map((bytes) => bytes.map((byte) => byte | 0xf8));
    fc.assert(
      fc.property(fc.array(fc.tuple(noise, anyFrame), { minLength: 1, maxLength: 5 }), (pairs) => {
        const found = framesIn([joined(pairs.flat())]);
        expect(found).toEqual(pairs.flatMap(([, frame]) => framesIn([frame])));
      }),
    );
  });

  it('no bytes make it throw, and none make it hold more than a frame', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        const scanner = new Scanner(modbusProtocol.tryFrame, modbusProtocol.maxFrameBytes, newCounters());
        for (const frame of scanner.push(bytes)) modbusProtocol.explain(frame);
        expect(scanner.pendingBytes).toBeLessThan(modbusProtocol.maxFrameBytes);
        expect(modbusProtocol.refusal(bytes)).not.toContain('\n');
      }),
    );
  });

  it('a damaged byte gives no frame of the same place', () => {
    const vector = fromHex('010404013102222ace');
    for (let position = 0; position < vector.length; position += 1) {
      for (let mask = 1; mask < 256; mask += 1) {
        const damaged = vector.map((byte, index) => (index === position ? byte ^ mask : byte));
        expect(framesIn([damaged]), `${position} ${mask}`).toEqual([]);
      }
    }
  });
});

describe('why bytes are no Modbus frame', () => {
  it.each([
    ['0104', '2 bytes, a frame has 5 at least'],
    ['f80400010001600a', 'unit 248 is not 0 to 247'],
    ['012b0e01000000', 'function 43: the length of such a frame is not known here'],
    ['0104040131022a', 'a frame that starts so has 8 or 9 bytes, here are 7'],
    ['010404013102222acf', 'CRC is 2acf, should be 2ace'],
    ['018402c2c2', 'CRC is c2c2, should be c2c1'],
  ])('%s: %s', (hex, reason) => {
    expect(modbusProtocol.refusal(fromHex(hex))).toBe(reason);
  });
});

describe('asking for a Modbus unit', () => {
  const { question } = modbusProtocol;

  it('only ever reads, one register of unit 1 at a time, at the usual speed first', () => {
    expect(question?.requests.map((request) => textOf(Buffer.from(request).toString('hex')))).toEqual([
      ['to unit 1: read input registers, 1 from 0x0001'],
      ['to unit 1: read holding registers, 1 from 0x0000'],
    ]);
    expect(question?.baudRates[0]).toBe(9600);
  });

  it('takes a value and an exception for an answer, an echo of its request not', () => {
    const identities = (bytes: Uint8Array) => framesIn([bytes]).map((frame) => question?.identity(frame));
    expect(identities(encodeReadReply(1, 4, [305]))).toEqual(['a Modbus unit 1 answers']);
    expect(identities(encodeException(1, 3, 2))).toEqual(['a Modbus unit 1 answers']);
    for (const request of question?.requests ?? []) expect(identities(request)).toEqual([undefined]);
  });
});
