// What pages and programs are shown, through the server: every answer is compared with its schema on the way.

import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import type { AlertDetail, AlertPage } from '../../../gateway/console/api/alerts.js';
import type { AuditPage } from '../../../gateway/console/api/audit.js';
import type { Chart } from '../../../gateway/console/api/chart.js';
import type { DeviceList } from '../../../gateway/console/api/devices.js';
import type { EvidenceState } from '../../../gateway/console/api/evidence.js';
import type { Now } from '../../../gateway/console/api/now.js';
import { apiRoutes } from '../../../gateway/console/api/routes.js';
import type { ShipmentDetail, ShipmentPage } from '../../../gateway/console/api/shipments.js';
import { type Alert, alertRow } from '../../../gateway/reviews/alert.js';
import type { DraftRecord } from '../../../gateway/sealing/draft-record.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { draftWith, requestOf } from '../drafts.js';
import { type ConsoleRig, openConsole } from './console-rig.js';

const yaml = `
clock: { trust: synchronised }
devices:
  - id: cargo-bus
    type: modbus
    port: /dev/ttyUSB9
    probes:
      - { sensorId: cargo-front, unit: 1, profile: xy-md02, humiditySensorId: cargo-front-rh }
      - { sensorId: cargo-rear, unit: 2, profile: r4dcb08, channel: 1 }
  - { id: rear-contact, type: gpio, sensorId: rear-door, line: 17, bias: pull-up }
excursions:
  - { sensorId: cargo-front, lowMilliC: 2000, highMilliC: 8000 }
contacts:
  - { sensorId: rear-door, means: door, probes: [ cargo-front ] }
calibrations:
  - { sensorId: cargo-front, serial: A1, certificate: K-1, calibratedOn: 2026-02-01, dueOn: 2026-11-30, uncertaintyMilliC: 200 }
`;

/** As a device wrote it: a script that must stay text. */
const SCRIPT = '<script>alert(1)</script>';

async function loaded(extra: (startMs: number) => readonly DraftRecord[] = () => []) {
  const rig = await openConsole({ yaml });
  const dana = rig.hire('dana', 'quality');
  const as = await rig.signIn(dana);
  const startMs = rig.nowMs - 600_000;
  const readings = Array.from({ length: 60 }, (_, at) =>
    draftWith({ observedAtMs: startMs + at * 10_000, subjectName: 'cargo-front', value: 4_000 + at * 10 }),
  );
  rig.log.writer.seal(requestOf([...readings, ...extra(startMs)]));
  await rig.look();
  const get = async <Body>(url: string): Promise<Body> => {
    const { status, body, text } = await rig.send('GET', url, { as });
    expect(status, text).toBe(200);
    return body as Body;
  };
  return { rig, dana, as, startMs, get };
}

const openAlert = (rig: ConsoleRig, more: Partial<Alert> = {}): Alert => ({
  id: `cargo-front-1-${rig.nowMs}`,
  source: 'excursion',
  openedAtMs: rig.nowMs - 60_000,
  sensorId: 'cargo-front',
  severity: 'major',
  state: 'open',
  isOngoing: true,
  matter: {
    rule: 'high',
    side: 'high',
    limitMilliC: 8_000,
    extremeMilliC: 9_500,
    startedAtMs: rig.nowMs - 70_000,
  },
  records: 1,
  firstSequence: 3,
  lastSequence: 3,
  checkpoint: { size: 10, root: 'ab'.repeat(32) },
  reminders: { sinceMs: rig.nowMs, count: 0, level: 0 },
  signatures: [],
  history: [],
  ...more,
});

