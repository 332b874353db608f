import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newCounters } from '../../../firmware-bridge/device.js';
import { Scanner } from '../../../firmware-bridge/framing/scanner.js';
import { decodeGga, type Gga } from '../../../firmware-bridge/nmea/gga.js';
import { decodeRmc, type Rmc } from '../../../firmware-bridge/nmea/rmc.js';
import {
  encodeSentence,
  maxSentenceBytes,
  type NmeaSentence,
  trySentence,
} from '../../../firmware-bridge/nmea/sentence.js';
import { nmeaProtocol } from '../../../firmware-bridge/nmea/wire-protocol.js';

const { lines }: { lines: { line: string; checksum_ok: boolean }[] } = JSON.parse(
  readFileSync(new URL('../../vectors/devices/nmea.json', import.meta.url), 'utf8'),
);

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function scan(bytes: Uint8Array, counters = newCounters()): NmeaSentence[] {
  return new Scanner(trySentence, maxSentenceBytes, counters).push(bytes);
}

function one(body: string): NmeaSentence {
  const [sentence] = scan(encodeSentence(body));
  if (sentence === undefined) throw new Error(`no sentence: ${body}`);
  return sentence;
}

/** A wrong RMC or GGA is what must never come of damage: other sentences are only signs of life. */
function decoded(bytes: Uint8Array): (Rmc | Gga)[] {
  return scan(bytes).flatMap((sentence) => {
    if (sentence.start !== '$') return [];
    const result =
      sentence.type === 'RMC'
        ? decodeRmc(sentence)
        : sentence.type === 'GGA'
          ? decodeGga(sentence)
          : undefined;
    return result === undefined ? [] : [result];
  });
}

