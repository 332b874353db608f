// Every builder against the published schema, the conformance rule, and 18 worked events whose ids were computed with
// the hash program of others.

import { describe, expect, test } from 'vitest';
import { correctionEvent } from '../../../gateway/epcis/correction-event.js';
import { epcisDocument } from '../../../gateway/epcis/document.js';
import { epcisContext } from '../../../gateway/epcis/epcis-context.js';
import type { EpcisEvent } from '../../../gateway/epcis/epcis-event.js';
import { epcisTime, isoDuration } from '../../../gateway/epcis/epcis-time.js';
import { eventHashId } from '../../../gateway/epcis/event-hash.js';
import { celsius } from '../../../gateway/epcis/event-shape.js';
import { excursionClosedEvent, excursionOpenedEvent } from '../../../gateway/epcis/excursion-event.js';
import {
  arrivingEvent,
  custodyEvent,
  departingEvent,
  loadingEvent,
} from '../../../gateway/epcis/handling-event.js';
import { probeFaultEvent, probeMountEvent } from '../../../gateway/epcis/probe-event.js';
import { doubtedTagEvent, holdEvent, verdictEvent } from '../../../gateway/epcis/quality-event.js';
import { repeatedSensorAttributes } from '../../../gateway/epcis/sensor-rule.js';
import { telemetryEvent } from '../../../gateway/epcis/telemetry-event.js';
import { breaksTcr53, readVector, schemaProblems, type VectorFile } from './epcis-validator.js';

const { context, vectors } = readVector('gateway-events.json') as VectorFile;

const at = (time: string, place?: string, location?: string, extensions?: EpcisExtensions) => ({
  atMs: Date.parse(time),
  timeZoneOffset: '+01:00',
  readPoint: place,
  bizLocation: location,
  extensions,
});
type EpcisExtensions = Record<`coldgate:${string}`, string>;

const depot = 'https://id.gs1.org/414/9521141000106';
const pharmacy = 'https://id.gs1.org/414/9521141000205';
const vehicle = 'https://id.gs1.org/8004/9521141TRUCK042';
const probe = 'https://id.gs1.org/8004/9521141PRB0031';
const first = 'https://id.gs1.org/00/095211410000000014';
const second = 'https://id.gs1.org/00/095211410000000021';
const goods = [first, second];
const profile = 'https://example.org/253/9521141000993PROFILE-2-8-V3';
const recorded = {
  calibration: 'https://example.org/calibration/PRB0031/2026-01-15',
  rawData: 'https://example.org/raw/GW0007/batch/000412',
  method: 'https://example.org/253/9521141000993WINDOW-V1',
};
const excursion = { 'coldgate:excursionID': '01HQ-EXC-0001' };
const openedAt = (valueMilliC: number) =>
  excursionOpenedEvent(
    at('2026-03-02T09:05:00Z', 'geo:46.94800,7.44740', undefined, {
      ...excursion,
      'coldgate:rule': 'range-high-2-8',
    }),
    { goods, isUnderWay: true, valueMilliC, source: { probe, profile } },
  );

/** The worked events have another prefix for their extensions. */
function inVectorTerms(event: EpcisEvent): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(event).map(([key, value]) => [key.replace(/^coldgate:/, 'ccg:'), value]),
  );
}

const corrected = openedAt(8900);
const correctedOfVectors = { ...corrected, eventID: eventHashId(inVectorTerms(corrected), context) };