test('a probe is OK with a fresh good reading inside of its limits, and unknown for any other reason', async () => {
  const { rig, get } = await loaded();
  const front = async () => {
    await rig.look();
    const { probes } = await get<Now>('/api/now');
    const probe = probes.find(({ sensorId }) => sensorId === 'cargo-front');
    return [probe?.state, probe?.stateReason];
  };
  const say = (fields: Partial<DraftRecord>) =>
    rig.log.writer.seal(
      requestOf([draftWith({ observedAtMs: rig.nowMs, subjectName: 'cargo-front', ...fields })]),
    );
  expect(await front()).toEqual(['ok', 'within-limits']);
  say({ quality: 4 });
  expect(await front()).toEqual(['unknown', 'fault']);
  say({ quality: 3 });
  expect(await front()).toEqual(['unknown', 'calibration']);
  say({ quality: 1 });
  expect(await front()).toEqual(['unknown', 'suspect']);
  say({});
  expect(await front()).toEqual(['ok', 'within-limits']);
  rig.put([alertRow(openAlert(rig, { matter: { rule: 'unknown', cause: 'gap' } }))]);
  expect(await front()).toEqual(['ok', 'within-limits']);
  rig.put([alertRow(openAlert(rig))]);
  expect(await front()).toEqual(['excursion', 'excursion']);
  rig.put([alertRow(openAlert(rig, { isOngoing: false, endedAtMs: rig.nowMs }))]);
  rig.pass(600_001);
  expect(await front()).toEqual(['unknown', 'old']);
});

test('the first page tells value, trend, limits and device of each probe, and those that never spoke', async () => {
  const { get } = await loaded();
  const { probes, gateway, positions, tags } = await get<Now>('/api/now');
  const byName = new Map(probes.map((probe) => [probe.sensorId, probe]));
  expect(byName.get('cargo-front')).toMatchObject({
    ...{ valueMilli: 4_590, quality: 'good', lowMilliC: 2_000, highMilliC: 8_000, deviceId: 'cargo-bus' },
    // Ten milli-degrees in ten seconds.
    trendMilliPerHour: 3_600,
  });
  expect(byName.get('cargo-rear')).toMatchObject({
    valueMilli: null,
    state: 'unknown',
    stateReason: 'no-reading',
  });
  expect(byName.get('cargo-front-rh')).toMatchObject({ quantity: 'humidity', stateReason: 'no-reading' });
  expect(gateway).toMatchObject({ name: 'truck-17', records: 61, clockTrust: 'synchronised', ledger: null });
  expect([positions, tags]).toEqual([[], []]);
});

test('tags, doors and the position are those of the newest records', async () => {
  const { get, startMs } = await loaded((atMs) => [
    draftWith({
      observedAtMs: atMs,
      kind: recordKinds.tagSighting,
      subjectName: '3034257bf7194e4000001a85',
      detail: {
        type: 'tag-sighting',
        reader: 'dock',
        antenna: 1,
        count: 3,
        bestRssiDbm: -48,
        lastSeenUptimeMs: 5,
      },
    }),
    draftWith({ observedAtMs: atMs, kind: recordKinds.door, subjectName: 'rear-door', value: 0 }),
    draftWith({ observedAtMs: atMs + 5_000, kind: recordKinds.door, subjectName: 'rear-door', value: 1 }),
    draftWith({ observedAtMs: atMs + 9_000, kind: recordKinds.door, subjectName: 'rear-door', value: 1 }),
    draftWith({
      observedAtMs: atMs,
      kind: recordKinds.position,
      subjectName: 'gps',
      value: 0,
      detail: { type: 'position', latitudeDegE7: 475_000_000, longitudeDegE7: -76_000_000 },
    }),
  ]);
  const { tags, doors, positions } = await get<Now>('/api/now');
  expect(tags).toMatchObject([
    {
      epcHex: '3034257bf7194e4000001a85',
      uri: 'urn:epc:id:sgtin:0614141.812345.6789',
      readerId: 'dock',
      bestRssiDbm: -48,
    },
  ]);
  expect(doors).toEqual([{ sensorId: 'rear-door', isOpen: true, sinceMs: startMs + 5_000, means: 'door' }]);
  expect(positions).toMatchObject([{ latitudeDegE7: 475_000_000, longitudeDegE7: -76_000_000 }]);
});

