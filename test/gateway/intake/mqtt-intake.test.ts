// From a sensor's MQTT message to a record, over the embedded broker, and what a person reads of the rest.

import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { MqttIntakeConfig } from '../../../config/schema.js';
import { ExcursionDesk } from '../../../gateway/excursions/excursion-desk.js';
import { startMqttIntake } from '../../../gateway/intake/mqtt-intake.js';
import { OffsetMemory } from '../../../gateway/intake/offset-memory.js';
import { ReadingDesk } from '../../../gateway/intake/reading-desk.js';
import { LogPipeline } from '../../../gateway/sealing/log-pipeline.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { FakeWriter } from '../fake-writer.js';
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
];

/** The intake over a writer that makes everything durable at once, unless it is told to fail. */
async function bench(more: Partial<MqttIntakeConfig> = {}) {
  const writer = new FakeWriter();
  const pipeline = new LogPipeline({
    writer: {
      send: (message) => {
        writer.send(message);
        setImmediate(() => pipeline.onAnswer({ kind: 'sealed', receipt: writer.receipt() }));
      },
    },
    windowMs: 0,
    onSealed: () => {},
    onTrouble: () => {},
  });
  const desk = new ReadingDesk({
    context: contextWith(),
    excursions: new ExcursionDesk([], new Map()),
    offsets: new OffsetMemory(new Map()),
    pipeline,
    onExcursion: () => {},
  });
  const { log, lines } = quietLog();
  const listen = { host: '127.0.0.1', port: 0 };
  const broker = await startMqttIntake({ listen, users: [], sensors, ...more }, desk, log);
  onTestFinished(() => broker.close());
  return { broker, lines, drafts: () => writer.requests.flatMap(({ drafts }) => drafts) };
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
