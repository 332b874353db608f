import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc8Maxim } from '../../../firmware-bridge/onewire/crc8.js';
import { readW1Slave } from '../../../firmware-bridge/onewire/w1-slave.js';
import { w1SlaveText } from '../../../firmware-bridge/simulators/onewire-simulator.js';

interface Vector {
  readonly w1_slave: string;
  readonly crc8_ok: boolean;
  readonly celsius: number;
  readonly source: string;
}
const { files }: { files: Vector[] } = JSON.parse(
  readFileSync(new URL('../../vectors/devices/onewire-w1-slave.json', import.meta.url), 'utf8'),
);

/** The kernel's two lines for these bytes, with a right CRC and YES unless told otherwise. */
function slaveText(
  scratchpad: readonly number[],
  {
    crcXor = 0,
    verdict = 'YES',
    retained,
    t,
  }: { crcXor?: number; verdict?: string; retained?: string; t?: number } = {},
): string {
  const crc = crc8Maxim(Uint8Array.from(scratchpad), 8) ^ crcXor;
  const line = [...scratchpad, crc].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const [low = 0, high = 0] = scratchpad;
  const sixteenths = ((high << 24) >> 16) | low;
  const milliC = t ?? Math.trunc((sixteenths * 1000) / 16);
  const crcText = crc.toString(16).padStart(2, '0');
  return `${line} : crc=${crcText} ${verdict}\n${retained ?? line} t=${milliC}\n`;
}

const freezer = [0x90, 0xfe, 0x4b, 0x46, 0x7f, 0xff, 0x0c, 0x10] as const;

describe('the w1_slave file of a DS18B20', () => {
  const isPowerOn = ({ source }: Vector) => source.startsWith('power-on');
  it.each(files.filter((vector) => vector.crc8_ok && !isPowerOn(vector)))(
    '$source gives $celsius',
    (vector) => {
      expect(readW1Slave(vector.w1_slave)).toEqual({
        kind: 'temperature',
        temperatureMilliC: Math.trunc(vector.celsius * 1000),
      });
    },
  );

  it.each(files.filter(({ crc8_ok }) => !crc8_ok))('gives no number for: $source', ({ w1_slave }) => {
    expect(readW1Slave(w1_slave).kind).toBe('fault');
  });

  it.each(files.filter(isPowerOn))(
    'gives no number for a chip that has not converted: $source',
    ({ w1_slave }) => {
      expect(readW1Slave(w1_slave)).toEqual({ kind: 'power-on-value' });
    },
  );

  it('believes 85.000 degrees of a chip whose byte 6 says that it has converted', () => {
    const text = slaveText([0x50, 0x05, 0x4b, 0x46, 0x7f, 0xff, 0x0e, 0x10]);
    expect(readW1Slave(text)).toEqual({ kind: 'temperature', temperatureMilliC: 85_000 });
  });

  it('reads a freezer', () => {
    expect(readW1Slave(slaveText(freezer))).toEqual({ kind: 'temperature', temperatureMilliC: -23_000 });
  });

  it.each([
    [
      'the kernel says NO: the second line is an earlier value',
      slaveText(freezer, { verdict: 'NO' }),
      'stale',
    ],
    ['YES beside a CRC that does not fit', slaveText(freezer, { crcXor: 1 }), 'bad-crc'],
    [
      'retained bytes of another conversion',
      slaveText(freezer, { retained: slaveText([0x91, ...freezer.slice(1)]).slice(0, 26) }),
      'inconsistent',
    ],
    ['a number of other bytes', slaveText(freezer, { t: -22_937 }), 'inconsistent'],
    ['a line held low, whose CRC is right', slaveText([0, 0, 0, 0, 0, 0, 0, 0]), 'all-zero'],
    [
      'a configuration byte that no DS18B20 has',
      slaveText([0x90, 0xfe, 0x4b, 0x46, 0xff, 0xff, 0x0c, 0x10]),
      'inconsistent',
    ],
    [
      'too little power: 127.937 degrees',
      slaveText([0xff, 0x07, 0x4b, 0x46, 0x7f, 0xff, 0x0c, 0x10]),
      'inconsistent',
    ],
    [
      'colder than the element goes',
      slaveText([0x8f, 0xfc, 0x4b, 0x46, 0x7f, 0xff, 0x0c, 0x10]),
      'inconsistent',
    ],
    ['nothing', '', 'not-a-reading'],
    ['one line', slaveText(freezer).split('\n')[0] ?? '', 'not-a-reading'],
    ['half a byte less', slaveText(freezer).slice(1), 'not-a-reading'],
    ['a third line', `${slaveText(freezer)}t=1000\n`, 'not-a-reading'],
  ])('refuses %s', (_what, text, fault) => {
    expect(readW1Slave(text)).toEqual({ kind: 'fault', fault });
  });

  it('recomputes the CRC of the bytes: a kernel line that agrees with itself proves nothing', () => {
    const bytes = '90 fe 4b 46 7f ff 0c 10 00';
    const crc = crc8Maxim(Uint8Array.from(freezer), 8);
    const text = `${bytes} : crc=${crc.toString(16)} YES\n${bytes} t=-23000\n`;
    expect(readW1Slave(text)).toEqual({ kind: 'fault', fault: 'bad-crc' });
  });

  it('refuses a CRC that the kernel names and the bytes do not have', () => {
    const text = slaveText(freezer).replace(/crc=[0-9a-f]{2}/, 'crc=00');
    expect(readW1Slave(text)).toEqual({ kind: 'fault', fault: 'bad-crc' });
  });

  it('refuses a line that nobody drives, also when the kernel says YES', () => {
    const line = Array(9).fill('ff').join(' ');
    expect(readW1Slave(`${line} : crc=ff YES\n${line} t=-62\n`)).toEqual({
      kind: 'fault',
      fault: 'all-ones',
    });
  });

  it.each([
    [9, 0x1f, 0xfe97, -23_000],
    [10, 0x3f, 0xfe97, -22_750],
    [11, 0x5f, 0xfe97, -22_625],
    [12, 0x7f, 0xfe97, -22_562],
  ])('at %i bit the bits below mean nothing', (_bits, configuration, word, temperatureMilliC) => {
    const text = slaveText([word & 0xff, word >> 8, 0x4b, 0x46, configuration, 0xff, 0x0c, 0x10]);
    expect(readW1Slave(text)).toEqual({ kind: 'temperature', temperatureMilliC });
  });

  it('gives back every temperature that the chip can say', () => {
    for (let sixteenths = -55 * 16; sixteenths <= 125 * 16; sixteenths += 1) {
      if (sixteenths === 85 * 16) continue;
      const temperatureMilliC = Math.trunc((sixteenths * 1000) / 16) + 0;
      expect(readW1Slave(w1SlaveText((sixteenths * 1000) / 16))).toEqual({
        kind: 'temperature',
        temperatureMilliC,
      });
    }
  });

  it('no change of one character gives another number', () => {
    const good = slaveText(freezer);
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, character) => {
        const reading = readW1Slave(good.slice(0, at) + character + good.slice(at + 1));
        if (reading.kind === 'temperature') expect(reading.temperatureMilliC).toBe(-23_000);
      }),
      { numRuns: 5000 },
    );
  });

  it('no text makes it throw', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(readW1Slave(text)).toEqual({ kind: 'fault', fault: 'not-a-reading' });
      }),
    );
  });
});