test('a chart has the readings, limits, gaps, doors and excursions of its window', async () => {
  const { rig, get, startMs } = await loaded((atMs) => [
    draftWith({ observedAtMs: atMs - 3_600_000, subjectName: 'cargo-front', value: 7_777 }),
    draftWith({ observedAtMs: atMs + 5_000, kind: recordKinds.door, subjectName: 'rear-door', value: 1 }),
    draftWith({ observedAtMs: atMs + 95_000, kind: recordKinds.door, subjectName: 'rear-door', value: 0 }),
  ]);
  rig.put([alertRow(openAlert(rig))]);
  const exact = await get<Chart>(
    `/api/chart?sensors=cargo-front&fromMs=${startMs}&toMs=${rig.nowMs}&widthPx=100`,
  );
  expect(exact).toMatchObject({
    isExact: true,
    series: [{ summary: { minMilli: 4_000, maxMilli: 4_590, count: 60 } }],
  });
  expect(exact.series[0]?.lastMilli).toHaveLength(60);
  expect(exact.limits).toMatchObject([
    { lowMilliC: null, highMilliC: 8_000 },
    { lowMilliC: 2_000, highMilliC: null },
  ]);
  expect(exact.doors).toEqual([
    { sensorId: 'rear-door', means: 'door', fromMs: startMs + 5_000, toMs: startMs + 95_000 },
  ]);
  expect(exact.excursions).toMatchObject([
    { sensorId: 'cargo-front', side: 'high', toMs: null, extremeMilliC: 9_500 },
  ]);
  const wide = await get<Chart>(
    `/api/chart?sensors=cargo-front&fromMs=${startMs - 7_200_000}&toMs=${rig.nowMs}&widthPx=50`,
  );
  expect(wide.series[0]?.maxMilli).toContain(7_777);
  expect(wide.series[0]?.startMs.length).toBeLessThanOrEqual(50);
  const short = wide.series[0]?.gaps ?? [];
  expect(short).toEqual([]);
});

test('a chart refuses what it cannot draw', async () => {
  const { rig, as } = await loaded();
  const codeOf = async (query: string) =>
    JSON.parse((await rig.send('GET', `/api/chart?${query}`, { as })).text).code;
  expect(await codeOf('shipment=NONE')).toBe('SHIPMENT_UNKNOWN');
  expect(await codeOf('fromMs=5&toMs=5')).toBe('REQUEST_INVALID');
  expect(await codeOf('widthPx=1000000')).toBe('REQUEST_INVALID');
  expect(await codeOf('fromMs=x')).toBe('REQUEST_INVALID');
  expect(await codeOf(`sensors=${Array(70).fill('a').join(',')}`)).toBe('REQUEST_INVALID');
});

