import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newCounters } from '../../../firmware-bridge/device.js';
import { Scanner } from '../../../firmware-bridge/framing/scanner.js';
import { maxGpsdLineBytes, tryGpsdLine } from '../../../firmware-bridge/gpsd/line.js';
import { decodeReport, type GpsdReport } from '../../../firmware-bridge/gpsd/report.js';

/** As gpsd 3.22 printed them for a replayed receiver. */
const printed = {
  version: '{"class":"VERSION","release":"3.22","rev":"3.22","proto_major":3,"proto_minor":14}',
  tpv: '{"class":"TPV","device":"/dev/pts/0","mode":3,"time":"2026-11-23T07:04:27.000Z","ept":0.005,"lat":48.117302000,"lon":11.516674167,"altHAE":592.3000,"altMSL":545.4000,"alt":545.4000,"epv":48.300,"track":84.4000,"magtrack":87.7264,"magvar":3.3,"speed":11.524,"climb":0.000,"epc":96.60,"geoidSep":46.900,"eph":24.700,"sep":47.500}',
  devices:
    '{"class":"DEVICES","devices":[{"class":"DEVICE","path":"/dev/pts/0","activated":"2026-11-23T07:04:18.325Z","native":0,"bps":38400,"parity":"N","stopbits":1,"cycle":1.00}]}',
};

function tpv(members: string): GpsdReport | undefined {
  return decodeReport(`{"class":"TPV",${members}}`);
}

describe('gpsd reports', () => {
  it('reads what gpsd 3.22 prints', () => {
    expect(decodeReport(printed.version)).toEqual({ kind: 'version', release: '3.22', protocolMajor: 3 });
    expect(decodeReport(printed.devices)).toEqual({ kind: 'other' });
    expect(decodeReport(printed.tpv)).toEqual({
      kind: 'tpv',
      fix: {
        latitudeDegE7: 481_173_020,
        longitudeDegE7: 115_166_742,
        speedMmPerS: 11_524,
        unixMs: Date.UTC(2026, 10, 23, 7, 4, 27),
      },
    });
  });

  it('reads coordinates by their digits, where a binary fraction rounds the other way', () => {
    // 1.00000025 * 10^7 is 10000002.499999998 in binary fractions.
    expect(tpv('"mode":2,"lat":1.00000025,"lon":-1.00000025')).toMatchObject({
      fix: { latitudeDegE7: 10_000_003, longitudeDegE7: -10_000_003 },
    });
  });

  it.each([
    ['mode 0', '"mode":0', 'mode 0 (no fix)'],
    ['mode 1 with a place', '"mode":1,"lat":48.1,"lon":11.5', 'mode 1 (no fix)'],
    ['dead reckoning', '"mode":3,"status":5,"lat":48.1,"lon":11.5', 'status 5 (not measured)'],
    ['a simulator', '"mode":3,"status":8,"lat":48.1,"lon":11.5', 'status 8 (not measured)'],
  ])('%s is no fix', (_what, members, reason) => {
    expect(tpv(members)).toEqual({ kind: 'tpv', fix: undefined, reason });
  });

  it.each([
    ['no mode', '"lat":48.1,"lon":11.5'],
    ['a mode that is text', '"mode":"3","lat":48.1,"lon":11.5'],
    ['an unknown mode', '"mode":4,"lat":48.1,"lon":11.5'],
    ['no longitude', '"mode":3,"lat":48.1'],
    ['a latitude that is text', '"mode":3,"lat":"48.1","lon":11.5'],
    ['a null', '"mode":3,"lat":null,"lon":11.5'],
    ['a latitude above 90', '"mode":3,"lat":90.0000001,"lon":11.5'],
    ['a longitude below -180', '"mode":3,"lat":48.1,"lon":-180.0000001'],
    ['an exponent', '"mode":3,"lat":4.81e1,"lon":11.5'],
    ['two latitudes', '"mode":3,"lat":48.1,"lat":47.1,"lon":11.5'],
    ['a latitude within another member', '"mode":3,"lat":48.1,"lon":11.5,"x":{"lat":47.1}'],
    [
      'a latitude whose name is spelt with an escape',
      '"mode":3,"l\\u0061t":48.1,"lon":11.5,"x":{"lat":47.1}',
    ],
    ['a negative speed', '"mode":3,"lat":48.1,"lon":11.5,"speed":-1'],
    ['a time that is a number', '"mode":3,"lat":48.1,"lon":11.5,"time":1700000000'],
    ['a time without a zone', '"mode":3,"lat":48.1,"lon":11.5,"time":"2026-11-23T07:04:27"'],
    ['a time that is none', '"mode":3,"lat":48.1,"lon":11.5,"time":"2026-13-23T07:04:27Z"'],
  ])('%s is no report', (_what, members) => {
    expect(tpv(members)).toBeUndefined();
  });

  it('a member named in a text is only text', () => {
    expect(tpv('"device":"\\"lat\\":1","mode":3,"lat":48.1,"lon":11.5')).toMatchObject({
      fix: { latitudeDegE7: 481_000_000 },
    });
  });

  it.each([
    ['{"class":"SKY","hdop":0.94,"nSat":12,"uSat":9}', { satellites: 9, hdopCenti: 94 }],
    [
      '{"class":"SKY","satellites":[{"PRN":4,"used":true},{"PRN":7,"used":false},{"PRN":9,"used":true}]}',
      { satellites: 2, hdopCenti: undefined },
    ],
    ['{"class":"SKY","hdop":1.5}', { satellites: undefined, hdopCenti: 150 }],
  ])('reads the sky %s', (line, sky) => {
    expect(decodeReport(line)).toEqual({ kind: 'sky', ...sky });
  });

  it.each([
    '',
    'null',
    '[]',
    '"TPV"',
    '{}',
    '{"class":3}',
    '{"class":"TPV"',
    '{"class":"VERSION"}',
    '{"class":"SKY","satellites":3}',
    '{"class":"SKY","uSat":-1}',
    '$GPRMC,,V,,,,,,,,,,N*53',
  ])('%s is no report', (line) => {
    expect(decodeReport(line)).toBeUndefined();
  });

  it('nothing throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
        decodeReport(line);
        decodeReport(`{"class":"SKY","satellites":[${line}]}`);
      }),
    );
  });
});

