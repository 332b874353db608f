// A shipment of eight hours with two probes: one excursion, one hole, a door, a defrost, a stretch of road. The chart is
// down-sampled as the console does it, so that zooming brings finer data.

import type { AlertDetail, AlertSummary } from '../../gateway/console/api/alerts.js';
import type { Chart, ChartSeries } from '../../gateway/console/api/chart.js';
import type { DeviceList } from '../../gateway/console/api/devices.js';
import type { ShipmentDetail, ShipmentSummary } from '../../gateway/console/api/shipments.js';
import { hostileText, START_MS } from './fixture-data.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const READING_MS = 10_000;
export const FROM_MS = START_MS - 8 * HOUR_MS;
export const EXCURSION = { fromMs: START_MS - 3 * HOUR_MS, toMs: START_MS - 2.2 * HOUR_MS };
const HOLE = { fromMs: START_MS - 6 * HOUR_MS, toMs: START_MS - 5.6 * HOUR_MS };
export const ALERT_ID = 'cargo-rear-range-high-1772539200000';
const ROOT = 'ab'.repeat(32);

const isWithin = (atMs: number, { fromMs, toMs }: { fromMs: number; toMs: number }) =>
  atMs > fromMs && atMs < toMs;

function milliAt(sensorId: string, atMs: number): number | undefined {
  const hours = (atMs - FROM_MS) / HOUR_MS;
  if (sensorId === 'cargo-front')
    return Math.round(5_000 + 700 * Math.sin(hours * 2) + 120 * Math.sin(hours * 91));
  if (isWithin(atMs, HOLE)) return undefined;
  const share = (atMs - EXCURSION.fromMs) / (EXCURSION.toMs - EXCURSION.fromMs);
  const warm = share > -0.3 && share < 1.3 ? 5_200 * Math.sin(((share + 0.3) / 1.6) * Math.PI) : 0;
  return Math.round(5_300 + 500 * Math.sin(hours * 2.4) + 150 * Math.sin(hours * 130) + warm);
}

function seriesOf(sensorId: string, fromMs: number, toMs: number, bucketMs: number): ChartSeries {
  const series: ChartSeries = {
    ...{
      sensorId,
      quantity: 'temperature',
      startMs: [],
      minMilli: [],
      maxMilli: [],
      firstMilli: [],
      lastMilli: [],
    },
    ...{ good: [], bad: [], worstQuality: [], gaps: [], gapMs: 60_000, summary: null },
  };
  const all: [number, number][] = [];
  for (let startMs = Math.ceil(fromMs / bucketMs) * bucketMs; startMs < toMs; startMs += bucketMs) {
    const values: number[] = [];
    for (let atMs = startMs; atMs < startMs + bucketMs; atMs += READING_MS) {
      const milli = milliAt(sensorId, atMs);
      if (milli !== undefined) values.push(milli);
    }
    if (values.length === 0) continue;
    series.startMs.push(startMs);
    series.minMilli.push(Math.min(...values));
    series.maxMilli.push(Math.max(...values));
    series.firstMilli.push(values[0] ?? null);
    series.lastMilli.push(values.at(-1) ?? null);
    series.good.push(values.length);
    series.bad.push(0);
    series.worstQuality.push(0);
    for (const value of values) all.push([startMs, value]);
  }
  if (sensorId === 'cargo-rear' && HOLE.fromMs < toMs && HOLE.toMs > fromMs) series.gaps.push(HOLE);
  if (all.length === 0) return series;
  const sorted = all.toSorted((a, b) => a[1] - b[1]);
  const [minAtMs, minMilli] = sorted[0] ?? [0, 0];
  const [maxAtMs, maxMilli] = sorted.at(-1) ?? [0, 0];
  const meanMilli = Math.round(all.reduce((sum, [, value]) => sum + value, 0) / all.length);
  return { ...series, summary: { minMilli, minAtMs, maxMilli, maxAtMs, meanMilli, count: all.length } };
}

