// Discovery by Home Assistant: the shape of the message, and what its templates make of the payloads that are published.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  discoveryMessage,
  discoveryRemoval,
  type ShownGateway,
  type ShownSensor,
} from '../../../gateway/publish/home-assistant.js';
import { openAlertsMessage } from '../../../gateway/publish/open-alerts.js';
import { latestMessage } from '../../../gateway/publish/side-messages.js';
import { topicsOf } from '../../../gateway/publish/topics.js';
import {
  type EvidenceRecord,
  qualityCodes,
  recordKinds,
  subjectOf,
} from '../../../ledger-sync/evidence/record.js';

const topics = topicsOf('truck-17');
const sensors: readonly ShownSensor[] = [
  { name: 'cargo-front', quantity: 'temperature', expireAfterS: 900 },
  { name: 'cargo-air', quantity: 'humidity' },
  { name: 'rear_door', quantity: 'door' },
];
const gateway: ShownGateway = {
  name: 'truck-17',
  topics,
  sensors,
  openAlertsTopic: 'coldgate/1/truck-17/alerts',
  version: '1.2.3',
};

interface Discovery {
  readonly dev: { readonly ids: readonly string[] };
  readonly avty: readonly { readonly topic: string; readonly value_template: string }[];
  readonly cmps: Readonly<Record<string, Readonly<Record<string, string | number>>>>;
}

const discovered = (shown: ShownGateway, previous?: string) =>
  JSON.parse(discoveryMessage(shown, previous).payload) as Discovery;

/** `{{ A if CONDITION else B }}` with value_json.x, numbers, texts, /, ==, >, and, parentheses: what our templates use. */
function rendered(template: string, payload: string): string {
  const tokens =
    template.replace(/^\{\{|\}\}$/g, '').match(/'[^']*'|value_json\.\w+|[\w.]+|==|[>/()]/g) ?? [];
  const json = JSON.parse(payload) as Record<string, unknown>;
  let at = 0;
  const took = (token: string) => tokens[at] === token && ++at > 0;
  function atom(): unknown {
    const token = tokens[at++] ?? '';
    if (token === '(') {
      const inner = choice();
      if (!took(')')) throw new Error(`no ) in ${template}`);
      return inner;
    }
    if (token.startsWith("'")) return token.slice(1, -1);
    if (token.startsWith('value_json.')) return json[token.slice('value_json.'.length)];
    if (token === 'None') return null;
    if (/^\d+$/.test(token)) return Number(token);
    throw new Error(`${token} in ${template}`);
  }
  function compared(): unknown {
    let left = atom();
    while (took('/')) left = Number(left) / Number(atom());
    if (took('==')) return left === atom();
    if (took('>')) return Number(left) > Number(atom());
    return left;
  }
  function both(): unknown {
    let left = compared();
    while (took('and')) {
      const right = compared();
      left = left && right;
    }
    return left;
  }
  function choice(): unknown {
    const first = both();
    if (!took('if')) return first;
    const condition = both();
    if (!took('else')) throw new Error(`no else in ${template}`);
    const second = both();
    return condition ? first : second;
  }
  const value = choice();
  if (at !== tokens.length) throw new Error(`${tokens.slice(at).join(' ')} is left of ${template}`);
  return value === null ? 'None' : String(value);
}

function payloadOf(name: string, kind: number, value: number, quality: number = qualityCodes.good): string {
  const record: EvidenceRecord = {
    version: 1,
    gateway: new Uint8Array(20),
    sequence: 5,
    observedAtMs: 1_772_000_000_000,
    bootCount: 1,
    uptimeMs: 1,
    clockTrust: 2,
    kind,
    subject: subjectOf(name),
    value,
    quality,
    shipment: new Uint8Array(0),
    detail: new Uint8Array(0),
  };
  return latestMessage(topics, record, () => name)?.payload ?? '';
}

const shown = (component: string, payload: string) =>
  rendered(String(discovered(gateway).cmps[component]?.value_template), payload);

