// From a sensor's MQTT message to a record, over the embedded broker, and what a person reads of the rest.

import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { mqttLimitDefaults } from '../../../config/mqtt-limits-schema.js';
import type { MqttIntakeConfig } from '../../../config/schema.js';
import { startMqttIntake } from '../../../gateway/intake/mqtt-intake.js';
import { OffsetMemory } from '../../../gateway/intake/offset-memory.js';
import { ReadingDesk } from '../../../gateway/intake/reading-desk.js';
import { LogPipeline, MAX_WAITING_RECORDS } from '../../../gateway/sealing/log-pipeline.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { readings } from '../drafts.js';
import { FakeWriter } from '../fake-writer.js';
import { judgingWith } from '../judging-with.js';
import { closed, connectClient } from '../mqtt-clients.js';
import { quietLog } from '../quiet-log.js';
import { contextWith } from '../record-context.js';
import { tempFolder } from '../temp-folder.js';
import { rejectionOf } from '../thrown.js';

const sensors: MqttIntakeConfig['sensors'] = [
  {
    topic: 'sensors/door',
    mapping: 'generic',
    values: [{ sensorId: 'door-probe', path: '$.temp', unit: 'celsius' }],
  },
  { topic: 'zigbee2mqtt/fridge', mapping: 'zigbee2mqtt', temperatureSensorId: 'fridge' },
  ...['0101010101010101', '0202020202020202'].map((devEui) => ({
    topic: uplinkTopic(devEui),
    mapping: 'chirpstack' as const,
    values: [{ sensorId: `lora-${devEui.slice(0, 2)}`, path: '$.temp', unit: 'celsius' as const }],
  })),
];

function uplinkTopic(devEui: string): string {
  return `application/a/device/${devEui}/event/up`;
}

/** The intake over a writer that makes everything durable at once, unless it is held. */
async function bench(more: Partial<MqttIntakeConfig> = {}) {
  const writer = new FakeWriter();
  const answer = () => pipeline.onAnswer({ kind: 'sealed', receipt: writer.receipt() });
  let isHeld = false;
  const pipeline = new LogPipeline({
    writer: {
      send: (message) => {
        writer.send(message);
        if (!isHeld) setImmediate(answer);
      },
    },
    windowMs: 0,
    onSealed: () => {},
    onTrouble: () => {},
  });
  const desk = new ReadingDesk({
    context: contextWith(),
    judging: judgingWith([]),
    offsets: new OffsetMemory(new Map()),
    pipeline,
    onExcursion: () => {},
  });
  const { log, lines } = quietLog();
  const listen = { host: '127.0.0.1', port: 0 };
  const broker = await startMqttIntake(
    { listen, users: [], sensors, limits: mqttLimitDefaults, ...more },
    desk,
    log,
  );
  onTestFinished(() => broker.close());
  /** Fills the log until it takes nothing more. */
  const fill = () => {
    isHeld = true;
    // The first is with the writer, and counts no more.
    for (const count of [1, MAX_WAITING_RECORDS]) pipeline.add({ drafts: readings(count) });
  };
  /** The disk is free again; everything that waits is written. */
  const drain = () => {
    isHeld = false;
    answer();
  };
  const drafts = () => writer.requests.flatMap((request) => request.drafts);
  return { broker, lines, drafts, fill, drain, pipeline };
}

