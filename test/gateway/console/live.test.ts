// The stream of changes over a real connection: whole at its beginning, resumed without a gap, ended with its session.

import { once } from 'node:events';
import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { deviceEvents } from '../../../gateway/console/api/devices.js';
import { type LiveEventName, liveEvents } from '../../../gateway/console/api/live.js';
import { EventStream } from '../../../gateway/console/live/event-stream.js';
import { RecentReadings } from '../../../gateway/console/live/recent-readings.js';
import { qualityCodes, recordKinds } from '../../../ledger-sync/evidence/record.js';
import { eventually } from '../../firmware-bridge/eventually.js';
import { draftWith, requestOf } from '../drafts.js';
import { HOST, openConsole } from './console-rig.js';

const yaml = `
clock: { trust: synchronised }
devices: [ { id: bus, type: modbus, port: /dev/ttyUSB9, probes: [ { sensorId: cargo-front, unit: 1, profile: xy-md02 } ] } ]
excursions: [ { sensorId: cargo-front, highMilliC: 8000 } ]
`;

interface Event {
  readonly id: string | undefined;
  readonly name: string;
  readonly data: never;
}

class Listener {
  readonly events: Event[] = [];
  comments = 0;
  isEnded = false;
  readonly request: ClientRequest;
  response: IncomingMessage | undefined;
  #rest = '';

  constructor(port: number, path: string, headers: Record<string, string>) {
    this.request = get({ port, path, headers: { host: HOST, ...headers } }, (response) => {
      this.response = response;
      response.setEncoding('utf8');
      response.on('data', (text: string) => this.#take(text));
    });
    this.request.on('close', () => {
      this.isEnded = true;
    });
    this.request.on('error', () => {});
    onTestFinished(() => void this.request.destroy());
  }

  named(name: string): Event[] {
    return this.events.filter((event) => event.name === name);
  }

  #take(text: string): void {
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(
        block
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      );
      const name = fields.get('event');
      if (name === undefined) this.comments += 1;
      else {
        const schema = { ...liveEvents, ...deviceEvents }[name as LiveEventName];
        this.events.push({
          id: fields.get('id'),
          name,
          data: schema.parse(JSON.parse(fields.get('data') ?? '')) as never,
        });
      }
    }
  }
}

async function listening(consoleYaml = '{}') {
  const rig = await openConsole({ yaml, consoleYaml });
  const dana = rig.hire('dana', 'quality');
  const as = await rig.signIn(dana);
  await rig.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = rig.app.server.address() as AddressInfo;
  const follow = (path = '/api/live', headers: Record<string, string> = {}) =>
    new Listener(port, path, { cookie: as.cookie, ...headers });
  const say = async (value: number) => {
    rig.pass(1_000);
    rig.log.writer.seal(
      requestOf([draftWith({ observedAtMs: rig.nowMs, subjectName: 'cargo-front', value })]),
    );
    await rig.look();
  };
  return { rig, dana, as, follow, say };
}

const valuesOf = (listener: Listener) =>
  listener
    .named('probes')
    .flatMap(({ data }) =>
      (data as { probes: { valueMilli: number }[] }).probes.map(({ valueMilli }) => valueMilli),
    );

test('a stream begins with everything, tells what changes, and goes on where a broken line ended', async () => {
  const { follow, say } = await listening();
  await say(4_000);
  const first = follow();
  await eventually('everything is told', () => first.events.length > 0);
  expect(first.events[0]).toMatchObject({ name: 'now', data: { probes: [{ valueMilli: 4_000 }] } });
  await say(4_100);
  await say(4_200);
  await eventually('two changes are told', () => valuesOf(first).length === 2);
  const lastId = first.named('probes')[0]?.id ?? '';
  first.request.destroy();
  await say(4_300);

  const second = follow('/api/live', { 'last-event-id': lastId });
  await eventually('what was missed is told', () => valuesOf(second).includes(4_300));
  expect(second.named('now')).toEqual([]);
  expect(valuesOf(second)).toEqual([4_200, 4_300]);
  const ids = second.events.map(({ id }) => Number(id?.split('-')[1]));
  expect(ids).toEqual([...ids].sort((a, b) => a - b));

  for (const stale of ['nonsense', `${lastId.split('-')[0]}-999999`, 'abcdef012345-1']) {
    const other = follow('/api/live', { 'last-event-id': stale });
    await eventually('everything is told again', () => other.named('now').length > 0);
  }
});

