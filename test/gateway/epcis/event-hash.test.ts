// The event hash id against the vectors of the reference implementation, our own worked events, and hostile documents.

import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentPreHashes } from '../../../gateway/epcis/document-events.js';
import { EpcisError } from '../../../gateway/epcis/epcis-error.js';
import { eventHashId, eventPreHash, hashId } from '../../../gateway/epcis/event-hash.js';
import { canonicalTime, canonicalValue } from '../../../gateway/epcis/hash-values.js';
import { readXmlDocument } from '../../../gateway/epcis/xml-document.js';

const folder = new URL('../../vectors/event-hash/', import.meta.url);
const textOf = (path: string) => readFileSync(new URL(path, folder), 'utf8');
const jsonOf = (path: string) => JSON.parse(textOf(path));
const linesOf = (path: string) =>
  textOf(path)
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
const namesIn = (path: string, ending: string) =>
  readdirSync(new URL(path, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length));

/** Lines whose text does not give the hash beside them: the hashes are right. */
const stale = new Set(['epcisDocWithDefaultSchemaInContext 1']);

interface Worked {
  readonly name: string;
  readonly event: { readonly [field: string]: unknown };
  readonly preHash: string;
  readonly eventHash: string;
}
const worked: { readonly context: unknown; readonly vectors: readonly Worked[] } = jsonOf(
  '../epcis/gateway-events.json',
);