test('alerts are listed, filtered, shown with similar ones, and taken to their end by two persons', async () => {
  const { rig, dana, as, get } = await loaded();
  const alert = openAlert(rig);
  rig.put([
    alertRow(alert),
    alertRow(
      openAlert(rig, {
        id: 'older',
        openedAtMs: 1_000,
        state: 'closed',
        isOngoing: false,
        endedAtMs: 2_000,
        matter: { rule: 'high' },
      }),
    ),
    alertRow(openAlert(rig, { id: 'other-probe', sensorId: 'cargo-rear', severity: 'minor' })),
  ]);
  const ids = async (query: string) =>
    (await get<AlertPage>(`/api/alerts${query}`)).alerts.map(({ id }) => id);
  expect(await ids('')).toEqual([alert.id, 'other-probe'].sort().reverse());
  expect(await ids('?state=closed')).toEqual(['older']);
  expect(await ids('?severity=minor')).toEqual(['other-probe']);
  expect(await ids('?sensorId=cargo-front&state=all')).toEqual([alert.id, 'older']);
  expect(await ids(`?state=all&toMs=3000`)).toEqual(['older']);
  const first = await get<AlertPage>('/api/alerts?pageSize=1');
  expect([first.total, await ids(`?pageSize=1&pageFrom=${first.nextPage}`)]).toEqual([
    2,
    [(await ids(''))[1]],
  ]);

  const read = () => get<AlertDetail>(`/api/alerts/${alert.id}`);
  expect(await read()).toMatchObject({
    steps: ['acknowledge'],
    evidenceHash: null,
    similar: [{ id: 'older' }],
  });
  const step = async (name: string, body: object, who = as, person = dana) =>
    rig.send('POST', `/api/alerts/${alert.id}/${name}`, {
      as: who,
      body: { ...body, credentials: rig.credentialsOf(person) },
    });
  expect((await step('assess', { result: 'no-impact', why: 'door' })).body).toMatchObject({
    code: 'STEP_OUT_OF_ORDER',
  });
  expect((await step('acknowledge', {})).body).toMatchObject({ state: 'acknowledged' });
  expect((await step('assess', { result: 'no-impact', why: SCRIPT })).body).toMatchObject({
    state: 'assessed',
  });
  const assessed = await read();
  expect(assessed).toMatchObject({ steps: ['assess', 'review'], assessment: { why: SCRIPT, by: 'dana' } });
  const boundTo = assessed.evidenceHash;
  expect((await step('sign', { meaning: 'approved', boundTo })).body).toMatchObject({ code: 'SAME_PERSON' });
  const wim = rig.hire('wim', 'quality');
  const other = await rig.signIn(wim);
  expect(
    (await step('sign', { meaning: 'approved', boundTo: '0'.repeat(64) }, other, wim)).body,
  ).toMatchObject({ code: 'EVIDENCE_CHANGED' });
  expect((await step('sign', { meaning: 'approved', boundTo }, other, wim)).body).toMatchObject({
    state: 'closed',
  });
  expect(await read()).toMatchObject({
    state: 'closed',
    steps: [],
    signatures: [{ by: 'wim', meaning: 'approved' }],
  });

  await rig.look();
  const { entries, checkpoint } = await get<AuditPage>('/api/audit?pageSize=4');
  expect(entries.map(({ type, by, broken }) => [type, by?.name, broken])).toEqual([
    ['alert-signed', 'wim', null],
    ['request-refused', 'wim', null],
    ['account', 'wim', null],
    ['request-refused', 'dana', null],
  ]);
  expect(checkpoint?.size).toBeGreaterThan(60);
  const mine = await get<AuditPage>('/api/audit?actor=dana&kinds=alert-assessed');
  expect(mine.entries).toMatchObject([
    { type: 'alert-assessed', by: { name: 'dana', isSigned: true }, detail: { why: SCRIPT } },
  ]);
});

test('a script in a name or a reason stays text: JSON that no browser takes for a page', async () => {
  const { rig, as } = await loaded((atMs) => [
    draftWith({ observedAtMs: atMs, subjectName: SCRIPT, value: 1 }),
    draftWith({
      observedAtMs: atMs,
      kind: recordKinds.deviceCondition,
      subjectName: 'cargo-bus',
      value: 0,
      detail: { type: 'device-condition', condition: 'faulted', reason: SCRIPT },
    }),
  ]);
  rig.pass(1_000);
  for (const url of ['/api/now', '/api/devices', '/api/audit']) {
    const { headers, text } = await rig.send('GET', url, { as });
    expect([url, text.includes('alert(1)')]).toEqual([url, true]);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(headers['x-content-type-options']).toBe('nosniff');
  }
  const { headers } = await rig.send('GET', `/api/alerts/${encodeURIComponent(SCRIPT)}`, { as });
  expect(headers['content-type']).toMatch(/^application\/json/);
});