/** By the name of the worked event. */
const built: Record<string, EpcisEvent> = {
  'install-probe': probeMountEvent(at('2026-03-02T06:55:00Z', depot), { vehicle, probe, isMounted: true }),
  loading: loadingEvent(at('2026-03-02T07:10:00Z', depot), {
    vehicle,
    goods,
    isLoaded: true,
    papers: [{ type: 'desadv', bizTransaction: 'urn:epcglobal:cbv:bt:9521141001007:DA-2026-0311' }],
  }),
  'custody-shipper-to-carrier': custodyEvent(at('2026-03-02T07:14:00Z', depot), {
    goods,
    from: 'https://id.gs1.org/417/9521141001004',
    to: 'https://id.gs1.org/417/9521141002001',
    isUnderWay: true,
    papers: [{ type: 'bol', bizTransaction: 'urn:epcglobal:cbv:bt:9521141002004:BOL-88' }],
  }),
  departing: departingEvent(at('2026-03-02T07:20:00Z', depot), goods),
  'transport-summary-15min': telemetryEvent(at('2026-03-02T07:35:00Z', 'geo:47.37690,8.54170'), {
    goods,
    isUnderWay: true,
    startMs: Date.parse('2026-03-02T07:20:00Z'),
    endMs: Date.parse('2026-03-02T07:35:00Z'),
    summary: { minMilliC: 4600, maxMilliC: 5300, meanMilliC: 4910, deviationMilliC: 180 },
    source: { probe, profile, ...recorded },
  }),
  'excursion-open': openedAt(8600),
  'excursion-closed': excursionClosedEvent(
    at('2026-03-02T09:50:00Z', 'geo:46.80650,7.16200', undefined, {
      ...excursion,
      'coldgate:mktCelsius': '9.3',
      'coldgate:cumulativeOutOfRange': isoDuration(45 * 60_000),
    }),
    {
      goods,
      isUnderWay: true,
      startMs: Date.parse('2026-03-02T09:05:00Z'),
      endMs: Date.parse('2026-03-02T09:50:00Z'),
      summary: { minMilliC: 8100, maxMilliC: 10_400, meanMilliC: 9200 },
      source: { probe, profile, ...recorded },
    },
  ),
  'sensor-fault': probeFaultEvent(at('2026-03-02T10:02:00Z', vehicle), {
    probe,
    fault: 'https://example.org/fault/open-circuit',
    isBroken: true,
  }),
  arriving: arrivingEvent(at('2026-03-02T11:30:00Z', pharmacy), goods),
  unloading: loadingEvent(at('2026-03-02T11:38:00Z', pharmacy), { vehicle, goods, isLoaded: false }),
  'custody-carrier-to-consignee': custodyEvent(at('2026-03-02T11:44:00Z', pharmacy, pharmacy), {
    goods,
    from: 'https://id.gs1.org/417/9521141002001',
    to: 'https://id.gs1.org/417/9521141003008',
    isUnderWay: false,
  }),
  'qa-hold': holdEvent(at('2026-03-02T11:50:00Z', pharmacy, pharmacy, excursion), [first]),
  'qa-reject': verdictEvent(at('2026-03-03T08:00:00Z', pharmacy, pharmacy), {
    goods: [first],
    isReleased: false,
    papers: [{ type: 'testres', bizTransaction: 'urn:epcglobal:cbv:bt:9521141003001:QA-7731' }],
  }),
  'qa-release': verdictEvent(at('2026-03-03T08:05:00Z', pharmacy, pharmacy), {
    goods: [second],
    isReleased: true,
  }),
  'suspect-tag': doubtedTagEvent(
    at('2026-03-02T11:40:00Z', pharmacy, undefined, {
      'coldgate:tid': 'E28069952000500101D589CC',
      'coldgate:suspicion': 'tid-changed',
    }),
    { tag: 'https://id.gs1.org/01/09521141123454/21/S1001', verdict: 'suspect', hasNoPedigree: false },
  ),
  'excursion-open-corrected': corrected,
  'excursion-open-error-declaration': correctionEvent(openedAt(8600), Date.parse('2026-03-02T12:00:00Z'), [
    correctedOfVectors,
  ]),
  'departing-equivalent': departingEvent(at('2026-03-02T08:20:00+01:00', depot), [second, first]),
};

describe.each(Object.entries(built))('%s', (name, event) => {
  const vector = vectors.find((one) => one.name.split(' ')[0] === name);

  test('is valid by the published schema and keeps the rule that the schema cannot state', () => {
    expect(schemaProblems(epcisDocument([event], 0))).toEqual([]);
    expect(breaksTcr53(event)).toBe(false);
    expect(repeatedSensorAttributes(event)).toEqual([]);
  });

  test('is named by the hash of its content, and the worked event has the same hash', () => {
    expect(event.eventID).toBe(eventHashId(event, epcisContext));
    expect(eventHashId(inVectorTerms(event), context)).toBe(vector?.eventHash);
  });
});

// The last one shows that other spellings of the same event have one hash: URNs, an offset, another order.
const sameShape = vectors.filter(({ name }) => !name.startsWith('departing-equivalent'));