describe('the event hash id', () => {
  const names = namesIn('examples/', '.jsonld');
  it('has vectors', () => expect(names.length).toBeGreaterThan(10));

  it.each(names)('is that of the reference for each event of %s', (name) => {
    const preHashes = documentPreHashes(jsonOf(`examples/${name}.jsonld`));
    expect(preHashes.map(hashId)).toEqual(linesOf(`examples/${name}.hashes`));
  });

  it.each(names)('hashes the text of the reference for %s', (name) => {
    const preHashes = documentPreHashes(jsonOf(`examples/${name}.jsonld`));
    const wanted = readdirSync(new URL('examples/', folder)).includes(`${name}.prehashes`)
      ? linesOf(`examples/${name}.prehashes`)
      : preHashes;
    for (const [index, text] of preHashes.entries()) {
      if (!stale.has(`${name} ${index}`)) expect(text).toBe(wanted[index]);
    }
  });

  it.each(namesIn('expected_equal/', '.xml'))('is one for all notations in %s (XML)', (name) => {
    const preHashes = documentPreHashes(readXmlDocument(textOf(`expected_equal/${name}.xml`)));
    expect(preHashes.length).toBeGreaterThan(1);
    expect(new Set(preHashes).size).toBe(1);
  });

  it('is one for JSON documents that say the same', () => {
    const [first, ...others] = documentPreHashes(jsonOf('expected_equal/ReferenceEventHashAlgorithm.json'));
    expect(hashId(first ?? '')).toBe(linesOf('examples/ReferenceEventHashAlgorithm.hashes')[0]);
    expect(others.every((other) => other === first)).toBe(true);
  });

  it.each(worked.vectors.map((vector) => [vector.name, vector] as const))(
    'of a gateway: %s',
    (_name, vector) => {
      expect(eventPreHash(vector.event, worked.context)).toBe(vector.preHash);
      expect(eventHashId(vector.event, worked.context)).toBe(vector.eventHash);
    },
  );

  it('is no proof: by its own rules different events share one', () => {
    const { context, pairs } = jsonOf('collision-pairs.json');
    expect(pairs).toHaveLength(3);
    for (const { first, second, eventHash } of pairs) {
      expect(first).not.toEqual(second);
      expect([eventHashId(first, context), eventHashId(second, context)]).toEqual([eventHash, eventHash]);
    }
  });

  it('does not depend on the order of fields and list entries, on white space, or on what is not hashed', () => {
    const shuffled = fc.constantFrom(...worked.vectors).chain(({ event, eventHash }) =>
      fc.record({
        eventHash: fc.constant(eventHash),
        entries: fc.shuffledSubarray(Object.entries(event), { minLength: Object.keys(event).length }),
        isReversed: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ entries, eventHash, isReversed }) => {
        const reordered = entries.map(([name, value]) => {
          if (Array.isArray(value) && isReversed) return [name, value.toReversed()];
          return [name, typeof value === 'string' ? ` ${value}\t` : value];
        });
        const event = {
          ...Object.fromEntries(reordered),
          recordTime: '2026-03-02T07:20:00Z',
          eventID: 'urn:x:1',
        };
        expect(eventHashId(event, worked.context)).toBe(eventHash);
      }),
    );
  });

  it('changes with every hashed text', () => {
    for (const { event, eventHash } of worked.vectors) {
      for (const [name, value] of Object.entries(event)) {
        if (typeof value !== 'string' || ['eventID', 'eventTime', 'recordTime'].includes(name)) continue;
        expect(eventHashId({ ...event, [name]: `${value}x` }, worked.context)).not.toBe(eventHash);
      }
    }
  });

  it.each([
    ['2026-03-02T07:20:00Z', '2026-03-02T07:20:00.000Z'],
    ['2026-03-02T08:20+01:00', '2026-03-02T07:20:00.000Z'],
    ['2026-03-02T07:20:00.9996Z', '2026-03-02T07:20:01.000Z'],
    ['2026-03-02T07:20:00.1425Z', '2026-03-02T07:20:00.142Z'],
    ['2026-03-02T07:20:00.1435Z', '2026-03-02T07:20:00.144Z'],
    ['2026-03-02T07:20:00.14250001Z', '2026-03-02T07:20:00.143Z'],
  ])('takes %s as %s', (text, wanted) => {
    expect(canonicalTime(text)).toBe(wanted);
  });

  it.each(['yesterday', '', '2026-13-02T07:20:00Z', '2026-03-02', '2026-03-02T07:20:00'])(
    'refuses the time "%s"',
    (text) => {
      expect(() => canonicalTime(text)).toThrow(EpcisError);
    },
  );

  it.each([
    [26, '26'],
    ['26.0', '26'],
    ['0.10', '0.1'],
    ['+007', '7'],
    ['-0.0', '0'],
    [0.00001, '1e-05'],
    ['1e400', '1e400'],
    [true, 'true'],
    ['urn:epc:id:sgtin:4012345.011111.9876', 'https://id.gs1.org/01/04012345111118/21/9876'],
    ['urn:epc:id:constructor:1', 'urn:epc:id:constructor:1'],
    ['urn:epc:id:sgtin:401.1.1', 'urn:epc:id:sgtin:401.1.1'],
    ['https://shop.example/01/09780345418913/10/L1/21/S1?x=1', 'https://id.gs1.org/01/09780345418913/21/S1'],
    ['https://shop.example/414/4012345000054/254/0', 'https://id.gs1.org/414/4012345000054'],
    ['https://example.com/about', 'https://example.com/about'],
  ])('takes the value %s as %s', (value, wanted) => {
    expect(canonicalValue(value)).toBe(wanted);
  });

  it('refuses what is nested without end, and what has no events, with a reason', () => {
    let nested: object = {};
    for (let depth = 0; depth < 1000; depth += 1) nested = { 'a:b': nested };
    const event = { type: 'ObjectEvent', eventTime: '2026-03-02T07:20:00Z', ...nested };
    expect(() => eventHashId(event, undefined)).toThrow('nested');
    for (const document of [null, 7, 'x', {}, { epcisBody: {} }, [7], { epcisBody: { eventList: [{}] } }]) {
      expect(() => documentPreHashes(document)).toThrow(EpcisError);
    }
    const bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>';
    for (const text of [bomb, '<a><b></a>', '<a/>', '<'])
      expect(() => readXmlDocument(text)).toThrow(EpcisError);
  });

  it('takes names of prototypes as names', () => {
    const event = JSON.parse(
      '{"type":"ObjectEvent","eventTime":"2026-03-02T07:20:00Z","__proto__":{"x":1},"constructor":"y"}',
    );
    expect(eventPreHash(event, undefined)).toBe(
      'eventType=ObjectEventeventTime=2026-03-02T07:20:00.000Z__proto__x=1constructor=y',
    );
  });
});
