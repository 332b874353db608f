import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ValueUnit } from '../../../firmware-bridge/mqtt-sensors/decimal.js';
import { mapMessage } from '../../../firmware-bridge/mqtt-sensors/map-message.js';
import type {
  MappedMessage,
  SensorMapping,
  Zigbee2MqttMapping,
} from '../../../firmware-bridge/mqtt-sensors/mapping.js';
import { maxPayloadBytes } from '../../../firmware-bridge/mqtt-sensors/payload.js';

const at = { unixMs: 1_700_000_000_000, uptimeMs: 5000 };

function generic(path: string, unit: ValueUnit): SensorMapping {
  return { mapping: 'generic', topic: 'sensors/door', values: [{ sensorId: 'door', path, unit }] };
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function map(mapping: SensorMapping, payload: string, topic = 'sensors/door'): MappedMessage {
  return mapMessage(mapping, topic, bytes(payload), at);
}

function temperature(payload: string, path = '$', unit: ValueUnit = 'celsius') {
  const message = map(generic(path, unit), payload);
  const [observation] = message.kind === 'observations' ? message.observations : [];
  if (observation?.kind !== 'temperature') throw new Error(JSON.stringify(message));
  return { value: observation.temperatureMilliC, quality: observation.quality };
}

describe('generic MQTT mapping', () => {
  it.each([
    ['{"temp":21.35}', '$.temp', 'celsius', 21_350],
    ['{"a":{"b":[-18.25,4]}}', '$.a.b[0]', 'celsius', -18_250],
    ['{"temp":"4.1"}', '$.temp', 'celsius', 4100],
    ['21.5', '$', 'celsius', 21_500],
    [' -0.0 ', '$', 'celsius', 0],
    ['2.15e1', '$', 'celsius', 21_500],
    ['41', '$', 'fahrenheit', 5000],
    ['-40', '$', 'fahrenheit', -40_000],
    ['98.6', '$', 'fahrenheit', 37_000],
    ['32.1', '$', 'fahrenheit', 56],
    ['277.15', '$', 'kelvin', 4000],
    ['305', '$', 'deci-celsius', 30_500],
    ['-1825', '$', 'centi-celsius', -18_250],
    ['-18250', '$', 'milli-celsius', -18_250],
    // Half away from zero, by the digits: as binary fractions these go the other way.
    ['1.0005', '$', 'celsius', 1001],
    ['-1.0005', '$', 'celsius', -1001],
    ['8.0625005', '$', 'celsius', 8063],
  ] satisfies [string, string, ValueUnit, number][])('reads %s at %s in %s', (payload, path, unit, value) => {
    expect(temperature(payload, path, unit)).toEqual({ value, quality: 'good' });
  });

  it('every decimal with up to three places becomes exactly its thousandths', () => {
    fc.assert(
      fc.property(fc.integer({ min: -150_000, max: 149_000 }), (milli) => {
        fc.pre(milli !== -127_000 && milli !== 85_000);
        const sign = milli < 0 ? '-' : '';
        const digits = String(Math.abs(milli)).padStart(4, '0');
        const text = `${sign}${digits.slice(0, -3)}.${digits.slice(-3)}`;
        expect(temperature(text)).toEqual({ value: milli, quality: 'good' });
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['null', 'probe-fault', 0],
    ['"unavailable"', 'probe-fault', 0],
    ['true', 'probe-fault', 0],
    ['{}', 'probe-fault', 0],
    ['-300', 'probe-fault', 0],
    ['1e30', 'probe-fault', 0],
    ['1e999', 'probe-fault', 0],
    [`0.${'1'.repeat(40)}`, 'probe-fault', 0],
    ['-127', 'probe-open', 0],
    ['-127.00', 'probe-open', 0],
    ['85.0', 'power-on-value', 0],
    ['-210', 'out-of-range', -210_000],
    ['151', 'out-of-range', 151_000],
  ])('%s is %s, never a good reading', (payload, quality, value) => {
    expect(temperature(payload)).toEqual({ value, quality });
  });

  it('humidity is thousandths of a percent and never beyond 0 to 100', () => {
    const humidity = (payload: string) => {
      const message = map(generic('$.h', 'percent'), payload);
      return message.kind === 'observations' ? message.observations[0] : undefined;
    };
    expect(humidity('{"h":61.25}')).toMatchObject({ humidityMilliPercent: 61_250, quality: 'good' });
    expect(humidity('{"h":-1}')).toMatchObject({ humidityMilliPercent: 0, quality: 'out-of-range' });
    expect(humidity('{"h":101}')).toMatchObject({ humidityMilliPercent: 100_000, quality: 'out-of-range' });
  });

  it('a value that is missing is left out, and a message without any value is refused', () => {
    const mapping: SensorMapping = {
      mapping: 'generic',
      topic: 'sensors/door',
      values: [
        { sensorId: 'door', path: '$.t', unit: 'celsius' },
        { sensorId: 'door-rh', path: '$.h', unit: 'percent' },
      ],
    };
    expect(map(mapping, '{"t":4}')).toMatchObject({
      kind: 'observations',
      observations: [{ sensorId: 'door' }],
    });
    expect(map(mapping, '{"x":4}')).toEqual({ kind: 'refused', reason: 'the message has no $.t, $.h' });
  });

  it.each([
    ['sensors/+', 'sensors/door', true],
    ['sensors/#', 'sensors/a/b', true],
    ['sensors/#', 'sensors', true],
    ['#', 'sensors/door', true],
    ['+/door', 'sensors/door', true],
    ['sensors/+', 'sensors/a/b', false],
    ['sensors/+', 'sensors', false],
    ['sensors/door', 'sensors/doors', false],
    ['sensors', 'sensors/door', false],
    ['#', '$SYS/uptime', false],
    ['+/uptime', '$SYS/uptime', false],
  ])('filter %s with topic %s: %s', (filter, topic, isMeant) => {
    const mapping: SensorMapping = {
      mapping: 'generic',
      topic: filter,
      values: [{ sensorId: 'door', path: '$', unit: 'celsius' }],
    };
    expect(map(mapping, '4', topic).kind).toBe(isMeant ? 'observations' : 'ignored');
  });

  it.each(['temp', '$temp', '$..temp', '$.a[*]', '$[x]', '$.a b', `$${'.a'.repeat(9)}`])(
    'refuses the path %s as a configuration error',
    (path) => {
      expect(() => map(generic(path, 'celsius'), '{}')).toThrow(
        expect.objectContaining({ code: 'MAPPING_CONFIG' }),
      );
    },
  );
});

describe('hostile payloads', () => {
  it.each([
    ['too many bytes', `{"temp":4,"x":"${'x'.repeat(maxPayloadBytes)}"}`],
    ['too deep', `${'['.repeat(5000)}${']'.repeat(5000)}`],
    ['depth just beyond the limit', `${'['.repeat(18)}${']'.repeat(18)}`],
    ['unclosed depth', '['.repeat(16_000)],
    ['a name twice', '{"temp":4,"temp":40}'],
    ['a name twice, once escaped', '{"temp":4,"\\u0074emp":40}'],
    ['a trailing comma', '{"temp":4,}'],
    ['two documents', '{"temp":4}{"temp":5}'],
    ['nothing', ''],
    ['NaN', '{"temp":NaN}'],
    ['Infinity', '{"temp":-Infinity}'],
    ['a leading zero', '{"temp":04}'],
    ['a plus sign', '{"temp":+4}'],
    ['a bare dot', '{"temp":.5}'],
    ['hex', '{"temp":0x10}'],
    ['a comment', '{"temp":4/*5*/}'],
    ['single quotes', "{'temp':4}"],
    ['a control character in a string', '{"temp":4,"a":"\n"}'],
    ['a bad escape', '{"temp":4,"a":"\\q"}'],
    ['an inherited name', '{"__proto__":{"temp":4}}'],
  ])('refuses %s', (_name, payload) => {
    expect(map(generic('$.temp', 'celsius'), payload).kind).toBe('refused');
  });

  it('refuses bytes that are no UTF-8', () => {
    const payload = bytes('{"temp":4,"x":"?"}').map((byte) => (byte === 0x3f ? 0xff : byte));
    expect(mapMessage(generic('$.temp', 'celsius'), 'sensors/door', payload, at).kind).toBe('refused');
  });

  it('a name like __proto__ or constructor is only a name', () => {
    const payload = '{"__proto__":{"temp":1},"constructor":{"prototype":{"temp":2}},"temp":3}';
    expect(temperature(payload, '$.temp')).toEqual({ value: 3000, quality: 'good' });
    expect(temperature(payload, '$.__proto__.temp')).toEqual({ value: 1000, quality: 'good' });
    expect(Object.hasOwn(Object.prototype, 'temp')).toBe(false);
    expect(map(generic('$.toString', 'celsius'), payload).kind).toBe('refused');
    expect(map(generic('$.length', 'celsius'), '[1]').kind).toBe('refused');
  });

  it('never throws, whatever the bytes', () => {
    const anyPayload = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string({ maxLength: 200 }).map(bytes),
      fc.json().map(bytes),
      fc.stringMatching(/^[[\]{}",:0-9eE+.\\ntrufals-]{0,60}$/).map(bytes),
    );
    fc.assert(
      fc.property(anyPayload, (payload) => {
        mapMessage(generic('$.temp', 'celsius'), 'sensors/door', payload, at);
        mapMessage(zigbee, 'zigbee2mqtt/fridge', payload, at);
        mapMessage(zigbee, 'zigbee2mqtt/fridge/availability', payload, at);
      }),
      { numRuns: 2000 },
    );
  });

  it('accepts and refuses the same documents as JSON.parse, but for repeated names', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.stringMatching(/^[[\]{}",:0-9eE+.\\ntrufals -]{0,30}$/)), (text) => {
        const refused = map(generic('$', 'celsius'), text).kind === 'refused';
        const message = map(generic('$', 'celsius'), text);
        if (message.kind === 'refused' && /stands twice|deeper/.test(message.reason)) return;
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        expect(refused).toBe(!isJson);
      }),
      { numRuns: 3000 },
    );
  });
});

const zigbee: Zigbee2MqttMapping = {
  mapping: 'zigbee2mqtt',
  topic: 'zigbee2mqtt/fridge',
  temperatureSensorId: 'fridge',
  humiditySensorId: 'fridge-rh',
};

describe('Zigbee2MQTT mapping', () => {
  it('reads temperature and humidity', () => {
    const payload = '{"battery":97,"humidity":61.2,"linkquality":120,"temperature":4.37,"voltage":3000}';
    expect(map(zigbee, payload, 'zigbee2mqtt/fridge')).toEqual({
      kind: 'observations',
      observations: [
        { kind: 'temperature', sensorId: 'fridge', at, temperatureMilliC: 4370, quality: 'good' },
        { kind: 'humidity', sensorId: 'fridge-rh', at, humidityMilliPercent: 61_200, quality: 'good' },
      ],
    });
  });

  it.each([
    ['{"state":"offline"}', 'probe-unreachable'],
    ['offline', 'probe-unreachable'],
    ['{"state":"online"}', 'probe-reachable'],
    ['online', 'probe-reachable'],
  ])('availability %s is %s for each of its sensors', (payload, condition) => {
    const message = map(zigbee, payload, 'zigbee2mqtt/fridge/availability');
    const observations = message.kind === 'observations' ? message.observations : [];
    expect(observations).toMatchObject([
      { kind: 'device-condition', deviceId: 'fridge', condition },
      { kind: 'device-condition', deviceId: 'fridge-rh', condition },
    ]);
  });

  it.each([
    ['{"state":"asleep"}', 'refused'],
    ['7', 'refused'],
  ])('availability %s is %s', (payload, kind) => {
    expect(map(zigbee, payload, 'zigbee2mqtt/fridge/availability').kind).toBe(kind);
  });

  it.each([
    ['a device that has not reported yet', '{"temperature":null,"humidity":null}', 'zigbee2mqtt/fridge'],
    ['a message about something else', '{"battery":80}', 'zigbee2mqtt/fridge'],
    ['another device', '{"temperature":4}', 'zigbee2mqtt/freezer'],
    ['a command topic', '{"temperature":4}', 'zigbee2mqtt/fridge/set'],
    ['the availability of another device', 'offline', 'zigbee2mqtt/freezer/availability'],
  ])('ignores %s', (_name, payload, topic) => {
    expect(map(zigbee, payload, topic)).toEqual({ kind: 'ignored' });
  });
});