describe('the discovery message', () => {
  it('is one retained message of a device with what Home Assistant requires', () => {
    const message = discoveryMessage(gateway);
    expect(message).toMatchObject({
      topic: 'homeassistant/device/coldgate_truck-17/config',
      isRetained: true,
    });
    expect(JSON.parse(message.payload)).toMatchObject({
      dev: { ids: ['coldgate.truck-17'], name: 'truck-17', mf: 'coldgate', sw: '1.2.3' },
      o: { name: 'coldgate', sw: '1.2.3' },
      avty: [{ topic: 'coldgate/1/truck-17/status' }],
      cmps: {
        'cargo-front_temperature': {
          p: 'sensor',
          device_class: 'temperature',
          unit_of_measurement: '°C',
          state_class: 'measurement',
          unique_id: 'coldgate.truck-17.cargo-front.temperature',
          state_topic: 'coldgate/1/truck-17/sensor/cargo-front',
          expire_after: 900,
        },
        'cargo-air_humidity': { p: 'sensor', device_class: 'humidity', unit_of_measurement: '%' },
        rear_door_door: { p: 'binary_sensor', device_class: 'door' },
        alerts: { p: 'binary_sensor', device_class: 'problem', state_topic: 'coldgate/1/truck-17/alerts' },
      },
    });
    expect(Object.keys(discovered(gateway).cmps)).toHaveLength(4);
  });

  it('shows no alerts where nothing tells how many are open', () => {
    const { openAlertsTopic: _none, ...without } = gateway;
    expect(discovered(without).cmps).not.toHaveProperty('alerts');
  });

  it.each([
    [true, 'online'],
    [false, 'offline'],
  ])('reads from the status whether the gateway lives: %s', (online, state) => {
    const [{ value_template: template } = { value_template: '' }] = discovered(gateway).avty;
    expect(
      rendered(template, JSON.stringify({ version: 1, online, gateway: '0x', gatewayName: 'truck-17' })),
    ).toBe(state);
  });

  it('is valid, and unambiguous, for any names', () => {
    const name = fc.oneof(fc.string(), fc.stringMatching(/^[a-z_]{1,6}$/));
    const sensor = fc.record({ name, quantity: fc.constantFrom('temperature', 'humidity', 'door') });
    fc.assert(
      fc.property(fc.array(sensor), (some) => {
        const made = discovered({ ...gateway, sensors: some as ShownSensor[] });
        const entries = Object.entries(made.cmps);
        const wanted = new Set(
          some
            .filter((one) => /^[A-Za-z0-9_-]{1,64}$/.test(one.name))
            .map((one) => `${one.name} ${one.quantity}`),
        );
        expect(entries).toHaveLength(wanted.size + 1);
        expect(new Set(entries.map(([, one]) => one.unique_id)).size).toBe(entries.length);
        for (const [id, { state_topic: topic }] of entries) {
          expect(id).toMatch(/^[A-Za-z0-9_-]+$/);
          expect(topic).toMatch(/^coldgate\/1\/truck-17\/(alerts|sensor\/[A-Za-z0-9_-]+)$/);
        }
      }),
    );
  });
});

describe('what Home Assistant shows', () => {
  const { temperature, humidity, door } = recordKinds;

  it.each([
    ['cargo-front', 'temperature', temperature, 4_321, '4.321'],
    ['cargo-front', 'temperature', temperature, -80_500, '-80.5'],
    ['cargo-front', 'temperature', temperature, 0, '0'],
    ['cargo-air', 'humidity', humidity, 45_200, '45.2'],
    ['rear_door', 'door', door, 1, 'ON'],
    ['rear_door', 'door', door, 0, 'OFF'],
  ])('of %s (%s) is %s %d as %s', (name, quantity, kind, value, state) => {
    expect(shown(`${name}_${quantity}`, payloadOf(name, kind, value))).toBe(state);
  });

  it.each(Object.entries(qualityCodes).filter(([quality]) => quality !== 'good'))(
    'of a reading of quality %s is unknown, and never 0 degC',
    (_quality, code) => {
      expect(shown('cargo-front_temperature', payloadOf('cargo-front', temperature, 0, code))).toBe('None');
      expect(shown('rear_door_door', payloadOf('rear_door', door, 0, code))).toBe('None');
    },
  );

  it('of one name is not what another kind of reading says', () => {
    expect(shown('cargo-front_temperature', payloadOf('cargo-front', humidity, 45_200))).toBe('None');
  });

  it('of alerts is a problem while one is open', () => {
    const alert = { state: 'open', severity: 'major', isOngoing: true } as const;
    const closed = { ...alert, state: 'closed', severity: 'critical' } as const;
    const none = openAlertsMessage('t', [closed]);
    const some = openAlertsMessage('t', [closed, alert, { ...alert, severity: 'minor', isOngoing: false }]);
    expect(JSON.parse(none.payload)).toEqual({ version: 1, open: 0, ongoing: 0, severity: null });
    expect(JSON.parse(some.payload)).toEqual({ version: 1, open: 2, ongoing: 1, severity: 'major' });
    expect([none, some].map(({ payload }) => shown('alerts', payload))).toEqual(['OFF', 'ON']);
    expect(some).toMatchObject({ topic: 't', isRetained: true });
  });
});

describe('a sensor that is gone', () => {
  const before = discoveryMessage(gateway).payload;
  const fewer = { ...gateway, sensors: sensors.slice(1) };

  it('is removed by what has only a platform, and the others stay', () => {
    const after = discovered(fewer, before);
    expect(after.cmps['cargo-front_temperature']).toEqual({ p: 'sensor' });
    expect(after.cmps['cargo-air_humidity']).toEqual(discovered(gateway).cmps['cargo-air_humidity']);
  });

  it('stays removed until it is there again', () => {
    const removed = discoveryMessage(fewer, before).payload;
    expect(discovered(fewer, removed)).toEqual(discovered(fewer, before));
    expect(discovered(gateway, removed)).toEqual(discovered(gateway));
  });

  it.each(['', 'null', '{', '[]', '{"cmps":7}', '{"cmps":{"a":null,"b":{"p":7}}}'])(
    'is not made up from a foreign message: %s',
    (previous) => expect(discovered(gateway, previous)).toEqual(discovered(gateway)),
  );

  it('goes with its gateway by an empty message', () => {
    const { topic } = discoveryMessage(gateway);
    expect(discoveryRemoval('truck-17')).toEqual({ topic, payload: '', isRetained: true });
  });
});
