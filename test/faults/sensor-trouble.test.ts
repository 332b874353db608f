// Sensors that send what they should not, and devices that are not there: each is one line for a person, the
// others go on, and a sender is not made to send the same rubbish for ever.

import mqtt, { type MqttClient } from 'mqtt';
import { expect, onTestFinished, test, vi } from 'vitest';
import { M100Simulator } from '../../firmware-bridge/simulators/m100-simulator.js';
import { serveOverTcp } from '../../firmware-bridge/simulators/stream-server.js';
import { recordKinds } from '../../ledger-sync/evidence/record.js';
import { eventually } from '../firmware-bridge/eventually.js';
import { tempFolder } from '../gateway/temp-folder.js';
import { makeGatewayFolder, topicOf } from './gateway-folder.js';
import { runGateway } from './gateway-process.js';
import { auditJournal } from './journal-audit.js';
import { SensorLoad } from './sensor-load.js';

// A gateway starts in a second, on a machine with other work in several.
vi.setConfig({ testTimeout: 60_000 });

const SENSORS = ['front'];
const CLIENT_ID = 'bad-sensor';

function connect(port: number): MqttClient {
  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0, clientId: CLIENT_ID });
  client.on('error', () => {});
  onTestFinished(() => void client.end(true));
  return client;
}

const front = topicOf('front');

/** Each is acknowledged, since it would never become better, and told once, however often it comes. */
const messages = [
  { what: 'of an unknown sensor', topic: 'sensors/nobody', payload: '{"value":1}', code: 'SENSOR_UNKNOWN' },
  { what: 'that is no JSON', topic: front, payload: '{"value":', code: 'MESSAGE_UNREADABLE' },
  { what: 'without the value', topic: topicOf('rear'), payload: '{}', code: 'MESSAGE_UNREADABLE' },
  {
    what: 'of 20 kB',
    topic: topicOf('door'),
    payload: JSON.stringify({ value: 1, noise: 'x'.repeat(20_000) }),
    code: 'MESSAGE_UNREADABLE',
  },
];

test(`messages ${messages.map(({ what }) => what).join(', ')} are one line with a hint each`, async () => {
  const folder = await makeGatewayFolder(tempFolder(), { sensorIds: ['front', 'rear', 'door'] });
  const gateway = runGateway(folder.config);
  const client = connect(await gateway.brokerPort());
  for (const { topic, payload } of [...messages, ...messages]) {
    await client.publishAsync(topic, payload, { qos: 1 });
  }
  await client.publishAsync(front, '{"value":4000}', { qos: 1 });
  await gateway.stop();
  const hint = expect.stringContaining('mqttIntake.sensors');
  expect(gateway.troubles).toMatchObject(messages.map(({ topic, code }) => ({ topic, code, hint })));
  expect(gateway.troubles).toHaveLength(messages.length);
  expect([...auditJournal(folder.journal).readings]).toEqual([['front', [4000]]]);
});

test('a packet over the cap ends the connection of its sender alone, in one line', async () => {
  const folder = await makeGatewayFolder(tempFolder(), { sensorIds: SENSORS });
  const gateway = runGateway(folder.config);
  const port = await gateway.brokerPort();
  const load = new SensorLoad(SENSORS);
  onTestFinished(() => load.disconnect());
  load.connect(port);
  for (let time = 0; time < 2; time++) {
    const client = connect(port);
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    client.publish(front, Buffer.alloc(2 * 1024 * 1024), { qos: 1 }, () => {});
    await closed;
  }
  const before = load.acknowledged;
  await eventually('others go on', () => load.acknowledged > before + 50);
  load.pause();
  await eventually('all acknowledged', () => load.pending === 0);
  await gateway.stop();
  expect(gateway.troubles.map(({ code }) => code)).toEqual(['PACKET_TOO_LARGE']);
  expect(gateway.troubles).toMatchObject([
    { client: CLIENT_ID, hint: expect.stringContaining('check what that client sends') },
  ]);
  expect(load.compare(auditJournal(folder.journal).readings)).toMatchObject({ lost: 0, unexplained: 0 });
});

test('a missing port is one line and one record; its device is taken up when it appears', async () => {
  const epcs = ['3114257bf40c0e5a00000000'];
  const { port, unplug, plugIn, close } = await serveOverTcp(new M100Simulator({ epcs, roundMs: 20 }));
  onTestFinished(close);
  await unplug();
  const devices = [`{ id: reader, type: m100, port: '${port}', mergeWindowMs: 0 }`];
  const folder = await makeGatewayFolder(tempFolder(), { sensorIds: SENSORS, devices });
  const gateway = runGateway(folder.config);
  await gateway.brokerPort();
  await eventually('the missing port was told', () => gateway.troubles.length > 0);
  await plugIn();
  await eventually('the device is ready', () => gateway.lines.some(({ condition }) => condition === 'ready'));
  await gateway.stop();
  const absences = gateway.troubles.filter(({ condition }) => condition === 'absent');
  expect(absences).toHaveLength(1);
  expect(absences).toMatchObject([{ deviceId: 'reader', msg: expect.stringContaining(port) }]);
  const audit = auditJournal(folder.journal);
  const conditions = audit.details(recordKinds.deviceCondition).map(({ condition }) => condition);
  expect(conditions.filter((condition) => condition === 'absent').length).toBeGreaterThan(0);
  expect(conditions).toContain('ready');
});