export function chartOf(query: URLSearchParams): Chart {
  const fromMs = Number(query.get('fromMs') ?? FROM_MS);
  const toMs = Number(query.get('toMs') ?? START_MS);
  const widthPx = Number(query.get('widthPx') ?? 800);
  const steps = Math.max(1, Math.ceil((toMs - fromMs) / READING_MS / widthPx));
  const bucketMs = steps * READING_MS;
  const sensors = (query.get('sensors') ?? 'cargo-front,cargo-rear').split(',');
  return {
    ...{ fromMs, toMs, bucketMs, isExact: steps === 1, indexedRecords: 184_233 },
    series: sensors.map((sensorId) => seriesOf(sensorId, fromMs, toMs, bucketMs)),
    limits: sensors.flatMap((sensorId) => [
      {
        ...{ sensorId, ruleId: 'range-high', severity: 'major' as const, lowMilliC: null, highMilliC: 8_000 },
        delayMs: 15 * MINUTE_MS,
      },
      {
        ...{ sensorId, ruleId: 'range-low', severity: 'major' as const, lowMilliC: 2_000, highMilliC: null },
        delayMs: 15 * MINUTE_MS,
      },
    ]),
    excursions: sensors.includes('cargo-rear')
      ? [
          {
            ...{
              alertId: ALERT_ID,
              sensorId: 'cargo-rear',
              rule: 'range-high',
              side: 'high',
              severity: 'major',
            },
            ...EXCURSION,
            extremeMilliC: 10_300,
          },
        ]
      : [],
    doors: [
      {
        ...{ sensorId: 'rear-door', means: 'door' },
        ...{ fromMs: EXCURSION.fromMs - 10 * MINUTE_MS, toMs: EXCURSION.fromMs + 25 * MINUTE_MS },
      },
      {
        sensorId: 'reefer',
        means: 'defrost',
        fromMs: START_MS - 7 * HOUR_MS,
        toMs: START_MS - 6.7 * HOUR_MS,
      },
    ],
    custody: [
      { atMs: FROM_MS, shipment: 'SHIP-0001', event: 'armed', by: 'omar' },
      { atMs: FROM_MS + 12 * MINUTE_MS, shipment: 'SHIP-0001', event: 'departed', by: 'omar' },
    ],
    positions: Array.from({ length: 20 }, (_, step) => ({
      atMs: FROM_MS + step * 24 * MINUTE_MS,
      sensorId: 'gnss',
      latitudeDegE7: 481_374_100 + step * 90_000,
      longitudeDegE7: 115_754_900 + step * 140_000,
      speedMmPerS: 22_000,
    })),
    marks: [{ atMs: START_MS - 4.4 * HOUR_MS, kind: 'clock-event', type: 'clock-step', sequence: 90_211 }],
  };
}

function alertSummary(more: Partial<AlertSummary> = {}): AlertSummary {
  return {
    ...{ id: ALERT_ID, source: 'excursion', state: 'open', severity: 'major', isOngoing: false },
    ...{ sensorId: 'cargo-rear', shipment: 'SHIP-0001', rule: 'range-high', limitMilliC: 8_000 },
    ...{
      ...EXCURSION,
      recordedFromMs: null,
      extremeMilliC: 10_300,
      outsideMs: 48 * MINUTE_MS,
      remindersLevel: 1,
    },
    ...more,
  };
}

export const alertList = (): readonly AlertSummary[] => [
  alertSummary(),
  alertSummary({
    ...{
      id: 'cargo-floor-freeze-1',
      sensorId: 'cargo-floor',
      severity: 'critical',
      isOngoing: true,
      toMs: null,
    },
    ...{ rule: 'freeze', limitMilliC: -500, extremeMilliC: -720, outsideMs: 4 * MINUTE_MS },
  }),
  alertSummary({
    ...{
      id: 'device-changed-1',
      source: 'device-changed',
      sensorId: hostileText,
      shipment: null,
      rule: null,
    },
    ...{ limitMilliC: null, extremeMilliC: null, outsideMs: null, severity: 'notice', state: 'acknowledged' },
  }),
  alertSummary({ id: 'cargo-rear-range-high-2', state: 'assessed', severity: 'minor' }),
];

