// Our decoder beside epc-tds, which somebody else wrote from the same standard. It is an oracle only where it is right:
// it escapes nothing in URIs, and accepts tags that are truncated or break a rule.

import epcTds from 'epc-tds';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeEpc } from '../../../firmware-bridge/epc/epc.js';
import { encodable } from './epc-encoder.js';
import { assetTag, classicTag, type MadeTag } from './tag-generators.js';

interface OracleEpc {
  toIdURI(): string;
  toTagURI(): string;
  toHexString(): string;
}

interface Oracle {
  valueOf(hex: string): OracleEpc;
  fromTagURI(uri: string): OracleEpc;
}

// Its types speak of a default export that its CommonJS module has not.
const oracle = epcTds as unknown as Oracle;

/**
 * Whether it can tell this identity: it writes 0 for a reference of no digits, where the standard writes nothing, and
 * a service reference without its leading zeros.
 */
const canTell = (tagUri: string | undefined): boolean =>
  tagUri !== undefined && !/%|:gsrn-96:|:[0-7]\.[0-9]{12}\.\./.test(tagUri);

const tagOf = (alphabet: string): fc.Arbitrary<MadeTag> =>
  fc.oneof(classicTag(alphabet), assetTag(alphabet)).filter(({ tagUri }) => canTell(tagUri));

/** Characters that a URI holds as they are. */
const plain = [...encodable.ascii].filter((char) => !'"%&/<>?'.includes(char)).join('');
/** Those of them that its reader of URIs takes. */
const alphanumeric = plain.replace(/[^A-Za-z0-9]/g, '');

describe('epc-tds agrees', () => {
  test('on the identity of every tag of TDS 1.x', () => {
    const property = fc.property(tagOf(plain), ({ hex }) => {
      const decoded = decodeEpc(hex);
      if (!decoded.ok) throw new Error(`${hex}: ${decoded.reason}`);
      const theirs = oracle.valueOf(hex);
      expect(decoded.value.pureIdentity, hex).toBe(theirs.toIdURI());
      expect(decoded.value.tagUri, hex).toBe(theirs.toTagURI());
    });
    fc.assert(property, { numRuns: 1000 });
  });

  test('when it encodes and we decode', () => {
    const property = fc.property(tagOf(alphanumeric), ({ tagUri, pureIdentity, scheme }) => {
      const hex = oracle.fromTagURI(tagUri).toHexString();
      expect(decodeEpc(hex), `${tagUri} ${hex}`).toMatchObject({
        ok: true,
        value: { scheme, tagUri, pureIdentity },
      });
    });
    fc.assert(property, { numRuns: 1000 });
  });

  test('on damaged tags that are still identities', () => {
    let compared = 0;
    const property = fc.property(tagOf(plain), fc.nat(), ({ hex }, position) => {
      // Behind the header: another header is another scheme, and it does not know all of them.
      const at = 2 + (position % (hex.length - 2));
      const nibble = Number.parseInt(hex[at] ?? '', 16) ^ (1 << (position % 4));
      const damaged = hex.slice(0, at) + nibble.toString(16) + hex.slice(at + 1);
      const decoded = decodeEpc(damaged);
      if (!decoded.ok || !canTell(decoded.value.tagUri)) return;
      compared += 1;
      expect(decoded.value.tagUri, damaged).toBe(oracle.valueOf(damaged).toTagURI());
    });
    fc.assert(property, { numRuns: 1000 });
    expect(compared).toBeGreaterThan(200);
  });
});
