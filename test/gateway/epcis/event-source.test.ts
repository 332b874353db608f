// The log in, events out: what is told, what is not, and that a start in between changes nothing.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { epcisDocument } from '../../../gateway/epcis/document.js';
import type { EpcisEvent } from '../../../gateway/epcis/epcis-event.js';
import { EventSource } from '../../../gateway/epcis/event-source.js';
import { repeatedSensorAttributes } from '../../../gateway/epcis/sensor-rule.js';
import type { DetailDocument } from '../../../gateway/sealing/draft-record.js';
import { qualityCodes } from '../../../ledger-sync/evidence/record.js';
import { schemaProblems } from './epcis-validator.js';
import {
  drive,
  endedAt,
  epcisConfig,
  excursion,
  gateway,
  gatewayHex,
  type LogLine,
  logOf,
  order,
  reading,
  shipmentId,
  step,
} from './log-of-a-drive.js';

const eventsOf = (lines: readonly LogLine[], config = epcisConfig()): EpcisEvent[] => {
  const source = new EventSource(gateway, config);
  return logOf(lines).flatMap((record) => source.take(record).map(({ event }) => event));
};
const stepsOf = (events: readonly EpcisEvent[]) => events.map(({ bizStep }) => bizStep);
const reportOf = (event: EpcisEvent | undefined) => event?.sensorElementList?.[0]?.sensorReport[0];
const metadataOf = (event: EpcisEvent | undefined) => event?.sensorElementList?.[0]?.sensorMetadata;
/** Ends every window that is open. */
const muchLater: LogLine = { kind: 'position', minute: 10_000, name: 'gnss' };

test('a drive is told from the mounted probes to the verdict, and every event is valid', () => {
  const events = eventsOf(drive());
  expect(schemaProblems(epcisDocument(events, 0))).toEqual([]);
  expect(events.flatMap(repeatedSensorAttributes)).toEqual([]);
  const steps = stepsOf(events).filter((name) => name !== 'transporting' && name !== 'sensor_reporting');
  expect(steps).toEqual([
    ...['installing', 'installing', 'loading', 'accepting', 'departing'],
    ...['arriving', 'unloading', 'accepting', 'holding', 'inspecting'],
  ]);
  expect(new Set(events.map(({ eventID }) => eventID)).size).toBe(events.length);
});

test('load units of an order are goods, each named once', () => {
  const sscc = '095211410000000014';
  const loaded = { ...order, tags: [sscc], loadUnits: [sscc, '095211410000000038'] };
  const steps = [
    step(0, 'created', 'draft', { order: loaded }),
    step(1, 'armed', 'armed'),
    step(2, 'departed', 'in-transit'),
  ];
  const loading = eventsOf(steps).find(({ bizStep }) => bizStep === 'loading');
  expect(loading).toMatchObject({
    childEPCs: [`https://id.gs1.org/00/${sscc}`, 'https://id.gs1.org/00/095211410000000038'],
  });
});

test('goods are named by the SSCCs of the shipment, parties and probes as configured, the rest by urn:coldgate', () => {
  const [front, rear, loading, ...later] = eventsOf(drive());
  const custody = later.find(({ bizStep }) => bizStep === 'accepting');
  expect(front).toMatchObject({ childEPCs: ['https://id.gs1.org/8004/9521141PRB0031'] });
  expect(rear).toMatchObject({ childEPCs: [`urn:coldgate:${gatewayHex}:probe:cargo-rear`] });
  expect(loading).toMatchObject({
    parentID: 'https://id.gs1.org/8004/9521141TRUCK042',
    childEPCs: ['https://id.gs1.org/00/095211410000000014', 'https://id.gs1.org/00/095211410000000021'],
  });
  expect(custody).toMatchObject({
    sourceList: [{ source: 'https://id.gs1.org/417/9521141001004' }],
    destinationList: [{ destination: `urn:coldgate:${gatewayHex}:party:Cool%20Haulage` }],
  });
});

test('the SSCC of the label and the EPC of a tag are goods too', () => {
  const label = '(00)106141412345678908';
  const tags = ['3074257bf7194e4000001a85'];
  const [, , loading] = eventsOf([
    step(0, 'created', 'draft', { order: { ...order, tags, label } }),
    step(1, 'armed', 'armed'),
  ]);
  expect(loading).toMatchObject({
    childEPCs: ['https://id.gs1.org/00/106141412345678908', 'https://id.gs1.org/01/80614141123458/21/6789'],
  });
});

