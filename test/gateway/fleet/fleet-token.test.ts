// A gateway whose device key is in a secure element is brought in from afar and registered on the ledger by the same step:
// programs, a real broker, a real token, a real chain. Needs the build.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readBlock } from '../../../ledger-sync/anchor/chain-reader.js';
import { JsonRpc } from '../../../ledger-sync/anchor/json-rpc.js';
import { readRegistryEntry } from '../../../ledger-sync/anchor/registry.js';
import { fromHex } from '../../../ledger-sync/evidence/bytes.js';
import { SpawnedGateway } from '../../faults/spawned-gateway.js';
import { anvilKeys, startAnvil } from '../../ledger-sync/anvil.js';
import { walletOf } from '../../ledger-sync/test-ledger.js';
import { hasSoftToken, SoftToken, TOKEN_LABEL } from '../soft-token.js';
import { hasMosquitto, startMosquitto, tlsFile } from './mosquitto-tls.js';

const program = fileURLToPath(new URL('../../../dist/gateway/cli/coldgate.js', import.meta.url));

function start(...argv: string[]): SpawnedGateway {
  const spawned = new SpawnedGateway([process.execPath, program, ...argv]);
  onTestFinished(() => spawned.kill());
  return spawned;
}

/** To its end, which must be a good one. @returns what it said */
async function run(...argv: string[]): Promise<string> {
  const spawned = start(...argv);
  const exitCode = await spawned.exitCode();
  const said = spawned.plain.join('\n');
  expect([exitCode, said]).toEqual([0, said]);
  return said;
}

describe.skipIf(!hasMosquitto || !hasSoftToken)('a gateway with its key in a token', () => {
  test('enrols, and is on the ledger when it is taken', { timeout: 120_000 }, async () => {
    const token = new SoftToken();
    const [broker, anvil] = await Promise.all([startMosquitto(), startAnvil()]);
    onTestFinished(() => anvil.stop());
    const at = (name: string) => join(token.folder, name);
    const desk = ['--dir', at('desk')];
    const login = ['--username', broker.username, '--password-file', broker.passwordFile];

    writeFileSync(at('key.hex'), anvilKeys[0]);
    await run('ledger', 'key', at('payer.json'), '--passphrase', at('pass'), '--import', at('key.hex'));
    const payer = ['--rpc', anvil.url, '--key', at('payer.json'), '--passphrase', at('pass')];
    await run('ledger', 'deploy', '--contract', 'anchor-p256', ...payer, '-o', at('deployment.json'));
    const { contract } = JSON.parse(readFileSync(at('deployment.json'), 'utf8')) as { contract: string };

    await run('fleet', 'init', at('desk'), '--broker', broker.url, '--ca', tlsFile('ca.pem'), ...login);
    const registrar = [
      '--registrar',
      walletOf(anvilKeys[0]).address,
      '--contract',
      contract,
      '--chain-id',
      '31337',
    ];
    await run('fleet', 'invite', 'truck-1', ...desk, ...login, ...registrar, '-o', at('truck-1.invite'));
    const accepting = start(
      ...['fleet', 'accept', ...desk, '--once', '--rpc', anvil.url],
      ...['--registrar-key', at('payer.json'), '--registrar-passphrase', at('pass')],
    );
    const place = [
      '--pkcs11',
      token.module,
      '--token',
      TOKEN_LABEL,
      '--pin-file',
      token.pinFile,
      '--curve',
      'p256',
    ];
    await run('enrol', at('truck-1.invite'), at('truck-1'), ...place);
    expect([await accepting.exitCode(), accepting.plain.join('\n')]).toEqual([
      0,
      expect.stringMatching(/truck-1 is taken[\s\S]* is registered at /),
    ]);

    const key = JSON.parse(readFileSync(join(at('truck-1'), 'keys', 'device-key.json'), 'utf8'));
    expect(key).toMatchObject({ format: 'coldgate-token-key', curve: 'P-256' });
    const rpc = new JsonRpc(anvil.url);
    const { number } = await readBlock(rpc, 'latest');
    const entry = await readRegistryEntry(rpc, contract, fromHex(key.address), number);
    expect(entry.status).toBe('active');
  });
});