test('what happened while nobody watched is told to whoever comes back, at once', async () => {
  const { follow, say } = await listening();
  await say(4_000);
  const first = follow();
  await eventually('everything is told', () => first.events.length > 0);
  const lastId = first.events[0]?.id ?? '';
  first.request.destroy();
  await eventually('it is gone', () => first.isEnded);
  await say(5_000);
  await say(6_000);
  const second = follow('/api/live', { 'last-event-id': lastId });
  await eventually('the newest is told', () => valuesOf(second).at(-1) === 6_000);
});

test('a stream ends with its session, and without one there is none', async () => {
  const { rig, as, follow, say } = await listening();
  await say(4_000);
  const stream = follow();
  await eventually('everything is told', () => stream.events.length > 0);
  expect(stream.response?.headers['content-security-policy']).toContain("default-src 'none'");
  expect((await rig.send('DELETE', '/api/session', { as })).status).toBe(204);
  await eventually('the stream has ended', () => stream.isEnded);
  const none = follow();
  await eventually('it is answered', () => none.response !== undefined);
  expect(none.response?.statusCode).toBe(401);
});

test('more streams than are allowed are refused', async () => {
  const { follow } = await listening('{ limits: { maxStreams: 1 } }');
  const first = follow();
  await eventually('the first one stands', () => first.events.length > 0);
  const second = follow();
  await eventually('it is answered', () => second.response !== undefined);
  expect([second.response?.statusCode, second.response?.headers['retry-after']]).toEqual([503, '5']);
});

test('a reader that does not keep up is cut off instead of growing in memory', async () => {
  const { createServer } = await import('node:http');
  let streamed: EventStream | undefined;
  const server = createServer((_request, response) => {
    streamed = new EventStream(response, {});
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const request = get({ port: (server.address() as AddressInfo).port });
  request.on('error', () => {});
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.on('error', () => {});
  response.pause();
  const big = 'x'.repeat(100_000);
  let isGone = false;
  void streamed?.ended.then(() => {
    isGone = true;
  });
  for (let sent = 0; sent < 400 && !isGone; sent++) {
    streamed?.send(undefined, 'now', big);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await eventually('it is cut off', () => isGone);
});

test("a device's own stream has its records and nobody else's", async () => {
  const { rig, follow, say } = await listening();
  const monitor = follow('/api/devices/bus/monitor');
  await eventually('counters are told', () => monitor.named('counters').length > 0);
  rig.log.writer.seal(requestOf([draftWith({ subjectName: 'elsewhere', value: 1 })]));
  await say(4_444);
  await eventually('the record is told', () => monitor.named('record').length > 0);
  expect(monitor.named('record')).toMatchObject([
    { data: { name: 'cargo-front', value: 4_444, kind: 'temperature', unit: 'milliC' } },
  ]);
  const none = follow('/api/devices/none/monitor');
  await eventually('it is answered', () => none.response !== undefined);
  expect(none.response?.statusCode).toBe(404);
});

test('the last hour is kept thin: at most sixty readings to show, and a trend of the last ten minutes', () => {
  const recent = new RecentReadings();
  const subject = new Uint8Array(16);
  const nowMs = 10_000_000;
  const record = (atMs: number, value: number, quality: number = qualityCodes.good) =>
    ({ kind: recordKinds.temperature, subject, observedAtMs: atMs, value, quality }) as Parameters<
      RecentReadings['take']
    >[0][number];
  for (let atMs = nowMs - 7_200_000; atMs <= nowMs; atMs += 1_000)
    recent.take([record(atMs, atMs < nowMs - 600_000 ? 0 : Math.round((atMs - nowMs) / 100))]);
  recent.take([record(nowMs, 99_999, qualityCodes['probe-open'])]);
  const key = `${recordKinds.temperature} ${'00'.repeat(16)}`;
  const shown = recent.recent(key, nowMs);
  expect(shown.length).toBeLessThanOrEqual(60);
  expect(shown.at(-1)).toEqual([nowMs, 0]);
  expect(shown[0]?.[0]).toBeGreaterThanOrEqual(nowMs - 3_600_000);
  // A hundredth of a milli-degree per millisecond.
  expect(recent.trend(key, nowMs)).toBe(36_000);
  expect(recent.trend(key, nowMs + 600_000)).toBeNull();
});