test('without any configured identifier every event is valid still', () => {
  const events = eventsOf(drive(), epcisConfig({}));
  expect(schemaProblems(epcisDocument(events, 0))).toEqual([]);
});

describe('a window', () => {
  const departed = [step(0, 'created', 'draft', { order }), step(1, 'departed', 'in-transit')];

  test('holds minimum, maximum, mean and deviation, its records and its rules', () => {
    const lines = [...departed, reading(16, 4000), reading(17, 6000), reading(29, 5000), reading(30, 9000)];
    const window = eventsOf(lines).find((event) => reportOf(event));
    expect(reportOf(window)).toEqual({
      ...{ type: 'Temperature', minValue: 4, maxValue: 6, meanValue: 5, sDev: 0.816, uom: 'CEL' },
    });
    expect(metadataOf(window)).toEqual({
      startTime: '2026-03-02T06:16:00.000Z',
      endTime: '2026-03-02T06:29:00.000Z',
      deviceID: 'https://id.gs1.org/8004/9521141PRB0031',
      deviceMetadata: 'https://example.org/calibration/PRB0031/2026-01-15',
      rawData: `urn:coldgate:${gatewayHex}:2-4`,
      dataProcessingMethod: 'urn:coldgate:method:window-v1:PT15M',
      bizRules: `urn:coldgate:profile:cold-2-8:3:${'a1'.repeat(32)}`,
    });
  });

  test('counts only good readings and says how many there were', () => {
    const open = { quality: qualityCodes['probe-open'] };
    const rate = { quality: qualityCodes['suspect-rate'] };
    const lines = [
      ...departed,
      reading(16, 85_000, rate),
      reading(17, -5000),
      reading(18, 0, open),
      muchLater,
    ];
    const window = eventsOf(lines).find((event) => reportOf(event)?.minValue !== undefined);
    expect(reportOf(window)).toMatchObject({ minValue: -5, maxValue: -5, meanValue: -5, sDev: 0 });
    expect(window?.['coldgate:readings']).toBe('good 1 of 3');
  });

  test.each([
    [31, 'the next span has begun'],
    [14, 'the clock was set back'],
  ])('of a probe that fell silent is ended by any record of minute %d: %s', (minute) => {
    const other = reading(minute, 5000, { name: 'cargo-rear' });
    expect(eventsOf([...departed, reading(16, 4000), other]).filter((event) => reportOf(event))).toHaveLength(
      1,
    );
  });

  test('without one good reading tells no temperature', () => {
    const open = { quality: qualityCodes['probe-open'] };
    const events = eventsOf([...departed, reading(16, 0, open), reading(17, 0, open), muchLater]);
    expect(events.filter((event) => reportOf(event)?.uom !== undefined)).toEqual([]);
  });

  test('is parted by a step of the shipment: waiting in the yard is not transporting', () => {
    const events = eventsOf([
      step(0, 'created', 'draft', { order }),
      step(1, 'armed', 'armed'),
      reading(2, 5000),
      step(3, 'departed', 'in-transit'),
      reading(4, 5000),
      muchLater,
    ]);
    const windows = events.filter((event) => reportOf(event));
    expect(stepsOf(windows)).toEqual(['sensor_reporting', 'transporting']);
  });

  test('of readings that a sensor told late is one of its own, at the time of measuring', () => {
    const measuredAtMs = Date.parse('2026-03-02T05:03:00Z');
    const late = { detail: { type: 'backlog-reading', measuredAtMs } };
    const events = eventsOf([
      ...departed,
      reading(16, 4000),
      reading(17, 7000, late),
      reading(18, 4100),
      muchLater,
    ]);
    const windows = events.filter((event) => reportOf(event));
    expect(
      windows.map((window) => [metadataOf(window)?.startTime, reportOf(window)?.maxValue]).sort(),
    ).toEqual([
      ['2026-03-02T05:03:00.000Z', 7],
      ['2026-03-02T06:16:00.000Z', 4.1],
    ]);
  });

  test('under a clock without a source says so', () => {
    const events = eventsOf([
      ...departed,
      reading(16, 4000, { clockTrust: 0 }),
      reading(17, 4000),
      muchLater,
    ]);
    expect(events.find((event) => reportOf(event))?.['coldgate:clock']).toBe('unsynchronised');
  });

  test('of a reading without a shipment is told to nobody', () => {
    expect(eventsOf([reading(16, 4000, { shipment: undefined }), muchLater])).toEqual([]);
  });

  test('of a shipment whose order was erased is told of the shipment', () => {
    const [window] = eventsOf([reading(16, 4000), muchLater]);
    expect(window).toMatchObject({ epcList: [`urn:coldgate:${gatewayHex}:shipment:${shipmentId}`] });
  });
});