test('the audit trail goes back page by page without a gap, and says which place is broken', async () => {
  const { rig, as, get } = await loaded((atMs) =>
    Array.from({ length: 230 }, (_, at) =>
      draftWith({
        observedAtMs: atMs + at,
        kind: recordKinds.clockEvent,
        subjectName: 'gateway',
        value: 0,
        detail: { type: 'clock-step', number: at },
      }),
    ),
  );
  const numbers: unknown[] = [];
  for (let page = await get<AuditPage>('/api/audit?kinds=clock-step&pageSize=100'); ; ) {
    numbers.push(...page.entries.map(({ detail }) => (detail as { number: number }).number));
    if (page.nextPage === null) break;
    page = await get<AuditPage>(`/api/audit?kinds=clock-step&pageSize=100&pageFrom=${page.nextPage}`);
  }
  expect(numbers).toEqual(Array.from({ length: 230 }, (_, at) => 229 - at));
  expect((await rig.send('GET', '/api/audit?pageFrom=x', { as })).status).toBe(400);
  rig.log.database.prepare("UPDATE records SET detail = '{}' WHERE sequence = 100").run();
  const { entries } = await get<AuditPage>('/api/audit?pageSize=200');
  expect(entries.filter(({ broken }) => broken !== null)).toMatchObject([
    { sequence: 100, broken: expect.stringContaining('not what was signed') },
  ]);
});

test('a shipment is ordered, armed and shown with its figures', async () => {
  const { rig, dana, as, get } = await loaded();
  const order = {
    id: 'S-1',
    profile: 'GDP-2-8-default',
    probes: ['cargo-front'],
    consignor: 'Pharma',
    consignee: 'Clinic',
    carrier: 'Lines',
  };
  const post = (url: string, body: object) =>
    rig.send('POST', url, { as, body: { ...body, credentials: rig.credentialsOf(dana) } });
  expect((await post('/api/shipments', { ...order, profile: 'none' })).body).toMatchObject({
    code: 'PROFILE_UNKNOWN',
  });
  expect(
    (await post('/api/shipments', { ...order, products: [{ gtin: '123', lot: 'A' }] })).body,
  ).toMatchObject({ code: 'SHIPMENT_INVALID' });
  const made = await post('/api/shipments', order);
  expect([made.status, made.body]).toMatchObject([201, { id: 'S-1', state: 'draft' }]);
  expect((await post('/api/shipments/S-1/steps/deliver', {})).body).toMatchObject({
    code: 'STEP_OUT_OF_ORDER',
  });
  expect((await post('/api/shipments/S-1/steps/arm', {})).body).toMatchObject({ state: 'armed' });
  expect((await rig.send('POST', '/api/shipments/S-1/steps/fly', { as, body: {} })).status).toBe(400);
  const armedMs = rig.nowMs;
  const values = [4_000, 5_000, 9_000];
  rig.log.writer.seal(
    requestOf(
      values.map((value, at) =>
        draftWith({
          observedAtMs: armedMs + 1_000 * (at + 1),
          subjectName: 'cargo-front',
          value,
          shipmentName: 'S-1',
        }),
      ),
    ),
  );
  rig.pass(60_000);
  await rig.look();
  const detail = await get<ShipmentDetail>('/api/shipments/S-1');
  expect(detail).toMatchObject({ state: 'armed', steps: ['depart'], fromMs: armedMs, consignee: 'Clinic' });
  expect(detail.statistics).toMatchObject([
    {
      sensorId: 'cargo-front',
      count: 3,
      minMilliC: 4_000,
      maxMilliC: 9_000,
      maxAtMs: armedMs + 3_000,
      meanMilliC: 6_000,
      standardDeviationMilliC: 2_160,
    },
  ]);
  expect(detail.statistics[0]?.mktMilliC).toBeGreaterThan(6_000);
  const chart = await get<Chart>('/api/chart?shipment=S-1');
  expect(chart.series).toMatchObject([{ summary: { count: 3 } }]);
  expect(chart.custody.map(({ event, by }) => [event, by])).toEqual([['armed', 'dana']]);
  const found = await get<ShipmentPage>('/api/shipments?search=clin&state=armed');
  expect(found.shipments).toMatchObject([{ id: 'S-1', profile: { name: 'GDP-2-8-default' } }]);
  expect((await get<ShipmentPage>('/api/shipments?state=draft')).total).toBe(0);
});