describe('the MQTT intake', () => {
  it('turns a message into a record, and acknowledges it', async () => {
    const { broker, drafts } = await bench();
    const sensor = await connectClient(broker.port);
    await sensor.client.publishAsync('sensors/door', '{"temp": 21.537}', { qos: 1 });
    expect(drafts()).toMatchObject([
      { kind: recordKinds.temperature, subjectName: 'door-probe', value: 21_537, quality: 0 },
    ]);
  });

  it('acknowledges what it cannot read or does not know, and says so once per topic', async () => {
    const { broker, drafts, lines } = await bench();
    const sensor = await connectClient(broker.port);
    for (let time = 0; time < 3; time++) {
      await sensor.client.publishAsync('sensors/door', 'no JSON', { qos: 1 });
      await sensor.client.publishAsync('sensors/window', '{"temp": 1}', { qos: 1 });
    }
    expect(drafts()).toEqual([]);
    const warnings = lines.map(({ topic }) => topic);
    expect(warnings).toEqual(['sensors/door', 'sensors/window']);
  });

  it('records that Zigbee2MQTT lost its device, and has it again', async () => {
    const { broker, drafts, lines } = await bench();
    const sensor = await connectClient(broker.port);
    for (const state of ['offline', 'online']) {
      await sensor.client.publishAsync('zigbee2mqtt/fridge/availability', `{"state":"${state}"}`, { qos: 1 });
    }
    expect(drafts()).toMatchObject([
      {
        kind: recordKinds.deviceCondition,
        subjectName: 'fridge',
        detail: { condition: 'probe-unreachable' },
      },
      { kind: recordKinds.deviceCondition, subjectName: 'fridge', detail: { condition: 'probe-reachable' } },
    ]);
    expect(lines).toEqual([]);
  });

  it('lets the user of a Zigbee2MQTT device say also whether it can be reached', async () => {
    const passwordFile = join(tempFolder(), 'zigbee.password');
    writeFileSync(passwordFile, 'zigbee-secret', { mode: 0o600 });
    const users = [{ username: 'zigbee', passwordFile, sensorTopics: ['zigbee2mqtt/fridge'] }];
    const { broker, drafts } = await bench({ users });
    const sensor = await connectClient(broker.port, { username: 'zigbee', password: 'zigbee-secret' });
    await sensor.client.publishAsync('zigbee2mqtt/fridge/availability', 'offline', { qos: 1 });
    expect(drafts()).toMatchObject([{ detail: { condition: 'probe-unreachable' } }]);
  });

  it('does not take the availability of a sensor that is not from Zigbee2MQTT for one of its messages', async () => {
    const { broker, drafts } = await bench();
    const sensor = await connectClient(broker.port);
    await sensor.client.publishAsync('sensors/door/availability', '{"temp": 1}', { qos: 1 });
    expect(drafts()).toEqual([]);
  });

  it('takes the password of a user from its file, line end removed', async () => {
    const passwordFile = join(tempFolder(), 'door.password');
    writeFileSync(passwordFile, 'door-secret\n', { mode: 0o600 });
    const users = [{ username: 'door', passwordFile, sensorTopics: ['sensors/door'] }];
    const { broker, drafts } = await bench({ users });
    const sensor = await connectClient(broker.port, { username: 'door', password: 'door-secret' });
    await sensor.client.publishAsync('sensors/door', '{"temp": 1}', { qos: 1 });
    expect(drafts().length).toBe(1);
  });

  it('does not start with a password file that others may read', async () => {
    const passwordFile = join(tempFolder(), 'door.password');
    writeFileSync(passwordFile, 'door-secret\n');
    chmodSync(passwordFile, 0o644);
    const users = [{ username: 'door', passwordFile, sensorTopics: ['sensors/door'] }];
    expect((await rejectionOf(bench({ users }))).code).toBe('KEY_FILE_OPEN_TO_OTHERS');
  });

  const tower = '['.repeat(100_000);
  it.each([
    ['a hundred thousand nested arrays', `${tower}${']'.repeat(100_000)}`],
    ['a hundred thousand nested objects', `${'{"temp":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
    ['arrays that never end', tower],
    ['an array of a million characters', `[${'1,'.repeat(500_000)}1]`],
    ['a prototype', '{"__proto__": {"temp": 1}}'],
    ['invalid UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22])],
  ])('survives %s, says so once, and takes the next reading', async (_what, payload) => {
    const { broker, drafts, lines } = await bench();
    const sensor = await connectClient(broker.port);
    for (let time = 0; time < 2; time++)
      await sensor.client.publishAsync('sensors/door', payload, { qos: 1 });
    await sensor.client.publishAsync('sensors/door', '{"temp": 4}', { qos: 1 });
    expect(drafts()).toMatchObject([{ value: 4000 }]);
    expect(lines).toMatchObject([{ topic: 'sensors/door', code: 'MESSAGE_UNREADABLE' }]);
  });

  it('says once where a login was refused, and once of a client that asks for what is not its own', async () => {
    const passwordFile = join(tempFolder(), 'door.password');
    writeFileSync(passwordFile, 'door-secret', { mode: 0o600 });
    const users = [{ username: 'door', passwordFile, sensorTopics: ['sensors/door'] }];
    const { broker, lines } = await bench({ users });
    for (let time = 0; time < 2; time++) {
      await rejectionOf(connectClient(broker.port, { username: 'door', password: 'guess' }));
      const spy = await connectClient(broker.port, {
        username: 'door',
        password: 'door-secret',
        clientId: 'spy',
      });
      await rejectionOf(spy.client.subscribeAsync('#'));
    }
    expect(lines).toMatchObject([
      { address: '127.0.0.1', code: 'LOGIN_REFUSED' },
      { client: 'spy', code: 'SUBSCRIPTION_REFUSED' },
    ]);
    expect(broker.refusals()).toBe(4);
  });

  it('says once of each client that it was disconnected for what it did', async () => {
    const { broker, lines } = await bench();
    for (let time = 0; time < 2; time++) {
      const sensor = await connectClient(broker.port, { clientId: 'door-7' });
      sensor.client.publish('coldgate/1/truck-17/log', 'forged', { qos: 1 });
      await closed(sensor);
    }
    expect(lines).toMatchObject([{ client: 'door-7', code: 'TOPIC_REFUSED' }]);
  });
});

describe('the counter watch of the MQTT intake', () => {
  const first = '0101010101010101';
  const second = '0202020202020202';
  const uplink = (devEui: string, fCnt: number) =>
    JSON.stringify({ deviceInfo: { devEui }, fCnt, fPort: 1, object: { temp: 4 } });
  type Bench = Awaited<ReturnType<typeof bench>>;

  async function say({ broker }: Bench, devEui: string, counters: readonly number[]): Promise<void> {
    const { client } = await connectClient(broker.port);
    for (const fCnt of counters)
      await client.publishAsync(uplinkTopic(devEui), uplink(devEui, fCnt), { qos: 1 });
  }

  /** What was recorded about the counters, in its order. */
  function told({ drafts }: Bench): unknown[] {
    const conditions = drafts().filter(({ kind }) => kind === recordKinds.deviceCondition);
    return conditions.map(({ subjectName, detail }) => [subjectName, detail]);
  }

  it('records a gap between two messages once, and none where none is missing', async () => {
    const one = await bench();
    await say(one, first, [7, 8, 11, 12]);
    expect(told(one)).toEqual([
      [
        'lora-01',
        expect.objectContaining({ condition: 'frames-lost', reason: expect.stringContaining('2 frames') }),
      ],
    ]);
  });

  it('keeps the counters of two devices apart', async () => {
    const one = await bench();
    await say(one, first, [7]);
    await say(one, second, [100]);
    await say(one, first, [8]);
    await say(one, second, [101]);
    expect(told(one)).toEqual([]);
  });

  it('tells the gap again with a message that was refused before, because it was not recorded', async () => {
    const one = await bench();
    await say(one, first, [7]);
    one.fill();
    const { client } = await connectClient(one.broker.port);
    client.publish(uplinkTopic(first), uplink(first, 11), { qos: 1 });
    await closed({ client, packets: [], heard: [] });
    expect(told(one)).toEqual([]);
    one.drain();
    await expect.poll(() => one.pipeline.waitingRecords).toBe(0);
    await say(one, first, [11, 12]);
    expect(told(one)).toEqual([
      [
        'lora-01',
        expect.objectContaining({ condition: 'frames-lost', reason: expect.stringContaining('3 frames') }),
      ],
    ]);
  });

  it('forgets a first message that was refused', async () => {
    const one = await bench();
    one.fill();
    const { client } = await connectClient(one.broker.port);
    client.publish(uplinkTopic(first), uplink(first, 500), { qos: 1 });
    await closed({ client, packets: [], heard: [] });
    one.drain();
    await expect.poll(() => one.pipeline.waitingRecords).toBe(0);
    await say(one, first, [7]);
    expect(told(one)).toEqual([]);
  });
});
