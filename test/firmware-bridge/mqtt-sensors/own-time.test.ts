// Sensors that stamp what they send: the stamp is read as its unit says, and without one the value is stale.

import { describe, expect, it, test } from 'vitest';
import { mapMessage } from '../../../firmware-bridge/mqtt-sensors/map-message.js';
import type { GenericMapping } from '../../../firmware-bridge/mqtt-sensors/mapping.js';

const at = { unixMs: 1_790_000_000_000, uptimeMs: 1_000 };

function mapped(unit: 'iso8601' | 'unix-s' | 'unix-ms', payload: string) {
  const mapping: GenericMapping = {
    mapping: 'generic',
    topic: 'lorry/probe',
    values: [
      { sensorId: 'cargo', path: '$.t', unit: 'celsius' },
      { sensorId: 'air', path: '$.h', unit: 'percent' },
    ],
    time: { path: '$.at', unit },
  };
  const message = mapMessage(mapping, 'lorry/probe', new TextEncoder().encode(payload), at);
  return message.kind === 'observations' ? message.observations : [];
}

describe("a sensor's own time", () => {
  test.each([
    ['iso8601', '"2026-09-21T14:13:20Z"', 1_790_000_000_000],
    ['iso8601', '"2026-09-21T16:13:20.250+02:00"', 1_790_000_000_250],
    ['unix-s', '1790000000', 1_790_000_000_000],
    ['unix-s', '"1790000000.5"', 1_790_000_000_500],
    ['unix-ms', '1790000000123', 1_790_000_000_123],
  ] as const)('as %s %s is read', (unit, text, measuredUnixMs) => {
    const observations = mapped(unit, `{"t":4.5,"h":60,"at":${text}}`);
    expect(observations).toMatchObject([
      { kind: 'temperature', quality: 'good', measuredUnixMs },
      { kind: 'humidity', quality: 'good', measuredUnixMs },
    ]);
  });

  test.each([
    ['iso8601', '"2026-09-21 14:13:20"'],
    ['iso8601', '"2026-09-21T14:13:20"'],
    ['iso8601', '"2026-13-21T14:13:20Z"'],
    ['unix-s', '-5'],
    ['unix-s', '"soon"'],
    ['unix-ms', '17900000001234567'],
    ['unix-ms', 'null'],
  ] as const)('as %s %s is nobody knows when: the value is stale', (unit, text) => {
    const [temperature] = mapped(unit, `{"t":4.5,"at":${text}}`);
    expect(temperature).toMatchObject({ quality: 'stale', temperatureMilliC: 4_500 });
    expect(temperature).not.toHaveProperty('measuredUnixMs');
  });

  it('that is missing makes no fault of a value that is one already', () => {
    const [temperature] = mapped('unix-s', '{"t":-127}');
    expect(temperature).toMatchObject({ quality: 'probe-open' });
  });
});
