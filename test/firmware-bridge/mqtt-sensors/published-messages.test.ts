// Every mapping over messages as the makers publish them, over counters, and over damaged ones.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapMessage } from '../../../firmware-bridge/mqtt-sensors/map-message.js';
import type { SensorMapping } from '../../../firmware-bridge/mqtt-sensors/mapping.js';
import { topicsOfSensor } from '../../../firmware-bridge/mqtt-sensors/sensor-topics.js';

interface Vector {
  readonly name: string;
  /** Where the message was seen, or that it was built for this project. */
  readonly source: string;
  readonly mapping: SensorMapping;
  readonly topic: string;
  readonly payload: string;
  readonly expected: readonly object[];
}

const at = { unixMs: 1_700_000_000_000, uptimeMs: 5000 };
const file = new URL('../../vectors/mqtt/messages.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vector[];
const bytes = (text: string) => new TextEncoder().encode(text);
const vector = (start: string): Vector => {
  const found = vectors.find(({ name }) => name.startsWith(start));
  if (!found) throw new Error(start);
  return found;
};

describe('published messages', () => {
  it('each names where it was seen', () => {
    expect(vectors.filter(({ source }) => !source)).toEqual([]);
  });

  it.each(vectors)('$name becomes its observations', ({ mapping, topic, payload, expected }) => {
    const message = mapMessage(mapping, topic, bytes(payload), at);
    expect(message).toMatchObject({ kind: 'observations', observations: expected });
    expect(message.kind === 'observations' && message.observations).toHaveLength(expected.length);
    expect(topicsOfSensor(mapping)).toContain(topic);
  });

  it('one changed byte throws nothing, whatever the mapping', () => {
    fc.assert(
      fc.property(fc.constantFrom(...vectors), fc.nat(), fc.nat(255), (one, place, byte) => {
        const payload = bytes(one.payload);
        payload[place % payload.length] = byte;
        mapMessage(one.mapping, one.topic, payload, at, 7);
      }),
      { numRuns: 3000 },
    );
  });

  it.each(vectors)('$name is ignored on a topic of another device', ({ mapping, payload }) => {
    expect(mapMessage(mapping, 'other/topic', bytes(payload), at)).toEqual({ kind: 'ignored' });
  });
});

describe('counters', () => {
  const uplink = vector('ChirpStack uplink');
  const conditions = (one: Vector, last?: number) => {
    const message = mapMessage(one.mapping, one.topic, bytes(one.payload), at, last);
    const observations = message.kind === 'observations' ? message.observations : [];
    return observations.flatMap((seen) => (seen.kind === 'device-condition' ? [seen.condition] : []));
  };

  it.each([
    [undefined, []],
    [11, []],
    [12, []],
    [10, ['frames-lost']],
    [500, ['device-reset']],
  ])('an uplink 12 after %s tells %j', (last, told) => {
    expect(conditions(uplink, last)).toEqual(told);
  });

  it('an uplink without a counter is the first one', () => {
    const first = vector('ChirpStack first');
    expect(conditions(first, 12)).toEqual(['device-reset']);
    const message = mapMessage(first.mapping, first.topic, bytes(first.payload), at);
    expect(message).toMatchObject({ sequence: 0 });
  });

  it('a RuuviTag may miss five minutes of advertisements, and no more', () => {
    const ruuvi = vector('Ruuvi RAWv2, valid');
    expect(conditions(ruuvi, 0xffff - 36)).toEqual([]);
    expect(conditions(ruuvi, 0xffff - 37)).toEqual(['frames-lost', 'frames-lost']);
  });
});

describe('what is not taken for a reading', () => {
  it.each([
    ['ChirpStack uplink', '"devEui":"0101010101010101"', '"devEui":"0101010101010102"', /devEui/],
    ['ChirpStack uplink', '"object"', '"decoded"', /codec/],
    ['Tasmota AM2301', '"TempUnit":"C"', '"TempUnit":"K"', undefined],
    ['Ruuvi RAWv2, valid', '4C884F"', '4C8850"', /another tag/],
    ['Ruuvi RAWv2, valid', 'FF9904', 'FF4C00', /not from Ruuvi/],
    ['Impinj tag inventory with all', '7EDA9038051002710002C0AE', 'xyz', /no EPC/],
    ['Impinj tag inventory with the EPC in base64', 'ftqQOAUQAnEAAsCu', 'ftqQOAUQAnEAAsC', /no EPC/],
    ['Impinj tag inventory with the EPC in base64', 'ftqQOAUQAnEAAsCu', 'ftqQ*AUQAnEAAsCu', /no EPC/],
  ])('%s with %s as %s', (name, before, after, reason) => {
    const one = vector(name);
    expect(one.payload).toContain(before);
    const payload = one.payload.replace(before, after);
    const message = mapMessage(one.mapping, one.topic, bytes(payload), at);
    if (reason) expect(message).toEqual({ kind: 'refused', reason: expect.stringMatching(reason) });
    else expect(JSON.stringify(message)).not.toContain('temperatureMilliC');
  });
});

describe('who a tag is', () => {
  it('a RuuviTag that tells no address is believed to be the one of the topic', () => {
    const { mapping, topic, payload } = vector('Ruuvi RAWv2, valid');
    const nameless = payload.replace('CBB8334C884F"', 'FFFFFFFFFFFF"');
    const message = mapMessage(mapping, topic, bytes(nameless), at);
    expect(message).toMatchObject({
      kind: 'observations',
      observations: [{ temperatureMilliC: 24_300 }, {}],
    });
  });

  it.each([
    ['ftqQOAUQAnEAAsCu', '7eda9038051002710002c0ae'],
    ['_-7_-w', 'ffeefffb'],
    ['/+7/+w==', 'ffeefffb'],
    ['qrvMAQ==', 'aabbcc01'],
    ['qrvMAQ', 'aabbcc01'],
    ['NAA=', '3400'],
  ])('the base64 EPC %s is %s', (text, hex) => {
    const { mapping, topic, payload } = vector('Impinj tag inventory with the EPC in base64');
    const message = mapMessage(mapping, topic, bytes(payload.replace('ftqQOAUQAnEAAsCu', text)), at);
    expect(message).toMatchObject({ kind: 'observations', observations: [{ epc: hex }] });
  });

  it.each(['qrvMAR==', 'qrvMAQ=', 'ftqQOAUQAnEAAsCuA', 'A', '', '='.repeat(4), 'A'.repeat(88)])(
    'no encoder writes the base64 EPC "%s", and it is refused',
    (text) => {
      const { mapping, topic, payload } = vector('Impinj tag inventory with the EPC in base64');
      const message = mapMessage(mapping, topic, bytes(payload.replace('ftqQOAUQAnEAAsCu', text)), at);
      expect(message.kind).toBe('refused');
    },
  );

  it("the EPC bank of a fixed Zebra reader, CRC and PC included, is not taken for the tag's EPC", () => {
    const { mapping, topic, payload } = vector('Zebra IoT Connector with count');
    const message = mapMessage(mapping, topic, bytes(payload.replace('"idHex"', '"other"')), at);
    expect(message).toEqual({ kind: 'ignored' });
  });
});