test('devices tell what hangs where, what they last said, and how calibration stands', async () => {
  const { get } = await loaded((atMs) => [
    draftWith({
      observedAtMs: atMs,
      kind: recordKinds.deviceCondition,
      subjectName: 'cargo-bus',
      value: 0,
      detail: { type: 'device-condition', condition: 'ready', reason: 'two probes answer' },
    }),
    draftWith({
      observedAtMs: atMs,
      kind: recordKinds.temperatureOffset,
      subjectName: 'cargo-rear',
      value: -300,
      detail: { type: 'calibration-offset', register: 5 },
    }),
  ]);
  const { devices } = await get<DeviceList>('/api/devices');
  expect(devices).toMatchObject([
    {
      id: 'cargo-bus',
      condition: { condition: 'ready', reason: 'two probes answer' },
      probes: [
        { sensorId: 'cargo-front', at: 'unit 1', calibration: { certificate: 'K-1', state: 'due-soon' } },
        { sensorId: 'cargo-front-rh', quantity: 'humidity' },
        { sensorId: 'cargo-rear', at: 'unit 2, channel 1', offsetMilli: -300, calibration: null },
      ],
    },
    { id: 'rear-contact', type: 'gpio' },
  ]);
});

test('evidence says what is signed and refuses half a question', async () => {
  const { rig, as, get, startMs } = await loaded();
  const state = await get<EvidenceState>(`/api/evidence?fromMs=${startMs}&toMs=${rig.nowMs}`);
  expect(state).toMatchObject({ lastSequence: 60, checkpoint: { size: 61 }, ledger: null });
  for (const query of ['', '?fromMs=1', '?sequence=1&shipment=S', '?fromMs=1&toMs=2&sequence=1'])
    expect((await rig.send('GET', `/api/evidence${query}`, { as })).status, query).toBe(400);
  expect((await rig.send('GET', '/api/evidence?fromMs=1&toMs=2', { as })).body).toMatchObject({
    code: 'WINDOW_EMPTY',
  });
  expect((await rig.send('GET', '/api/evidence?sequence=5000', { as })).status).toBe(404);
});

test('the OpenAPI document describes every route, is valid, and its schemas take what was answered', async () => {
  const { rig, as, get } = await loaded();
  const document = JSON.parse((await rig.send('GET', '/api/openapi.json', { as })).text);
  expect(document.openapi).toBe('3.1.1');
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(described.sort()).toEqual(apiRoutes.map(({ method, path }) => `${method} ${path}`).sort());
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  const validate = ajv.compile(
    document.paths['/api/now'].get.responses['200'].content['application/json'].schema,
  );
  expect(validate(await get('/api/now')), JSON.stringify(validate.errors)).toBe(true);
  expect(validate({})).toBe(false);
  for (const methods of Object.values(document.paths) as Record<string, { responses: object }>[])
    for (const { responses } of Object.values(methods))
      for (const answer of Object.values(responses) as { content?: Record<string, { schema?: object }> }[])
        for (const { schema } of Object.values(answer.content ?? {}))
          if (schema && !('$ref' in schema)) expect(() => ajv.compile(schema)).not.toThrow();
  const page = await rig.send('GET', '/api/docs', { as });
  expect(page.headers['content-type']).toMatch(/^text\/html/);
  expect(page.text).not.toMatch(/<script|https?:\/\//);
});

test('Prometheus reads every line, and names cannot break out of their quotes', async () => {
  const { rig } = await loaded((atMs) => [
    draftWith({ observedAtMs: atMs, subjectName: 'a"b\\c\nd', value: 1_500 }),
  ]);
  const { text, headers, status } = await rig.send('GET', '/metrics');
  expect([status, headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  const lines = text.trim().split('\n');
  const bad = lines.filter(
    (line) =>
      !/^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z]+="([^"\\\n]|\\["\\n])*",?)*\})? -?[0-9.e+]+)$/.test(line),
  );
  expect(bad).toEqual([]);
  expect(lines).toContain('coldgate_probe_temperature_celsius{sensor="cargo-front"} 4.59');
  expect(lines).toContain('coldgate_probe_state{sensor="cargo-front",state="ok"} 1');
  const foreign = await rig.send('GET', '/metrics', { headers: { 'sec-fetch-site': 'same-origin' } });
  expect(foreign.status).toBe(401);
});
