// A small fleet behind a relay, as it is run: built gateways without money and without a node, a broker between, a relay
// that is killed and started again, a chain. Needs the build.

import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import mqtt from 'mqtt';
import { expect, onTestFinished, test } from 'vitest';
import { createKeyFile, createPassphraseFile, openKeyFile } from '../../../gateway/sealing/key-file.js';
import { signRegistration } from '../../../ledger-sync/anchor/registration-proof.js';
import { registerGateway } from '../../../ledger-sync/anchor/registry.js';
import { fromHex, toHex } from '../../../ledger-sync/evidence/bytes.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import { type GatewayFolder, makeGatewayFolder, topicOf } from '../../faults/gateway-folder.js';
import { runGateway } from '../../faults/gateway-process.js';
import { SpawnedGateway } from '../../faults/spawned-gateway.js';
import { callAnvil, startAnvil } from '../../ledger-sync/anvil.js';
import { ContractRig } from '../../ledger-sync/contracts/contract-rig.js';
import { tempFolder } from '../temp-folder.js';
import { startTestBroker } from '../test-broker.js';

const program = fileURLToPath(new URL('../../../dist/gateway/cli/coldgate.js', import.meta.url));

test.each(['anchor', 'aggregate'] as const)(
  'gateways behind a relay (%s) get their headers onto the ledger, over a kill of the relay and the loss of its disk',
  async (mode) => {
    const anvil = await startAnvil();
    onTestFinished(() => anvil.stop());
    const rig = await ContractRig.deploy(anvil, mode);
    const contract = rig.address;
    const broker = await startTestBroker();

    const trucks: { folder: GatewayFolder; address: Uint8Array; gateway: SpawnedGateway }[] = [];
    for (const name of ['truck-1', 'truck-2']) {
      const folder = await makeGatewayFolder(tempFolder(), {
        sensorIds: ['cargo'],
        brokers: [
          '{ name: local, url: embedded }',
          `{ name: fleet, url: 'mqtt://127.0.0.1:${broker.port}' }`,
        ],
      });
      const section = `ledger: { relay: true, chainId: 31337, contract: '${contract}', batchIntervalMs: 1000 }\n`;
      const text = readFileSync(folder.config, 'utf8').replace('name: faults', `name: ${name}`);
      writeFileSync(folder.config, text + section);
      const key = await openKeyFile(folder.keyFile, readFileSync(folder.passphraseFile, 'utf8').trim());
      const signer = new SoftwareSigner(key);
      const proof = signRegistration(signer, rig.domain, fromHex(rig.wallet.address));
      const target = { rpc: rig.rpc, wallet: rig.wallet, contract: rig.domain.verifyingContract };
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
        `mode: ${mode}`,
      ];
      writeFileSync(config, lines.join('\n'));
      const relay = new SpawnedGateway([process.execPath, program, 'relay', '-c', config]);
      onTestFinished(async () => {
        if (!relay.hasEnded) await relay.kill();
      });
      return relay;
    };

    let seqs: number[] = [];
    const statusOf = (config: string) => jsonOf('status', '-c', config, '--json');
    const allAt = async (seq: number) => {
      for (const deadline = Date.now() + 40_000; Date.now() < deadline; await sleep(200)) {
        const all = await Promise.all(trucks.map(({ folder }) => statusOf(folder.config)));
        seqs = all.map((one) => Number((one.ledger as { includedSeq?: number }).includedSeq ?? 0));
        if (seqs.every((one) => one >= seq)) return;
      }
      throw new Error(`never all at ${seq}: ${seqs}`);
    };

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

    const [{ folder, address } = fail()] = trucks;
    const status = await statusOf(folder.config);
    expect(status).toMatchObject({
      ledger: { isRegistered: true, transactionHash: expect.stringMatching(/^0x[0-9a-f]{64}$/) },
    });
    // Whoever gets the evidence needs only a node, in both ways.
    const file = join(home, 'bundle.json');
    expect((await run('export', '-c', folder.config, '--sequence', '0', '-o', file)).code).toBe(0);
    const verified = await run('verify', file, '--rpc', anvil.url, '--json');
    expect(JSON.parse(verified.out)).toMatchObject({ verdict: 'proven', gateway: `0x${toHex(address)}` });
    expect(verified.code).toBe(0);

    const promoted = await run('ledger', 'promote', `0x${toHex(address)}`, '-c', join(home, 'two.yaml'));
    expect(promoted.code).toBe(mode === 'aggregate' ? 0 : 2);
    if (mode === 'aggregate') expect((await rig.stateOf(address)).seq).toBeGreaterThanOrEqual(3);
  },
  180_000,
);

function fail(): never {
  throw new Error('there are trucks');
}

async function jsonOf(...argv: readonly string[]): Promise<Record<string, unknown>> {
  return JSON.parse((await run(...argv)).out);
}

function run(...argv: readonly string[]): Promise<{ out: string; code: number | null }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...argv], { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (data: Buffer) => {
      out += data.toString();
    });
    child.on('close', (code) => resolve({ out, code }));
  });
}
