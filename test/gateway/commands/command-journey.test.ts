// A key on a desk commands a truck: `coldgate command` signs, any MQTT 3.1.1 client publishes, the role decides and answers.
// Needs the build.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { expect, onTestFinished, test } from 'vitest';
import { exitCodes } from '../../../gateway/cli/cli-io.js';
import { runProgram } from '../../../gateway/cli/program.js';
import { topicsOf } from '../../../gateway/publish/topics.js';
import {
  createKeyFile,
  createPassphraseFile,
  readKeyFileAddress,
} from '../../../gateway/sealing/key-file.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { GATEWAY_NAME, makeGatewayFolder } from '../../faults/gateway-folder.js';
import { runGateway } from '../../faults/gateway-process.js';
import { auditJournal } from '../../faults/journal-audit.js';
import { eventually } from '../../firmware-bridge/eventually.js';
import { capturedIo } from '../cli/captured-io.js';
import { tempFolder } from '../temp-folder.js';
import { startTestBroker } from '../test-broker.js';

const topics = topicsOf(GATEWAY_NAME);
const order = `
id: SHIP-0001
profile: GDP-2-8-default
probes: [cargo]
consignor: Example Pharma
consignee: City Hospital
carrier: Cold Lines
`;

test('a shipment is created and armed from afar, over MQTT 3.1.1', { timeout: 120_000 }, async () => {
  const broker = await startTestBroker();
  const brokers = [`{ name: office, url: 'mqtt://127.0.0.1:${broker.port}' }`];
  const folder = await makeGatewayFolder(tempFolder(), { sensorIds: ['cargo'], brokers });
  const desk = tempFolder();
  const passphrase = join(desk, 'passphrase');
  const key = join(desk, 'office-key.json');
  await createKeyFile(key, createPassphraseFile(passphrase));
  const may = '[ shipment-create, shipment-arm ]';
  const commands = `commands: [ { name: office, address: '${readKeyFileAddress(key).address}', may: ${may} } ]\n`;
  writeFileSync(folder.config, commands, { flag: 'a' });
  writeFileSync(join(desk, 'order.yaml'), order);
  const gateway = runGateway(folder.config);
  await gateway.line('broker connected');
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`, { protocolVersion: 4 });
  onTestFinished(() => void client.end(true));

  const signed = async (name: string, ...more: string[]) => {
    const { address } = readKeyFileAddress(folder.keyFile);
    const who = ['--gateway', address, '--as', 'office', '--key', key, '--passphrase', passphrase];
    const io = capturedIo();
    return { exitCode: await runProgram(['command', name, ...who, ...more], io), ...io };
  };
  const ask = async (name: string, ...more: string[]) => {
    const { exitCode, outLines, errLines } = await signed(name, ...more);
    expect({ exitCode, errLines }).toEqual({ exitCode: exitCodes.ok, errLines: [] });
    const [payload = ''] = outLines;
    const topic = topics.reply(JSON.parse(payload).id);
    await client.publishAsync(topics.command(name), payload, { qos: 1 });
    await eventually(`${name} is answered`, () => broker.on(topic).length === 1);
    return broker.on(topic)[0];
  };
  expect(await ask('shipment-create', '--file', join(desk, 'order.yaml'))).toMatchObject({
    ...{
      version: 1,
      command: 'shipment-create',
      ok: true,
      result: { shipment: 'SHIP-0001', state: 'draft' },
    },
  });
  expect(await ask('shipment-arm', '--id', 'SHIP-0001')).toMatchObject({
    ok: true,
    result: { state: 'armed' },
  });
  expect(await ask('shipment-deliver', '--id', 'SHIP-0001')).toMatchObject({
    ok: false,
    code: 'COMMAND_FORBIDDEN',
  });
  expect(await signed('shipment-arm')).toMatchObject({ exitCode: exitCodes.wrongUse, outLines: [] });
  expect(await signed('status', '--id', 'SHIP-0001')).toMatchObject({
    exitCode: exitCodes.wrongUse,
    outLines: [],
  });

  await gateway.stop();
  const audit = auditJournal(folder.journal);
  expect(audit.details(recordKinds.shipmentEvent).map(({ event }) => event)).toEqual(['created', 'armed']);
  const recorded = audit.details(recordKinds.operatorAction).filter(({ type }) => type === 'command');
  expect(recorded.map(({ command, ok }) => [command, ok])).toEqual([
    ['shipment-create', true],
    ['shipment-arm', true],
    ['shipment-deliver', false],
  ]);
});
