// From a warm reading to a closed alert, as a truck and a quality team live it: the built gateway, its command line in
// processes of their own, a kill in between, and the audit of what is left. Needs the build.

import { appendFileSync } from 'node:fs';
import mqtt, { type MqttClient } from 'mqtt';
import { expect, onTestFinished, test } from 'vitest';
import { makeGatewayFolder, topicOf } from '../faults/gateway-folder.js';
import { runGateway } from '../faults/gateway-process.js';
import { eventually } from '../firmware-bridge/eventually.js';
import { watchContract } from './contract/contract-watch.js';
import { tempFolder } from './temp-folder.js';
import { coldgate, done, People, TOTP } from './typed-commands.js';

const LIMIT_MS = 180_000;

async function connected(port: number): Promise<MqttClient> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
  onTestFinished(() => void client.end(true));
  return client;
}

test(
  'an excursion is told, survives a kill, is assessed, signed by another person and closed, and the audit holds',
  async () => {
    const path = tempFolder();
    const folder = await makeGatewayFolder(path, { sensorIds: ['cargo'] });
    appendFileSync(folder.config, 'excursions: [ { sensorId: cargo, highMilliC: 8000 } ]\n');
    const people = new People(path, folder.config);
    const as = (name: string) => people.as(name);
    const config = ['-c', folder.config];

    const first = runGateway(folder.config);
    const port = await first.brokerPort();
    await people.enrol('ada', 'administrator');
    await people.enrol('dana', 'quality', 'ada');
    await people.enrol('wim', 'quality', 'ada');
    await people.enrol('omar', 'operator', 'ada');
    const anonymous = await coldgate('shipment', 'arm', 'S-1', ...config);
    expect(anonymous).toMatchObject({ exitCode: 1, err: expect.stringContaining('SIGN_IN_NEEDED') });

    const order = [
      '--consignor',
      'Pharma',
      '--consignee',
      'Clinic',
      '--carrier',
      'Lines',
      '--probe',
      'cargo',
    ];
    const created = ['shipment', 'create', '--id', 'S-1', '--profile', 'deep-frozen', ...order, ...config];
    await done(...created, ...(await as('dana')));

    const sensor = await connected(port);
    const publish = (client: MqttClient, value: number) =>
      client.publishAsync(topicOf('cargo'), JSON.stringify({ value }), { qos: 1 });
    const alerts = new Map<string, { detail: { event: string } }>();
    sensor.on('message', (topic, payload) => {
      watchContract(topic, payload);
      if (topic.includes('/alert/')) alerts.set(topic, JSON.parse(payload.toString()));
    });
    await sensor.subscribeAsync('coldgate/1/faults/alert/#');
    await publish(sensor, 9_000);
    await eventually('the alert is published', () => alerts.size > 0);
    expect([...alerts.values()][0]?.detail).toMatchObject({
      event: 'opened',
      profile: 'limits',
      limitMilliC: 8_000,
    });
    await first.kill();

    const [alert] = JSON.parse(await done('alerts', 'list', '--json', ...config));
    expect(alert).toMatchObject({ state: 'open', isOngoing: true, severity: 'major', sensorId: 'cargo' });

    const second = runGateway(folder.config);
    const cooler = await connected(await second.brokerPort());
    await publish(cooler, 5_000);
    await done('alerts', 'ack', alert.id, ...config, ...(await as('omar')));
    const assess = [
      'alerts',
      'assess',
      alert.id,
      '--result',
      'no-impact',
      '--why',
      'one minute while loading',
    ];
    await done(...assess, ...config, ...(await as('dana')));
    const sign = ['alerts', 'sign', alert.id, '--meaning', 'approved', ...config];
    const alone = await coldgate(...sign, ...(await as('dana')));
    expect(alone).toMatchObject({ exitCode: 1, err: expect.stringContaining('SAME_PERSON') });
    const guessed = await coldgate(
      ...sign,
      '--as',
      'wim',
      '--password-file',
      people.passwordFile,
      '--code',
      '000000',
    );
    expect(guessed).toMatchObject({ exitCode: 1, err: expect.stringContaining('CREDENTIALS_REFUSED') });
    await done(...sign, ...(await as('wim')));
    const [closed] = JSON.parse(await done('alerts', 'list', '--state', 'closed', '--json', ...config));
    expect(closed).toMatchObject({
      state: 'closed',
      isOngoing: false,
      assessment: { result: 'no-impact', printedName: 'dana Example' },
      signatures: [{ meaning: 'approved', printedName: 'wim Example' }],
    });

    await done('shipment', 'arm', 'S-1', ...config, ...(await as('wim')));
    await publish(cooler, 5_000);
    expect(await second.stop()).toBe(0);
    const open = JSON.parse(await done('alerts', 'list', '--json', ...config));
    expect(open).toMatchObject([{ shipment: 'S-1', sensorId: 'cargo', state: 'open' }]);

    const trail = (await done('audit', '--json', ...config))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const types = new Set(trail.map(({ entry }) => entry?.type));
    const expected = [
      'account',
      'request-refused',
      'alert-assessed',
      'alert-signed',
      'shipment',
      'judged',
      'excursion',
    ];
    expect(expected.filter((type) => !types.has(type))).toEqual([]);
    expect(trail.at(-1)).toMatchObject({ summary: { isWhole: true, broken: 0, missing: 0 } });
    expect(JSON.stringify(trail).includes(TOTP)).toBe(false);
  },
  LIMIT_MS,
);