describe('NMEA sentences', () => {
  it.each(lines.map(({ line }) => line))('cuts %s', (line) => {
    const counters = newCounters();
    const [sentence] = scan(ascii(`${line}\r\n`), counters);
    expect(sentence?.text).toBe(line);
    expect(counters).toMatchObject({ frames: 1, badChecks: 0, discardedBytes: 0 });
  });

  it('reads the classic GGA example to the last digit', () => {
    expect(decoded(ascii(`${lines[0]?.line}\r\n`))).toEqual([
      {
        isValid: true,
        timeOfDayMs: ((12 * 60 + 35) * 60 + 19) * 1000,
        position: { latitudeDegE7: 481_173_000, longitudeDegE7: 115_166_667 },
        satellites: 8,
        hdopCenti: 90,
      },
    ]);
  });

  it('reads the classic RMC example, whose year is of the last century', () => {
    expect(decoded(ascii(`${lines[1]?.line}\r\n`))).toEqual([
      {
        isValid: true,
        timeOfDayMs: 45_319_000,
        isLeapSecond: false,
        unixMs: Date.UTC(1994, 2, 23, 12, 35, 19),
        position: { latitudeDegE7: 481_173_000, longitudeDegE7: 115_166_667 },
        speedMmPerS: 11_524,
      },
    ]);
  });

  it('reads west as negative, with five digits of a minute', () => {
    expect(decoded(ascii(`${lines[2]?.line}\r\n`))).toEqual([
      {
        isValid: true,
        timeOfDayMs: 631_000,
        isLeapSecond: false,
        unixMs: Date.UTC(2017, 0, 10, 0, 10, 31),
        position: { latitudeDegE7: 440_689_988, longitudeDegE7: -1_213_143_372 },
        speedMmPerS: 75,
      },
    ]);
  });

  it('the empty fields of a sentence without a fix never become numbers', () => {
    const empty = decoded(ascii(`${lines[3]?.line}\r\n`));
    expect(empty).toEqual([{ isValid: false, timeOfDayMs: undefined, reason: 'status V (no fix)' }]);
    expect(decodeGga(one('GPGGA,,,,,,0,00,99.99,,,,,,'))).toEqual({
      isValid: false,
      timeOfDayMs: undefined,
      reason: 'quality 0 (no fix)',
    });
  });

  it.each(['GP', 'GN', 'GL', 'GA', 'GB', 'BD', 'GQ', 'II'])('talker %s is as good as any', (talker) => {
    expect(decodeRmc(one(`${talker}RMC,120000,A,0000.000,S,00000.000,W,0.0,,010126,,`))).toMatchObject({
      isValid: true,
      // And no -0.
      position: { latitudeDegE7: 0, longitudeDegE7: 0 },
    });
  });

  it.each([
    ['estimated', 'E'],
    ['typed in', 'M'],
    ['simulated', 'S'],
    ['not valid', 'N'],
  ])('a position that is %s is no fix, though the status is A', (_what, mode) => {
    const rmc = decodeRmc(one(`GPRMC,120000,A,4807.038,N,01131.000,E,0.0,,010126,,,${mode}`));
    expect(rmc?.isValid).toBe(false);
  });

  it.each(['6', '7', '8'])('GGA quality %s is no fix', (quality) => {
    const gga = decodeGga(one(`GPGGA,120000,4807.038,N,01131.000,E,${quality},08,0.9,545.4,M,46.9,M,,`));
    expect(gga?.isValid).toBe(false);
  });

  it('a leap second is the time of the second after it, and marked', () => {
    expect(decodeRmc(one('GPRMC,235960.00,A,4807.038,N,01131.000,E,0.0,,311226,,,A'))).toMatchObject({
      isLeapSecond: true,
      unixMs: Date.UTC(2027, 0, 1),
    });
  });

  it.each([
    ['a minute of 60', 'GPRMC,120000,A,4860.000,N,01131.000,E,0.0,,010126,,,A'],
    ['a latitude above 90', 'GPRMC,120000,A,9000.001,N,01131.000,E,0.0,,010126,,,A'],
    ['a longitude above 180', 'GPRMC,120000,A,4807.038,N,18000.001,E,0.0,,010126,,,A'],
    ['no side', 'GPRMC,120000,A,4807.038,,01131.000,E,0.0,,010126,,,A'],
    ['an exchanged side', 'GPRMC,120000,A,4807.038,E,01131.000,N,0.0,,010126,,,A'],
    ['an empty latitude with status A', 'GPRMC,120000,A,,,,,0.0,,010126,,,A'],
    ['30 February', 'GPRMC,120000,A,4807.038,N,01131.000,E,0.0,,300226,,,A'],
    ['second 60 at noon', 'GPRMC,120060,A,4807.038,N,01131.000,E,0.0,,010126,,,A'],
    ['hour 24', 'GPRMC,240000,A,4807.038,N,01131.000,E,0.0,,010126,,,A'],
    ['no date', 'GPRMC,120000,A,4807.038,N,01131.000,E,0.0,,,,,A'],
    ['a speed of a rocket', 'GPRMC,120000,A,4807.038,N,01131.000,E,99999,,010126,,,A'],
    ['a negative speed', 'GPRMC,120000,A,4807.038,N,01131.000,E,-1.0,,010126,,,A'],
    ['too few fields', 'GPRMC,120000,A,4807.038,N,01131.000,E'],
  ])('%s is no RMC', (_what, body) => {
    expect(decodeRmc(one(body))).toBeUndefined();
  });

  it('coordinates agree with exact arithmetic', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(fc.nat(89), fc.nat(59), digits, (degrees, minutes, fraction) => {
        const text = `${String(degrees).padStart(2, '0')}${String(minutes).padStart(2, '0')}.${fraction}`;
        const rmc = decodeRmc(one(`GPRMC,120000,A,${text},S,00000.000,E,0.0,,010126,,,A`));
        if (rmc?.isValid !== true) throw new Error('refused');
        const unit = 60n * 10n ** BigInt(fraction.length);
        const exact = 10_000_000n * BigInt(`${minutes}${fraction}`);
        const degE7 = BigInt(degrees) * 10_000_000n + (2n * exact + unit) / (2n * unit);
        expect(BigInt(rmc.position.latitudeDegE7)).toBe(-degE7);
      }),
      { numRuns: 1000 },
    );
  });
});

const good = lines.map(({ line }) => ascii(`${line}\r\n`));
const anyGood = fc.constantFrom(...good);
/** What a line may carry besides: anything but the two start characters. */
const noise = fc
  .uint8Array({ maxLength: 300 })
  .map((bytes) => bytes.filter((byte) => byte !== 0x24 && byte !== 0x21));