test.each(sameShape)('$name has the fields of the worked event and no others', ({ name, event }) => {
  const mine = inVectorTerms(built[name.split(' ')[0] ?? ''] as EpcisEvent);
  const { eventID: _mine, ...content } = mine;
  // Set by whoever stores the event.
  const { eventID: _theirs, recordTime: _stored, ...expected } = event;
  expect(content).toEqual(expected);
});

test('every worked event is built', () => {
  expect(vectors.map(({ name }) => name.split(' ')[0]).sort()).toEqual(Object.keys(built).sort());
});

test('a probe that is taken out, a tag without a pedigree and a silence are valid events as well', () => {
  const moment = at('2026-03-02T12:00:00Z');
  const events = [
    probeMountEvent(moment, { vehicle, probe, isMounted: false }),
    doubtedTagEvent(moment, { tag: first, verdict: 'suspect', hasNoPedigree: true }),
    doubtedTagEvent(moment, { tag: first, verdict: 'recalled', hasNoPedigree: false }),
    probeFaultEvent(moment, {
      probe,
      fault: 'urn:coldgate:fault:unknown-gap',
      isBroken: false,
      sinceMs: moment.atMs - 60_000,
    }),
    telemetryEvent(moment, {
      goods,
      isUnderWay: false,
      startMs: 0,
      endMs: 1,
      summary: { minMilliC: -0, maxMilliC: 1 },
      source: { probe },
    }),
    correctionEvent(openedAt(8600), 0),
  ];
  expect(schemaProblems(epcisDocument(events, moment.atMs))).toEqual([]);
  expect(events.map(({ bizStep }) => bizStep)).toEqual([
    'removing',
    'inspecting',
    'holding',
    'sensor_reporting',
    'sensor_reporting',
    'transporting',
  ]);
});

test('an event that never occurred names no event in its place', () => {
  const { errorDeclaration, eventID } = correctionEvent(openedAt(8600), 0);
  expect(errorDeclaration).toEqual({ declarationTime: '1970-01-01T00:00:00.000Z', reason: 'did_not_occur' });
  expect(eventID).toBe(openedAt(8600).eventID);
});

test.each([
  [0, 'PT0S'],
  [500, 'PT0.5S'],
  [45 * 60_000, 'PT45M'],
  [3_600_000, 'PT1H'],
  [3_661_001, 'PT1H1M1.001S'],
  [90_000, 'PT1M30S'],
  [100 * 3_600_000 + 1, 'PT100H0.001S'],
])('%d ms is %s', (ms, text) => {
  expect(isoDuration(ms)).toBe(text);
});

test('a moment has three decimals and Z, to the last one that a record can hold', () => {
  expect(epcisTime(0)).toBe('1970-01-01T00:00:00.000Z');
  expect(epcisTime(253_402_300_799_999)).toBe('9999-12-31T23:59:59.999Z');
});

test('degrees have at most three decimals and no negative zero', () => {
  for (const milliC of [-196_000, -499, -1, 0, 1, 4910, 8_001, 84_999]) {
    expect(String(celsius(milliC))).toMatch(/^-?\d+(\.\d{1,3})?$/);
    expect(Math.round(celsius(milliC) * 1000)).toBe(milliC);
  }
  expect(Object.is(celsius(-0), 0)).toBe(true);
});

describe('the rule on sensor elements', () => {
  const element = (metadata: object, ...sensorReport: object[]) => ({
    sensorElementList: [{ sensorMetadata: metadata, sensorReport }],
  });

  test.each(['time', 'deviceID', 'deviceMetadata', 'rawData', 'dataProcessingMethod'])(
    '%s on both levels is found',
    (name) => {
      expect(repeatedSensorAttributes(element({ [name]: 'urn:a' }, { type: 'Temperature' }))).toEqual([]);
      expect(repeatedSensorAttributes(element({}, { type: 'Temperature', [name]: 'urn:a' }))).toEqual([]);
      expect(repeatedSensorAttributes(element({ [name]: 'urn:a' }, {}, { [name]: 'urn:b' }))).toEqual([name]);
    },
  );

  test('an event without sensor elements keeps it', () => {
    expect(repeatedSensorAttributes(departingEvent(at('2026-03-02T07:20:00Z'), goods))).toEqual([]);
    expect(repeatedSensorAttributes({ sensorElementList: 'no list' })).toEqual([]);
  });
});