export function alertDetail(more: Partial<AlertDetail> = {}): AlertDetail {
  return {
    ...alertSummary({ state: 'assessed' }),
    matter: {
      ...{
        rule: 'range-high',
        side: 'high',
        limitMilliC: 8_000,
        extremeMilliC: 10_300,
        profile: 'GDP-2-8-default',
      },
      ...{ profileVersion: '1', reason: hostileText },
    },
    ...{ records: 3, firstSequence: 90_100, lastSequence: 95_412, checkpoint: { size: 184_233, root: ROOT } },
    assessment: {
      ...{
        result: 'no-impact',
        why: 'Doors open while unloading; the product stayed below 12 °C for 48 min.',
      },
      ...{ by: 'omar', printedName: 'Omar Example', atMs: START_MS - HOUR_MS },
    },
    signatures: [],
    history: [
      { atMs: EXCURSION.fromMs + 15 * MINUTE_MS, by: '(gateway)', action: 'opened', why: null },
      { atMs: START_MS - 1.5 * HOUR_MS, by: 'omar', action: 'acknowledged', why: 'seen at the ramp' },
      { atMs: START_MS - HOUR_MS, by: 'omar', action: 'assessed', why: 'unloading' },
    ],
    evidenceHash: 'cd'.repeat(32),
    steps: ['assess', 'review', 'approve', 'reject'],
    similar: [
      alertSummary({
        id: 'cargo-rear-range-high-2',
        state: 'closed',
        fromMs: FROM_MS,
        toMs: FROM_MS + HOUR_MS,
      }),
    ],
    ...more,
  };
}

/** Of load units: no probe, no limit, but which ones were not seen. */
export const inventoryAlert = (): AlertDetail =>
  alertDetail({
    ...{ id: 'inventory-1', source: 'inventory', sensorId: 'inventory', rule: null, similar: [] },
    ...{ limitMilliC: null, extremeMilliC: null, outsideMs: null, state: 'open', assessment: null },
    matter: {
      ...{ event: 'differs', compared: 'delivery', orderedUnits: 4, seenUnits: 2, missedPermille: 118 },
      ...{ missing: '106141412345678908', notLoaded: '', notUnloaded: '106141412345678915' },
      notOrdered: '106141412345678922 106141412345678939',
    },
  });

function shipmentSummary(id: string, more: Partial<ShipmentSummary> = {}): ShipmentSummary {
  return {
    ...{ id, state: 'in-transit', profile: { name: 'GDP-2-8-default', version: '1', hash: ROOT } },
    ...{ probes: ['cargo-front', 'cargo-rear'], consignor: 'Example Pharma', consignee: 'Clinic North' },
    ...{
      carrier: 'Example Freight',
      sinceMs: FROM_MS,
      firstSequence: 80_000,
      lastSequence: 184_233,
      openAlerts: 1,
    },
    ...more,
  };
}

export const shipmentList = (): readonly ShipmentSummary[] => [
  shipmentSummary('SHIP-0001'),
  shipmentSummary('SHIP-0000', { state: 'released', openAlerts: 0, sinceMs: START_MS - 70 * HOUR_MS }),
  shipmentSummary('SHIP-0002', {
    state: 'draft',
    profile: null,
    openAlerts: 0,
    sinceMs: null,
    firstSequence: null,
  }),
  shipmentSummary('SHIP-X', { state: 'under-review', openAlerts: 3, consignee: hostileText }),
];