describe('NMEA sentences under damage', () => {
  it('any chunking and any noise between sentences loses none', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(noise, anyGood), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }),
        (parts, sizes) => {
          const bytes = Uint8Array.from(parts.flatMap(([before, sentence]) => [...before, ...sentence]));
          const counters = newCounters();
          const scanner = new Scanner(trySentence, maxSentenceBytes, counters);
          const texts: string[] = [];
          for (let start = 0, turn = 0; start < bytes.length; turn += 1) {
            const size = sizes[turn % sizes.length] ?? 1;
            for (const { text } of scanner.push(bytes.subarray(start, start + size)))
              texts.push(`${text}\r\n`);
            expect(scanner.pendingBytes).toBeLessThan(maxSentenceBytes);
            start += size;
          }
          expect(texts).toEqual(parts.map(([, sentence]) => String.fromCharCode(...sentence)));
          const kept = parts.reduce((sum, [, sentence]) => sum + sentence.length, 0);
          expect(counters.discardedBytes + scanner.pendingBytes).toBe(bytes.length - kept);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('one damaged byte never gives a wrong time or place', () => {
    fc.assert(
      fc.property(anyGood, fc.nat(), fc.integer({ min: 1, max: 255 }), (sentence, position, mask) => {
        const damaged = sentence.slice();
        const index = position % damaged.length;
        damaged[index] = (damaged[index] ?? 0) ^ mask;
        // Only the line end, and the letter case of the checksum, may suffer without harm.
        const [right] = decoded(sentence);
        for (const result of decoded(damaged)) expect(result).toEqual(right);
      }),
      { numRuns: 3000 },
    );
  });

  it('a sentence that was cut off does not take the next one with it', () => {
    const [first = new Uint8Array(), second = new Uint8Array()] = good;
    const cut = Uint8Array.of(...first.subarray(0, 30), ...second);
    expect(scan(cut).map(({ type }) => type)).toEqual(['RMC']);
  });

  it('a sentence with a wrong checksum takes no later one with it', () => {
    const counters = newCounters();
    const wrong = ascii('$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*48\r\n');
    const all = Uint8Array.of(...wrong, ...good.flatMap((sentence) => [...sentence]));
    expect(scan(all, counters)).toHaveLength(good.length);
    expect(counters).toMatchObject({ badChecks: 1, discardedBytes: wrong.length });
  });

  it('a sentence without a checksum, or a longer one than the cap, is none', () => {
    const counters = newCounters();
    expect(scan(ascii('$GPRMC,,V,,,,,,,,,,N\r\n'), counters)).toEqual([]);
    expect(scan(encodeSentence(`GPTXT,${'9'.repeat(maxSentenceBytes)}`), counters)).toEqual([]);
    const longest = encodeSentence(`GPTXT,${'9'.repeat(maxSentenceBytes - 12)}`);
    expect(longest).toHaveLength(maxSentenceBytes);
    expect(scan(longest, counters)).toHaveLength(1);
  });

  it('an encapsulated sentence is cut and explained', () => {
    const bytes = encodeSentence('AIVDM,1,1,,A,15M67F,0');
    bytes[0] = 0x21;
    const [sentence] = scan(bytes);
    expect(sentence).toMatchObject({ start: '!', talker: 'AI', type: 'VDM' });
    expect(sentence && nmeaProtocol.explain(sentence).text).toBe('VDM of talker AI: 1, 1, , A, 15M67F, 0');
  });

  it('nothing throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        for (const sentence of scan(bytes)) nmeaProtocol.explain(sentence);
        expect(nmeaProtocol.refusal(bytes)).not.toContain('\n');
      }),
    );
  });
});

describe("NMEA in a technician's words", () => {
  it.each([
    [
      0,
      'GGA of talker GP: latitude 481173000 and longitude 115166667 (1e-7 degrees), 8 satellites, HDOP 0.9',
    ],
    [3, 'RMC of talker GN: no fix, status V (no fix)'],
  ])('explains vector %i', (index, text) => {
    const [sentence] = scan(good[index] ?? new Uint8Array());
    if (sentence === undefined) throw new Error('no sentence');
    expect(nmeaProtocol.explain(sentence).text).toBe(text);
  });

  it('explains a sentence that it does not know by its fields', () => {
    expect(nmeaProtocol.explain(one('PUBX,00,081350.00')).fields).toMatchObject({ talker: 'P', type: 'UBX' });
    expect(nmeaProtocol.explain(one('GPGSV,1,1,00')).text).toBe('GSV of talker GP: 1, 1, 00');
  });

  it.each([
    ['', 'no bytes'],
    ['GPRMC', 'starts with 47, not with $ or !'],
    ['$GPRMC,,V', 'no * and checksum'],
    ['$GPRMC*zz\r\n', 'checksum "zz" is not two hex digits'],
    ['$GPRMC*00\r\n', 'checksum is 00, should be 4b'],
    ['$GPRMC*4B', 'no line end after the checksum'],
    ['$GPRMC*4B\r', 'ends after the carriage return, a line feed should follow'],
    ['$GPR\x01C*00\r\n', 'byte 01 is no printable character'],
    ['$gprmc*6B\r\n', '"gprmc" is no talker and sentence type'],
    ['$GPRMC*4Bxy\r\n', '2 characters follow the checksum'],
  ])('says why %j is no sentence', (text, reason) => {
    expect(nmeaProtocol.refusal(ascii(text))).toBe(reason);
  });
});
