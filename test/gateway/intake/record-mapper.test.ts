// Each observation as the draft that PROTOCOL.md asks for, and that the log can take it.

import { describe, expect, it } from 'vitest';
import type { Observation, Quality } from '../../../firmware-bridge/observation.js';
import type { ClockTrust } from '../../../gateway/clock/known-time.js';
import { draftOfObservation, type RecordContext } from '../../../gateway/intake/record-mapper.js';
import type { DraftRecord } from '../../../gateway/sealing/draft-record.js';
import { qualityCodes, recordKinds } from '../../../ledger-sync/evidence/record.js';
import { requestOf } from '../drafts.js';
import { contextWith } from '../record-context.js';
import { openTestLog } from '../test-log.js';

const at = { unixMs: 1_700_000_000_000.4, uptimeMs: 5_000.6 };
const common = {
  observedAtMs: 1_700_000_000_000,
  uptimeMs: 5_001,
  bootCount: 3,
  clockTrust: 2,
  isSalted: false,
  quality: 0,
  shipmentName: undefined,
  detail: undefined,
} as const;

const table: readonly (readonly [promise: string, seen: Observation, draft: DraftRecord])[] = [
  [
    'a temperature keeps its milli-degrees',
    { kind: 'temperature', sensorId: 'cargo', at, temperatureMilliC: -18_250, quality: 'good' },
    { ...common, kind: recordKinds.temperature, subjectName: 'cargo', value: -18_250 },
  ],
  [
    'a faulty probe is a record with its quality',
    { kind: 'temperature', sensorId: 'cargo', at, temperatureMilliC: 0, quality: 'probe-open' },
    { ...common, kind: recordKinds.temperature, subjectName: 'cargo', value: 0, quality: 4 },
  ],
  [
    'a humidity keeps its milli-percent',
    { kind: 'humidity', sensorId: 'cargo', at, humidityMilliPercent: 45_500, quality: 'stale' },
    { ...common, kind: recordKinds.humidity, subjectName: 'cargo', value: 45_500, quality: 2 },
  ],
  [
    'a tag is salted, its value the best RSSI in milli-dBm',
    {
      kind: 'tag-sighting',
      readerId: 'gate',
      at,
      epc: '3034257bf7194e4000001a85',
      pc: '3000',
      antenna: 1,
      lastSeenUptimeMs: 5_900.5,
      count: 12,
      bestRssiDbm: -57,
    },
    {
      ...common,
      kind: recordKinds.tagSighting,
      subjectName: '3034257bf7194e4000001a85',
      isSalted: true,
      value: -57_000,
      detail: {
        type: 'tag-sighting',
        reader: 'gate',
        antenna: 1,
        pc: '3000',
        count: 12,
        bestRssiDbm: -57,
        lastSeenUptimeMs: 5_901,
      },
    },
  ],
  [
    'a device condition keeps its reason',
    { kind: 'device-condition', deviceId: 'gate', at, condition: 'silent', reason: 'no frame for 5000 ms' },
    {
      ...common,
      kind: recordKinds.deviceCondition,
      subjectName: 'gate',
      value: 0,
      detail: { type: 'device-condition', condition: 'silent', reason: 'no frame for 5000 ms' },
    },
  ],
];

describe('the draft of an observation', () => {
  it.each(table)('%s', (_promise, seen, draft) => {
    expect(draftOfObservation(contextWith(), seen)).toEqual(draft);
  });

  it.each(table)('can be sealed: %s', (_promise, seen) => {
    const log = openTestLog();
    const draft = draftOfObservation(contextWith({ shipmentOf: () => 'SHIP-0001' }), seen);
    expect(log.writer.seal(requestOf([draft])).size).toBe(1);
  });

  it.each(Object.entries(qualityCodes))('has the code of the protocol for %s', (quality, code) => {
    const seen: Observation = {
      kind: 'temperature',
      sensorId: 'cargo',
      at,
      temperatureMilliC: 0,
      quality: quality as Quality,
    };
    expect(draftOfObservation(contextWith(), seen).quality).toBe(code);
  });

  const hour = 3_600_000;

  type Row = readonly [string, number, Partial<RecordContext>, number, boolean];
  const ages: readonly Row[] = [
    ['just now', 2_000, {}, qualityCodes.good, false],
    ['an hour ago', hour, {}, qualityCodes.good, true],
    ['in an hour, by a clock that is wrong', -hour, {}, qualityCodes.stale, true],
    ['a year ago, by a clock that is wrong', 365 * 24 * hour, {}, qualityCodes.stale, true],
    [
      'an hour ago, but the gateway does not know the hour',
      hour,
      { clockTrust: () => 0 as const },
      qualityCodes.stale,
      true,
    ],
    [
      'now, out of the time of its certificate',
      0,
      { calibrationDoubt: () => 'calibration-expired' as const },
      qualityCodes['calibration-expired'],
      false,
    ],
    [
      'now, and the gateway does not know whether that is out of its time',
      0,
      { clockTrust: () => 0 as const, calibrationDoubt: () => 'calibration-expired' as const },
      qualityCodes.good,
      false,
    ],
  ];

  it.each(ages)(
    'of a reading taken %s says how far it can be trusted',
    (_when, ageMs, context, quality, isBacklog) => {
      const measuredUnixMs = Math.round(at.unixMs) - ageMs;
      const seen: Observation = {
        kind: 'temperature',
        sensorId: 'cargo',
        at,
        temperatureMilliC: 4_000,
        quality: 'good',
        measuredUnixMs,
      };
      const draft = draftOfObservation(contextWith(context), seen);
      expect(draft.quality).toBe(quality);
      const detail = { type: 'backlog-reading', measuredAtMs: Math.max(0, measuredUnixMs) };
      expect(draft.detail).toEqual(isBacklog ? detail : undefined);
    },
  );

  it('has the trust, the boot and the shipment of the moment', () => {
    let trust: ClockTrust = 0;
    const context = contextWith({ bootCount: 9, shipmentOf: () => 'SHIP-0001', clockTrust: () => trust });
    const seen: Observation = { kind: 'device-condition', deviceId: 'x', at, condition: 'ready', reason: '' };
    expect(draftOfObservation(context, seen)).toMatchObject({
      clockTrust: 0,
      bootCount: 9,
      shipmentName: 'SHIP-0001',
    });
    trust = 2;
    expect(draftOfObservation(context, seen).clockTrust).toBe(2);
  });

  it('of a clock before 1970 has the time 0: a record has no negative time', () => {
    const seen: Observation = {
      kind: 'device-condition',
      deviceId: 'x',
      at: { unixMs: -5, uptimeMs: 1 },
      condition: 'ready',
      reason: '',
    };
    expect(draftOfObservation(contextWith(), seen).observedAtMs).toBe(0);
  });
});
