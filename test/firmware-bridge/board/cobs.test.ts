import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCobs, encodeCobs } from '../../../firmware-bridge/board/cobs.js';
import { fromHex } from '../hex.js';

interface Vectors {
  cobs: { decoded: string; encoded: string }[];
  negative: { wire: string; why: string }[];
}
const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../../vectors/devices/own-firmware-cobs-cbor.json', import.meta.url), 'utf8'),
);

describe('COBS', () => {
  it.each(vectors.cobs.map(({ decoded, encoded }) => [decoded, encoded]))(
    '%s is stuffed and unstuffed as published',
    (decoded = '', encoded = '') => {
      expect(Buffer.from(encodeCobs(fromHex(decoded))).toString('hex')).toBe(encoded);
      expect(decodeCobs(fromHex(encoded))).toEqual(fromHex(decoded));
    },
  );

  it.each(vectors.negative.map(({ wire, why }) => [wire, why]))('refuses %s: %s', (wire = '') => {
    expect(decodeCobs(fromHex(wire))).toBeUndefined();
  });

  it.each(['00', '0300', '030011', '02110002', '020000'])('refuses %s: a zero in it', (wire) => {
    expect(decodeCobs(fromHex(wire))).toBeUndefined();
  });

  const payload = fc
    .array(fc.oneof({ weight: 20, arbitrary: fc.nat(255) }, { weight: 1, arbitrary: fc.constant(0) }), {
      maxLength: 600,
    })
    .map((bytes) => Uint8Array.from(bytes));

  it('every payload comes back, and its wire bytes hold no zero', () => {
    fc.assert(
      fc.property(payload, (bytes) => {
        const wire = encodeCobs(bytes);
        expect(wire.includes(0)).toBe(false);
        expect(wire.length).toBeLessThanOrEqual(bytes.length + 1 + Math.floor(bytes.length / 254));
        expect(decodeCobs(wire)).toEqual(bytes);
      }),
    );
  });

  it('wire bytes that end too early are refused, wherever they are cut inside a block', () => {
    const wire = encodeCobs(fromHex('1122003344556600778899'));
    const blockEnds = [3, 8, wire.length];
    for (let end = 1; end < wire.length; end += 1) {
      const isWhole = blockEnds.includes(end);
      expect(decodeCobs(wire, 0, end) !== undefined, `cut at ${end}`).toBe(isWhole);
    }
  });

  it('no bytes make it throw or give more than came', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        expect(decodeCobs(bytes)?.length ?? 0).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });
});