export function shipmentDetail(more: Partial<ShipmentDetail> = {}): ShipmentDetail {
  const statistics = (sensorId: string, maxMilliC: number, outsideMs: number, gaps: number) => ({
    ...{ sensorId, count: 2_880, bad: gaps === 0 ? 0 : 3, minMilliC: 4_120, minAtMs: FROM_MS + HOUR_MS },
    ...{
      maxMilliC,
      maxAtMs: EXCURSION.fromMs,
      meanMilliC: 5_213,
      standardDeviationMilliC: 431,
      mktMilliC: 5_402,
    },
    ...{ outsideMs, gaps, longestGapMs: gaps === 0 ? 0 : 24 * MINUTE_MS },
  });
  return {
    ...shipmentSummary('SHIP-0001', { state: 'under-review' }),
    title: 'Medicines at 2 to 8 degrees in a truck',
    limits: chartOf(new URLSearchParams()).limits,
    stabilityBands: [{ id: 'warm', fromMilliC: 8_000, toMilliC: 25_000, allowanceMs: 72 * HOUR_MS }],
    budgets: [
      {
        ...{
          type: 'stability-debit',
          product: '09521234543213:LOT7',
          band: 'warm',
          number: 2,
          totalMs: 5 * HOUR_MS,
        },
        ...{ bandFromMilliC: 8_000, bandToMilliC: 25_000, allowanceMs: 72 * HOUR_MS },
      },
    ],
    tags: [{ tag: '3074257bf7194e4000001a85', uri: 'urn:epc:id:sgtin:0614141.812345.6789' }],
    sscc: '395212345432100014',
    products: [{ gtin: '09521234543213', lot: 'LOT7' }],
    dispute: {
      label: { lowMilliC: 2_000, highMilliC: 25_000 },
      order: { lowMilliC: 2_000, highMilliC: 8_000 },
      settled: 'order',
      confirmations: [
        { by: 'omar', role: 'operator', range: 'order', atMs: FROM_MS - HOUR_MS },
        { by: 'dana', role: 'quality', range: 'order', atMs: FROM_MS - HOUR_MS },
      ],
    },
    history: [
      { state: 'draft', atMs: FROM_MS - 2 * HOUR_MS, by: 'omar' },
      { state: 'armed', atMs: FROM_MS, by: 'omar' },
      { state: 'in-transit', atMs: FROM_MS + 12 * MINUTE_MS, by: 'omar' },
      { state: 'delivered', atMs: START_MS, by: 'omar' },
    ],
    fromMs: FROM_MS,
    toMs: START_MS,
    statistics: [statistics('cargo-front', 5_820, 0, 0), statistics('cargo-rear', 10_300, 48 * MINUTE_MS, 1)],
    alerts: [alertSummary()],
    steps: ['release', 'reject'],
    ...more,
  };
}

export function deviceList(): DeviceList {
  const counters = {
    bytes: 9_412_334,
    frames: 120_223,
    badChecks: 3,
    discardedBytes: 120,
    timeouts: 4,
    opens: 2,
  };
  const calibration = {
    ...{ serial: 'PT-2291', certificate: 'DKD-2025-1182', calibratedOn: '2025-09-12', dueOn: '2026-09-12' },
    ...{ uncertaintyMilliC: 120, state: 'valid' as const },
  };
  const probe = { quantity: 'temperature' as const, model: 'PT100, 4 wires', offsetMilli: -30 };
  return {
    ...{ atMs: START_MS, countedAtMs: START_MS - 3_000, startedAtMs: FROM_MS },
    devices: [
      {
        ...{ id: 'reefer-bus', type: 'modbus', port: '/dev/serial/by-id/usb-FTDI_USB-RS485_A10K-if00-port0' },
        ...{ state: 'ready', condition: null, finding: null, firmware: '2.14', counters },
        probes: [
          {
            sensorId: 'cargo-front',
            ...probe,
            at: 'unit 1, register 0',
            calibration,
            lastHeardAtMs: START_MS - 4_000,
          },
          {
            ...{
              sensorId: 'cargo-rear',
              ...probe,
              at: 'unit 2, register 0',
              lastHeardAtMs: START_MS - 6_000,
            },
            calibration: { ...calibration, serial: 'PT-2292', dueOn: '2026-03-20', state: 'due-soon' },
          },
          {
            sensorId: 'cargo-middle',
            ...probe,
            at: 'unit 3',
            calibration: null,
            lastHeardAtMs: null,
            offsetMilli: null,
          },
        ],
      },
      {
        ...{ id: 'door-reader', type: 'm100', port: '/dev/ttyUSB1', state: 'faulted', firmware: null },
        finding: {
          ...{ id: 'device:door-reader', severity: 'critical', sinceMs: START_MS - 1_200_000 },
          what: `device door-reader cannot be used: ${hostileText}`,
          whatToDo: 'what it said stands here; coldgate probe PORT tells more',
        },
        condition: {
          condition: 'faulted',
          reason: `checks failed; it said ${hostileText}`,
          atMs: START_MS - 9_000,
        },
        counters: { ...counters, badChecks: 4_021, timeouts: 9_120 },
        probes: [],
      },
    ],
  };
}