test('the place is the newest fix, and an old one is no place', () => {
  const windows = eventsOf(drive()).filter((event) => reportOf(event)?.meanValue !== undefined);
  expect(windows.map(({ readPoint }) => readPoint?.id)).toContain('geo:47.37690,-8.54170');
  expect(windows.at(-1)?.readPoint).toBeUndefined();
});

describe('an excursion', () => {
  const before = [step(0, 'created', 'draft', { order }), step(1, 'departed', 'in-transit')];

  test('is told when it opens and when it closes, as an alarm and not as a verdict', () => {
    const [opened, closed] = eventsOf([
      ...before,
      excursion(56, 'opened'),
      excursion(75, 'closed', { ...endedAt(70), extremeMilliC: 9100 }),
    ]).slice(-2);
    expect(opened).toMatchObject({ eventTime: '2026-03-02T06:55:00.000Z', disposition: 'in_transit' });
    expect(reportOf(opened)).toEqual({
      ...{ type: 'Temperature', exception: 'ALARM_CONDITION', value: 8.6, uom: 'CEL' },
    });
    expect(reportOf(closed)).toEqual({
      ...{ type: 'Temperature', exception: 'ALARM_CONDITION', maxValue: 9.1, uom: 'CEL' },
    });
    expect(closed?.['coldgate:cumulativeOutOfRange']).toBe('PT15M');
    expect(closed?.['coldgate:excursionID']).toBe(opened?.['coldgate:excursionID']);
  });

  test('that was corrected is told again, and each event it corrects is declared wrong', () => {
    const events = eventsOf([
      ...before,
      excursion(56, 'opened'),
      excursion(75, 'closed', endedAt(70)),
      excursion(90, 'corrected', { ...endedAt(72), extremeMilliC: 9900 }),
    ]).slice(-6);
    const [opened, closed, wrongOpened, newOpened, wrongClosed, newClosed] = events;
    expect(wrongOpened?.eventID).toBe(opened?.eventID);
    expect(wrongClosed?.eventID).toBe(closed?.eventID);
    expect(wrongOpened?.errorDeclaration?.correctiveEventIDs).toEqual([newOpened?.eventID]);
    expect(wrongClosed?.errorDeclaration?.correctiveEventIDs).toEqual([newClosed?.eventID]);
    expect(schemaProblems(epcisDocument(events, 0))).toEqual([]);
  });

  test('that was withdrawn did not occur', () => {
    const events = eventsOf([...before, excursion(56, 'opened'), excursion(90, 'withdrawn')]).slice(-1);
    expect(events[0]?.errorDeclaration).toEqual({
      declarationTime: '2026-03-02T07:30:00.000Z',
      reason: 'did_not_occur',
    });
  });

  test('that opens again after its end takes the end back', () => {
    const lines = [excursion(56, 'opened'), excursion(75, 'closed', endedAt(70)), excursion(80, 'opened')];
    const [, closed, takenBack] = eventsOf([...before, ...lines]).slice(-4);
    expect(takenBack?.eventID).toBe(closed?.eventID);
    expect(takenBack?.errorDeclaration?.reason).toBe('did_not_occur');
  });

  test('of silence is a matter of the probe, not an alarm of the goods', () => {
    const [silence] = eventsOf([...before, excursion(56, 'opened', { rule: 'unknown', cause: 'gap' })]).slice(
      -1,
    );
    expect(silence).toMatchObject({ epcList: ['https://id.gs1.org/8004/9521141PRB0031'] });
    expect(reportOf(silence)).toMatchObject({ exception: 'ERROR_CONDITION' });
    expect(silence?.disposition).toBeUndefined();
  });
});

