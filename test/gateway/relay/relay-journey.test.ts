// A small fleet behind a relay, as it is run: built gateways without money and without a node, a broker between, a relay
// that is killed and started again, a chain. Needs the build.

import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import mqtt from 'mqtt';
import { expect, onTestFinished, test } from 'vitest';
import { createKeyFile, createPassphraseFile, openKeyFile } from '../../../gateway/sealing/key-file.js';
import { readBlock } from '../../../ledger-sync/anchor/chain-reader.js';
import { AnchorContract } from '../../../ledger-sync/anchor/contract-client.js';
import { signRegistration } from '../../../ledger-sync/anchor/registration-proof.js';
import { registerGateway } from '../../../ledger-sync/anchor/registry.js';
import { fromHex, toHex } from '../../../ledger-sync/evidence/bytes.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import { type GatewayFolder, makeGatewayFolder, topicOf } from '../../faults/gateway-folder.js';
import { GatewayProcess, runGateway } from '../../faults/gateway-process.js';
import { eventually } from '../../firmware-bridge/eventually.js';
import { callAnvil, startAnvil } from '../../ledger-sync/anvil.js';
import { deployTestLedger } from '../../ledger-sync/test-ledger.js';
import { tempFolder } from '../temp-folder.js';
import { startTestBroker } from '../test-broker.js';

const program = fileURLToPath(new URL('../../../dist/gateway/cli/coldgate.js', import.meta.url));

test('gateways behind a relay get their headers anchored, over a kill of the relay and of its store', async () => {
  const anvil = await startAnvil();
  onTestFinished(() => anvil.stop());
  const ledger = await deployTestLedger(anvil.url);
  const contract = `0x${toHex(ledger.domain.verifyingContract)}`;
  const broker = await startTestBroker();

  const trucks: { folder: GatewayFolder; address: Uint8Array; gateway: GatewayProcess }[] = [];
  for (const name of ['truck-1', 'truck-2']) {
    const folder = await makeGatewayFolder(tempFolder(), {
      sensorIds: ['cargo'],
      brokers: ['{ name: local, url: embedded }', `{ name: fleet, url: 'mqtt://127.0.0.1:${broker.port}' }`],
    });
    const section = `ledger: { relay: true, chainId: 31337, contract: '${contract}', batchIntervalMs: 1000 }\n`;
    const text = readFileSync(folder.config, 'utf8').replace('name: faults', `name: ${name}`);
    writeFileSync(folder.config, text + section);
    const key = await openKeyFile(folder.keyFile, readFileSync(folder.passphraseFile, 'utf8').trim());
    const signer = new SoftwareSigner(key);
    const proof = signRegistration(signer, ledger.domain, fromHex(ledger.wallet.address));
    const target = { rpc: ledger.rpc, wallet: ledger.wallet, contract: ledger.domain.verifyingContract };
    await registerGateway(target, signer.address, proof);
    trucks.push({ folder, address: signer.address, gateway: runGateway(folder.config) });
  }
  onTestFinished(async () => {
    for (const { gateway } of trucks) await gateway.stop();
  });
  const sensors = await Promise.all(
    trucks.map(async ({ gateway }) => mqtt.connectAsync(`mqtt://127.0.0.1:${await gateway.brokerPort()}`)),
  );
  onTestFinished(() => {
    for (const sensor of sensors) sensor.end(true);
  });
  const readAll = () =>
    Promise.all(sensors.map((one) => one.publishAsync(topicOf('cargo'), '{"value":5000}', { qos: 1 })));

  const home = tempFolder();
  const passphrase = createPassphraseFile(join(home, 'passphrase'));
  const payer = await createKeyFile(join(home, 'key.json'), passphrase);
  await callAnvil(anvil, 'anvil_setBalance', payer.address, '0xde0b6b3a7640000');
  const relayFor = (dataDir: string) => {
    const config = join(home, `${dataDir}.yaml`);
    const lines = [
      `broker: { url: 'mqtt://127.0.0.1:${broker.port}' }`,
      `ledger: { rpcUrl: '${anvil.url}', chainId: 31337, contract: '${contract}', payerKeyFile: key.json,`,
      '  payerPassphraseFile: passphrase, pollIntervalMs: 200, finality: immediate }',
      `dataDir: ${dataDir}`,
    ];
    writeFileSync(config, lines.join('\n'));
    const relay = new GatewayProcess([process.execPath, program, 'relay', '-c', config]);
    onTestFinished(async () => {
      if (!relay.hasEnded) await relay.kill();
    });
    return relay;
  };

  let seqs: number[] = [];
  const look = async () => {
    const { number } = await readBlock(ledger.rpc, 'latest');
    const words = await new AnchorContract(ledger.rpc, ledger.domain.verifyingContract).words(
      trucks.map(({ address }) => address),
      number,
    );
    seqs = words.map(({ seq }) => seq);
  };
  const timer = setInterval(() => void look().catch(() => {}), 200);
  onTestFinished(() => clearInterval(timer));
  const allAt = (seq: number) =>
    eventually(`all at ${seq}`, () => seqs.length > 0 && seqs.every((one) => one >= seq), 40_000);

  await readAll();
  const first = relayFor('one');
  await allAt(1);
  await first.kill();
  await readAll();
  const second = relayFor('one');
  await second.line('broker connected');
  await allAt(2);
  expect(await second.stop()).toBe(0);
  await readAll();
  // Another relay, or one whose disk was lost, knows nothing: the gateways send what it lacks.
  relayFor('two');
  await allAt(3);

  const status = await jsonOf('status', '-c', trucks[0]?.folder.config ?? '', '--json');
  expect(status).toMatchObject({ ledger: { isRegistered: true } });
  const { includedSeq, transactionHash } = status.ledger as { includedSeq: number; transactionHash: string };
  expect(includedSeq).toBeGreaterThanOrEqual(3);
  expect(transactionHash).toMatch(/^0x[0-9a-f]{64}$/);
  const transactions = Number(await callAnvil(anvil, 'eth_getTransactionCount', payer.address, 'latest'));
  expect(transactions).toBeLessThanOrEqual(2 * Math.max(...seqs));
}, 120_000);

function jsonOf(...argv: readonly string[]): Promise<Record<string, unknown>> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...argv], { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (data: Buffer) => {
      out += data.toString();
    });
    child.on('close', () => resolve(JSON.parse(out)));
  });
}