describe('lines of gpsd', () => {
  const encoder = new TextEncoder();
  const good = Object.values(printed).map((line) => encoder.encode(`${line}\r\n`));
  const noiseLine = fc
    .uint8Array({ maxLength: 200 })
    .map((bytes) => Uint8Array.of(...bytes.filter((byte) => byte !== 0x0a), 0x0a));

  it('any chunking and any line between reports loses none', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...good), noiseLine), { maxLength: 10 }),
        fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1 }),
        (parts, sizes) => {
          const bytes = Uint8Array.from(parts.flatMap((part) => [...part]));
          const counters = newCounters();
          const scanner = new Scanner(tryGpsdLine, maxGpsdLineBytes, counters);
          let reports = 0;
          for (let start = 0, turn = 0; start < bytes.length; turn += 1) {
            const size = sizes[turn % sizes.length] ?? 1;
            reports += scanner.push(bytes.subarray(start, start + size)).length;
            start += size;
          }
          expect(reports).toBe(parts.filter((part) => good.includes(part)).length);
          expect(scanner.pendingBytes).toBe(0);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('a line above the cap is none, in one piece or in many', () => {
    const line = encoder.encode(`{"class":"TXT","a":"${'x'.repeat(maxGpsdLineBytes)}"}\n${printed.tpv}\n`);
    for (const size of [line.length, 1000]) {
      const scanner = new Scanner(tryGpsdLine, maxGpsdLineBytes, newCounters());
      const kinds: string[] = [];
      for (let start = 0; start < line.length; start += size) {
        for (const { kind } of scanner.push(line.subarray(start, start + size))) kinds.push(kind);
      }
      expect(kinds).toEqual(['tpv']);
    }
  });

  it('a line that never ends holds no more memory than the cap, and the next one is read', () => {
    const counters = newCounters();
    const scanner = new Scanner(tryGpsdLine, maxGpsdLineBytes, counters);
    for (let turn = 0; turn < 100; turn += 1) {
      scanner.push(encoder.encode('{"class":'.repeat(100)));
      expect(scanner.pendingBytes).toBeLessThan(maxGpsdLineBytes);
    }
    expect(scanner.push(encoder.encode(`\n${printed.tpv}\n`)).map(({ kind }) => kind)).toEqual(['tpv']);
    expect(counters.discardedBytes).toBeGreaterThan(80_000);
  });
});
