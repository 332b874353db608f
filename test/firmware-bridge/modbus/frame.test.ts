import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc16, crc16Modbus } from '../../../firmware-bridge/bytes/crc16.js';
import { newCounters } from '../../../firmware-bridge/device.js';
import { Scanner } from '../../../firmware-bridge/framing/scanner.js';
import {
  encodeReadReply,
  encodeReadRequest,
  maxModbusFrameBytes,
  type ReadReply,
  type ReadRequest,
  tryReadReply,
  tryReadRequest,
} from '../../../firmware-bridge/modbus/frame.js';
import {
  type ModbusProfileName,
  modbusProfile,
  modbusProfiles,
} from '../../../firmware-bridge/modbus/profiles.js';
import { humidityOf, temperatureOf } from '../../../firmware-bridge/modbus/reading.js';
import { fromHex } from '../hex.js';

interface Vector {
  name: string;
  hex: string;
  decoded?: { celsius?: number; rh?: number } | null;
}
const vectors: { frames: Vector[] } = JSON.parse(
  readFileSync(new URL('../../vectors/devices/modbus-temperature.json', import.meta.url), 'utf8'),
);

function vectorBytes(name: string): Uint8Array {
  const vector = vectors.frames.find((known) => known.name === name);
  if (vector === undefined) throw new Error(`no vector "${name}"`);
  return fromHex(vector.hex);
}

function replyTo(request: ReadRequest, bytes: Uint8Array): ReadReply | undefined {
  const scanner = new Scanner<ReadReply>(
    (all, start) => tryReadReply(request, all, start),
    maxModbusFrameBytes,
    newCounters(),
  );
  return scanner.push(bytes)[0];
}

function registersIn(bytes: Uint8Array): readonly number[] {
  const [unit = 0, functionCode, byteCount = 0] = bytes;
  const reply = replyTo(
    { unit, functionCode: functionCode === 3 ? 3 : 4, start: 0, quantity: byteCount / 2 },
    bytes,
  );
  if (reply?.kind !== 'registers') throw new Error('no registers');
  return reply.registers;
}