test('a broken probe is told once in a window, however often it says so', () => {
  const open = { quality: qualityCodes['probe-open'] };
  const minutes = Array.from({ length: 40 }, (_, index) => reading(index, 0, open));
  const faults = eventsOf([...minutes, reading(100, 0, open)]);
  expect(faults.map((event) => reportOf(event)?.uriValue)).toEqual([
    'urn:coldgate:fault:probe-open',
    'urn:coldgate:fault:probe-open',
  ]);
});

test('what a device says of itself is told where it is a probe', () => {
  const condition = (name: string): LogLine => ({
    ...{ kind: 'deviceCondition', minute: 5, name },
    detail: { type: 'sensor-condition', sensor: name, condition: 'stuck', sibling: null, sinceMs: 0 },
  });
  const events = eventsOf([reading(1, 5000), condition('door-contact'), condition('cargo-front')]);
  expect(events.map(({ disposition }) => disposition)).toEqual(['needs_replacement']);
});

test('ids that are words of the language are ids like any other, after a start too', () => {
  const id = '__proto__';
  const lines = drive().map((line) => (line.shipment === undefined ? line : { ...line, shipment: id }));
  let saved: string | undefined;
  const told = logOf(lines).flatMap((record) => {
    const source = new EventSource(gateway, epcisConfig(), saved);
    const events = source.take(record);
    saved = source.save();
    return events.map(({ event }) => event);
  });
  expect(stepsOf(told)).toEqual(stepsOf(eventsOf(drive())));
});

test('records of other kinds end no window, whatever the clock says in them', () => {
  const door: LogLine = { kind: 'door', minute: 9000, name: 'rear-door', clockTrust: 0 };
  const lines = [reading(16, 4000), door, reading(17, 5000), muchLater];
  const [window, ...more] = eventsOf(lines);
  expect(window?.['coldgate:readings']).toBe('good 2 of 2');
  expect(more).toEqual([]);
});

describe('starts in between', () => {
  const whole = eventsOf(drive()).map(({ eventID }) => eventID);
  const log = logOf(drive());

  test('change neither the events nor their order, wherever they fall', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(log.length), { maxLength: 8 }), (cuts) => {
        let saved: string | undefined;
        const told: string[] = [];
        for (const end of [...cuts.sort((one, other) => one - other), log.length]) {
          const source = new EventSource(gateway, epcisConfig(), saved);
          for (const record of log.slice(source.sequence, end)) {
            told.push(...source.take(record).map(({ event }) => event.eventID));
          }
          saved = source.save();
        }
        expect(told).toEqual(whole);
      }),
      { numRuns: 50 },
    );
  });

  test('that lost what was saved tell the same events again, and none besides', () => {
    fc.assert(
      fc.property(fc.nat(log.length), fc.nat(log.length), (kept, reached) => {
        const first = new EventSource(gateway, epcisConfig());
        const told = new Set<string>();
        let saved: string | undefined;
        for (const [index, record] of log.slice(0, Math.max(kept, reached)).entries()) {
          if (index === Math.min(kept, reached)) saved = first.save();
          for (const { event } of first.take(record)) told.add(event.eventID);
        }
        const again = new EventSource(gateway, epcisConfig(), saved);
        for (const record of log) for (const { event } of again.take(record)) told.add(event.eventID);
        expect([...told].sort()).toEqual([...whole].sort());
      }),
      { numRuns: 25 },
    );
  });

  test('a saved state of another version is not gone on with', () => {
    const source = new EventSource(gateway, epcisConfig(), '{"version":0,"sequence":7}');
    expect(source.sequence).toBe(0);
  });
});