describe('Modbus RTU frames', () => {
  const requests = vectors.frames.filter(({ hex }) => hex.length === 16);
  it.each(requests.map(({ name, hex }) => [name, hex]))('reads the request "%s"', (_name, hex) => {
    const bytes = fromHex(hex ?? '');
    const attempt = tryReadRequest(bytes, 0);
    if (attempt.kind !== 'frame') throw new Error(`got ${attempt.kind}`);
    expect(encodeReadRequest(attempt.frame)).toEqual(bytes);
  });

  const replies = vectors.frames.filter(
    ({ hex }) => hex.length !== 16 && (Number(`0x${hex.slice(2, 4)}`) & 0x80) === 0,
  );
  it.each(replies.map(({ name, hex }) => [name, hex]))('reads the reply "%s"', (_name, hex) => {
    const bytes = fromHex(hex ?? '');
    const registers = registersIn(bytes);
    expect(encodeReadReply(bytes[0] ?? 0, bytes[1] ?? 0, registers)).toEqual(bytes);
  });

  it.each([
    ['SYNTHESISED: exception 02 illegal address', 2],
    ['SYNTHESISED: exception 0B gateway target failed', 11],
  ])('reads "%s" as an exception', (name, exceptionCode) => {
    const request = { unit: 1, functionCode: 4, start: 1, quantity: 2 } as const;
    expect(replyTo(request, vectorBytes(name))).toEqual({ kind: 'exception', exceptionCode });
  });

  it('takes no reply of another unit, function or byte count for its own', () => {
    const reply = vectorBytes('30.5 C 54.6 %RH');
    const right = { unit: 1, functionCode: 4, start: 1, quantity: 2 } as const;
    expect(replyTo(right, reply)).toBeDefined();
    expect(replyTo({ ...right, unit: 2 }, reply)).toBeUndefined();
    expect(replyTo({ ...right, functionCode: 3 }, reply)).toBeUndefined();
    expect(replyTo({ ...right, quantity: 1 }, reply)).toBeUndefined();
  });

  it('a byte count that does not fit is refused even with a right CRC', () => {
    const body = Uint8Array.of(1, 4, 2, 0x01, 0x31, 0x02, 0x22);
    const crc = crc16(crc16Modbus, body);
    const reply = Uint8Array.of(...body, crc & 0xff, crc >>> 8);
    expect(replyTo({ unit: 1, functionCode: 4, start: 1, quantity: 2 }, reply)).toBeUndefined();
  });

  it('no damage of one or two bytes gives a wrong reply', () => {
    const byte = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(fc.array(byte, { minLength: 1, maxLength: 2 }), (flips) => {
        const damaged = vectorBytes('30.5 C 54.6 %RH');
        const positions = new Set<number>();
        for (const [position, mask] of flips) {
          const at = position % damaged.length;
          if (positions.has(at)) continue;
          positions.add(at);
          damaged[at] = (damaged[at] ?? 0) ^ mask;
        }
        const reply = replyTo({ unit: 1, functionCode: 4, start: 1, quantity: 2 }, damaged);
        // CRC-16/MODBUS catches every burst of up to 16 bits; two distant bytes slip through once in 65536.
        if (reply !== undefined) expect(positions.size).toBe(2);
        if (positions.size === 1) expect(reply).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });
});

describe('Modbus profiles', () => {
  it.each([
    ['xy-md02', '30.5 C 54.6 %RH', 30_500, 54_600],
    ['xy-md02', 'captured FC04 two registers', 30_700, 56_100],
    ['rs485-th', '27.3 C 62.6 %RH', 27_300, 62_600],
  ] satisfies [ModbusProfileName, string, number, number][])(
    '%s reads "%s" in milli-units',
    (name, vector, temperatureMilliC, humidityMilliPercent) => {
      const registers = registersIn(vectorBytes(vector));
      const profile = modbusProfile(name);
      expect(temperatureOf(profile, registers, 1)).toEqual({ value: temperatureMilliC, quality: 'good' });
      expect(humidityOf(profile, registers)).toEqual({ value: humidityMilliPercent, quality: 'good' });
    },
  );

  it.each([
    ['xy-md02', '30.5 C (x10 model)', 30_500],
    ['md02-x100', '30.5 C (x100 model: same name, other scale!)', 30_500],
    ['r4dcb08', '-11.2 C', -11_200],
    ['xy-md02', 'SYNTHESISED: -20.5 C (0xFF33)', -20_500],
  ] satisfies [ModbusProfileName, string, number][])(
    '%s reads the temperature "%s"',
    (name, vector, value) => {
      expect(temperatureOf(modbusProfile(name), registersIn(vectorBytes(vector)), 1)).toEqual({
        value,
        quality: 'good',
      });
    },
  );

  it('reads the temperature of an SHTC3 behind its humidity', () => {
    const profile = modbusProfile('shtc3');
    expect(temperatureOf(profile, [546, 305], 1).value).toBe(30_500);
    expect(humidityOf(profile, [546, 305])?.value).toBe(54_600);
  });

  it('a missing DS18B20 is an open probe, never -3276.8 degrees', () => {
    const registers = registersIn(vectorBytes('SYNTHESISED: R4DCB08 channel with no probe (0x8000)'));
    expect(temperatureOf(modbusProfile('r4dcb08'), registers, 1)).toEqual({
      value: 0,
      quality: 'probe-open',
    });
  });

  it('85 degrees of a DS18B20 that has not converted yet is no temperature', () => {
    const reading = temperatureOf(modbusProfile('r4dcb08'), [0, 850], 2);
    expect(reading).toEqual({ value: 0, quality: 'power-on-value' });
  });

  it.each([
    ['mb8art-x10', 30_000, 'probe-open', 0],
    ['mb8art-x10', 0x10000 - 30_000, 'probe-short', 0],
    ['mb8art-x10', 0x10000 - 785, 'good', -78_500],
    ['mb8art-x100', 30_000, 'probe-open', 0],
    ['mb8art-x100', 0x10000 - 30_000, 'probe-short', 0],
    ['mb8art-x100', 0x10000 - 1825, 'good', -18_250],
    ['comwintop-8pt1000', 0x7fff, 'probe-open', 0],
    ['comwintop-8pt1000', 6500, 'probe-open', 0],
    ['comwintop-8pt1000', 6498, 'out-of-range', 649_800],
    ['comwintop-8pt1000', 0x8000, 'probe-short', 0],
    ['comwintop-8pt1000', 0x10000 - 1800, 'probe-short', 0],
    ['comwintop-8pt1000', 0x10000 - 1400, 'out-of-range', -140_000],
    ['comwintop-8pt1000', 250, 'good', 25_000],
  ] satisfies [ModbusProfileName, number, string, number][])(
    '%s reads the word %i of a PT100 as %s',
    (name, word, quality, value) => {
      expect(temperatureOf(modbusProfile(name), [0, 0, word, 0, 0, 0, 0, 0], 3)).toEqual({ value, quality });
    },
  );

  it('a status register that speaks of a fault outweighs the number beside it', () => {
    const registers = [40, 0, 8500, 55, 0, 1, 1, 0];
    const read = (channel: number) => temperatureOf(modbusProfile('mb4pt100'), registers, channel);
    expect([1, 2, 3, 4].map(read)).toEqual([
      { value: 4000, quality: 'good' },
      // 0.0 degC before the first conversion.
      { value: 0, quality: 'probe-fault' },
      // Clamped to the end of the range.
      { value: 0, quality: 'probe-fault' },
      { value: 5500, quality: 'good' },
    ]);
  });

  it('a reply that is too short for the status registers is no reading', () => {
    expect(temperatureOf(modbusProfile('mb4pt100'), [40, 41, 42, 43], 1).quality).toBe('probe-fault');
  });

  it('a number that the element cannot measure is kept and marked', () => {
    expect(temperatureOf(modbusProfile('xy-md02'), [2732], 1)).toEqual({
      value: 273_200,
      quality: 'out-of-range',
    });
    expect(humidityOf(modbusProfile('xy-md02'), [0, 1001])).toEqual({
      value: 100_000,
      quality: 'out-of-range',
    });
  });

  it.each(Object.entries(modbusProfiles))('%s reads its block only', (_name, profile) => {
    const last = profile.temperatureIndex + profile.channels - 1;
    expect(last).toBeLessThan(profile.quantity);
    if ('humidity' in profile) expect(profile.humidity.index).toBeLessThan(profile.quantity);
    if ('statusIndex' in profile) {
      expect(profile.statusIndex).toBeGreaterThan(last);
      expect(profile.statusIndex + profile.channels).toBeLessThanOrEqual(profile.quantity);
    }
  });
});