describe('tags that were judged', () => {
  const judged = (minute: number, verdict: string, finding?: string): LogLine => ({
    ...{ kind: 'tagAuthenticity', minute, name: '30751feb705c5904e3d50d70', shipment: shipmentId },
    detail: {
      type: 'tag-authenticity',
      case: 'tag-1',
      verdict,
      ...(finding === undefined ? {} : { finding }),
    },
  });

  test('only what is doubted or called back is told, by the name of the pack', () => {
    const events = eventsOf([
      judged(1, 'verified'),
      judged(2, 'unverified', 'expired'),
      judged(3, 'suspect', 'unknown-serial'),
      judged(4, 'suspect', 'chip-mismatch, two-chips'),
      judged(5, 'recalled', 'recalled'),
    ]);
    expect(events.map(({ bizStep, disposition }) => [bizStep, disposition])).toEqual([
      ['inspecting', 'no_pedigree_match'],
      ['inspecting', 'mismatch_instance'],
      ['holding', 'recalled'],
    ]);
    expect(events[1]).toMatchObject({
      epcList: [expect.stringMatching(/^https:\/\/id\.gs1\.org\/01\/\d{14}\/21\/\d+$/)],
      'coldgate:finding': 'findings: chip-mismatch, two-chips',
    });
    expect(schemaProblems(epcisDocument(events, 0))).toEqual([]);
    expect(new Set(events.map(({ eventID }) => eventID)).size).toBe(3);
  });

  test('a tag whose name was erased, or a record without words, is no event', () => {
    const { name: _name, ...nameless } = judged(1, 'suspect', 'dispensed');
    expect(eventsOf([nameless, { ...judged(2, 'suspect'), detail: 'missing' }])).toEqual([]);
  });
});

describe('a probe leaves the vehicle', () => {
  const inForce = (minute: number, more: DetailDocument): LogLine => ({
    ...{ kind: 'configurationChange', minute, name: 'gateway' },
    detail: { type: 'configuration', event: 'in-force', from: 'a1'.repeat(32), to: 'b2'.repeat(32), ...more },
  });
  const associations = (lines: readonly LogLine[]) =>
    eventsOf(lines).filter(({ type }) => type === 'AssociationEvent');
  const armed = [step(0, 'created', 'draft', { order }), step(5, 'armed', 'armed', { from: 'draft' })];
  const FRONT = 'https://id.gs1.org/8004/9521141PRB0031';

  test('when a configuration comes into force without it, once, and is mounted again by a later shipment', () => {
    const again = { ...order, id: 'SHIP-0002' };
    const later = (event: string, minute: number, more: DetailDocument): LogLine => ({
      ...step(minute, event, 'armed', more),
      ...{ name: 'SHIP-0002', shipment: 'SHIP-0002' },
    });
    const events = associations([
      ...armed,
      inForce(30, { probesRemoved: ['cargo-front', 'never-mounted'] }),
      inForce(31, { probesRemoved: ['cargo-front'] }),
      later('created', 40, { order: again }),
      later('armed', 41, { from: 'draft' }),
    ]);
    expect(events).toMatchObject([
      { action: 'ADD', childEPCs: [FRONT] },
      { action: 'ADD', childEPCs: [`urn:coldgate:${gatewayHex}:probe:cargo-rear`] },
      { action: 'DELETE', childEPCs: [FRONT] },
      { action: 'ADD', childEPCs: [FRONT] },
    ]);
    expect(events).toHaveLength(4);
    expect(events[2]).toMatchObject({
      bizStep: 'removing',
      parentID: 'https://id.gs1.org/8004/9521141TRUCK042',
    });
    expect(schemaProblems(epcisDocument(events, 0))).toEqual([]);
  });

  test('when another serial number hangs in its place, under the name by which it was mounted', () => {
    const replaced = inForce(30, {
      probesReplaced: [{ sensorId: 'cargo-front', from: '0316a2', to: '0416b3' }],
    });
    const source = new EventSource(gateway, epcisConfig());
    for (const record of logOf(armed)) source.take(record);
    const renamed = epcisConfig({
      identifiers: { probes: [{ sensorId: 'cargo-front', id: 'https://id.gs1.org/8004/9521141PRB0099' }] },
    });
    const resumed = new EventSource(gateway, renamed, source.save());
    const [told, ...more] = logOf([...armed, replaced]).flatMap((record) => resumed.take(record));
    expect(told?.event).toMatchObject({
      action: 'DELETE',
      childEPCs: [FRONT],
      'coldgate:serial': 'serial 0316a2',
    });
    expect(more).toEqual([]);
  });

  test('not while the configuration is only decided on, or was taken back', () => {
    const changes = { probesRemoved: ['cargo-front'] };
    const lines = ['applied', 'reverted', 'failed'].map((event, index) =>
      inForce(30 + index, { ...changes, event }),
    );
    expect(associations([...armed, ...lines]).map(({ action }) => action)).toEqual(['ADD', 'ADD']);
    const other = inForce(40, { ...changes, type: 'ledger-target' });
    expect(associations([...armed, other]).map(({ action }) => action)).toEqual(['ADD', 'ADD']);
  });
});
