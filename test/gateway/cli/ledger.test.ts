// The ledger commands against a real chain: from an empty one to a gateway that is registered, replaced and revoked.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProgram } from '../../../gateway/cli/program.js';
import { type Anvil, anvilKeys, startAnvil } from '../../ledger-sync/anvil.js';
import { walletOf } from '../../ledger-sync/test-ledger.js';
import { capturedIo } from './captured-io.js';

const registrar = walletOf(anvilKeys[0]).address.toLowerCase();
const folder = mkdtempSync(join(tmpdir(), 'coldgate-ledger-'));
const file = (name: string) => join(folder, name);

let anvil: Anvil;
let contract: string;
let gateway: string;

/** Runs a command line; the result is parsed where it is JSON. */
async function run(...argv: readonly string[]) {
  const io = capturedIo();
  const code = await runProgram(argv, io);
  const text = io.outLines.join('\n');
  return {
    code,
    text,
    err: io.errLines.join('\n'),
    json: text.startsWith('{') ? JSON.parse(text) : undefined,
  };
}

const acting = (who = 'registrar') => [
  ...['--rpc', anvil.url, '--key', file(`${who}-key.json`)],
  ...['--passphrase', file(`${who}-passphrase`)],
];

async function keyOf(who: string, hex: string): Promise<void> {
  writeFileSync(file(`${who}.hex`), `${hex}\n`);
  const { code } = await run(
    ...['ledger', 'key', file(`${who}-key.json`), '--passphrase', file(`${who}-passphrase`)],
    ...['--import', file(`${who}.hex`)],
  );
  expect(code).toBe(0);
}

beforeAll(async () => {
  anvil = await startAnvil();
  await keyOf('registrar', anvilKeys[0]);
  await keyOf('stranger', anvilKeys[1]);
  const init = await run('init', file('gateway'), '--name', 'truck-17', '--json');
  gateway = init.json.gatewayAddress;
  const deployed = await run('ledger', 'deploy', ...acting(), '-o', file('deployment.json'), '--json');
  expect(deployed).toMatchObject({ code: 0 });
  contract = deployed.json.contract;
  const config = file('gateway/coldgate.yaml');
  const section = `\nledger: { rpcUrl: '${anvil.url}', chainId: 31337, contract: '${contract}' }\n`;
  writeFileSync(config, readFileSync(config, 'utf8') + section);
}, 60_000);
afterAll(async () => {
  await anvil.stop();
  rmSync(folder, { recursive: true, force: true });
});

const config = () => ['-c', file('gateway/coldgate.yaml')];

describe('key', () => {
  test('a key is imported or made, and an existing one is never overwritten', async () => {
    const again = await run(
      'ledger',
      'key',
      file('registrar-key.json'),
      '--passphrase',
      file('registrar-passphrase'),
    );
    expect(again).toMatchObject({ code: 3, err: expect.stringContaining('KEY_FILE_EXISTS') });
    writeFileSync(file('bad.hex'), 'not a key');
    const bad = await run(
      'ledger',
      'key',
      file('b.json'),
      '--passphrase',
      file('bp'),
      '--import',
      file('bad.hex'),
    );
    expect(bad).toMatchObject({ code: 2 });
    writeFileSync(file('zero.hex'), '00'.repeat(32));
    const zero = await run(
      'ledger',
      'key',
      file('z.json'),
      '--passphrase',
      file('zp'),
      '--import',
      file('zero.hex'),
    );
    expect(zero).toMatchObject({ code: 3, err: expect.stringContaining('KEY_INVALID') });
  });
});

describe('deploy', () => {
  test('the record names chain, address, admin and the hashes of sources and code', () => {
    const record = JSON.parse(readFileSync(file('deployment.json'), 'utf8'));
    expect(record).toMatchObject({
      format: 'coldgate-deployment',
      chainId: 31337,
      contract,
      contractName: 'ColdgateAnchor',
      admin: registrar,
      sourceHash: expect.stringMatching(/^0x[0-9a-f]{64}$/),
      runtimeCodeHash: expect.stringMatching(/^0x[0-9a-f]{64}$/),
      transactionHash: expect.stringMatching(/^0x[0-9a-f]{64}$/),
    });
  });

  test('a second time finds the same contract and pays nothing', async () => {
    const again = await run('ledger', 'deploy', ...acting());
    expect(again).toMatchObject({ code: 0, text: expect.stringContaining('stands there already') });
    expect(again.text).toContain(contract);
  });

  test.each(['anchor-p256', 'aggregate'])('%s is deployed as well', async (name) => {
    const deployed = await run('ledger', 'deploy', ...acting(), '--contract', name, '--json');
    expect(deployed).toMatchObject({ code: 0, json: { contract: expect.not.stringContaining(contract) } });
    const status = await run(
      'ledger',
      'status',
      '--rpc',
      anvil.url,
      '--contract',
      deployed.json.contract,
      '--json',
    );
    expect(status.json).toMatchObject({ name, admin: registrar });
  });

  test('without the factory the address is a new one each time', async () => {
    const plain = await run('ledger', 'deploy', ...acting(), '--plain', '--json');
    expect(plain.json.contract).not.toBe(contract);
    expect(plain.json.salt).toBeUndefined();
  });

  test.each([
    [['--contract', 'coldgate'], 'anchor, anchor-p256, aggregate'],
    [['--salt', '0x12'], '64 hexadecimal digits'],
    [['--admin', 'me'], '40 hexadecimal digits'],
  ])('%s is wrong use, and the hint says what is right', async (options, hint) => {
    expect(await run('ledger', 'deploy', ...acting(), ...options)).toMatchObject({
      code: 2,
      err: expect.stringContaining(hint),
    });
  });

  test('an account without money and a node that is down are told as such', async () => {
    const key = await run('ledger', 'key', file('poor-key.json'), '--passphrase', file('poor-passphrase'));
    expect(key.code).toBe(0);
    expect((await run('ledger', 'deploy', ...acting('poor'))).code).toBe(3);
    const down = await run('ledger', 'deploy', '--rpc', 'http://127.0.0.1:9', ...acting().slice(2));
    expect(down).toMatchObject({ code: 3, err: expect.stringContaining('RPC_DOWN') });
  });
});

describe('a gateway', () => {
  const proof = () => file('truck-17.json');

  test('is not registered at first, which is exit code 1', async () => {
    const status = await run('ledger', 'status', ...config());
    expect(status).toMatchObject({ code: 1, text: expect.stringContaining(`${gateway}: not registered`) });
  });

  test('signs a file for one registrar, with which nobody else can register it', async () => {
    expect(await run('ledger', 'proof', ...config(), '--registrar', registrar, '-o', proof())).toMatchObject({
      code: 0,
    });
    const stranger = await run('ledger', 'register', proof(), ...acting('stranger'));
    expect(stranger).toMatchObject({ code: 2, err: expect.stringContaining('--registrar') });
    const twice = await run('ledger', 'proof', ...config(), '--registrar', registrar, '-o', proof());
    expect(twice).toMatchObject({ code: 2, err: expect.stringContaining('WOULD_OVERWRITE') });
  });

  test('a file that was changed is refused before anything is sent', async () => {
    const changed = JSON.parse(readFileSync(proof(), 'utf8'));
    changed.gateway = `0x${'12'.repeat(20)}`;
    writeFileSync(file('changed.json'), JSON.stringify(changed));
    expect(await run('ledger', 'register', file('changed.json'), ...acting())).toMatchObject({
      code: 1,
      err: expect.stringContaining('has not signed this'),
    });
    writeFileSync(file('text.json'), 'no json');
    expect(await run('ledger', 'register', file('text.json'), ...acting())).toMatchObject({ code: 1 });
    expect((await run('ledger', 'rotate', proof(), ...acting())).code).toBe(2);
  });

  test('is registered once, and status says that it may anchor', async () => {
    expect(await run('ledger', 'register', proof(), ...acting())).toMatchObject({ code: 0 });
    expect(await run('ledger', 'register', proof(), ...acting())).toMatchObject({
      code: 1,
      err: expect.stringContaining('AlreadyRegistered'),
    });
    const status = await run('ledger', 'status', ...config(), '--json');
    expect(status).toMatchObject({ code: 0, json: { gateways: [{ gateway, status: 'active', seq: 0 }] } });
  });

  test('gets another key by both signatures; the old one is stopped, the new one may anchor', async () => {
    const next = await run(
      ...['ledger', 'key', file('new-key.json'), '--passphrase', file('new-passphrase'), '--json'],
    );
    const made = await run(
      ...['ledger', 'proof', ...config(), '--registrar', registrar, '-o', file('rotation.json')],
      ...['--successor-key', file('new-key.json'), '--successor-passphrase', file('new-passphrase')],
    );
    expect(made).toMatchObject({ code: 0, text: expect.stringContaining('coldgate ledger rotate') });
    expect((await run('ledger', 'register', file('rotation.json'), ...acting())).code).toBe(2);
    expect(await run('ledger', 'rotate', file('rotation.json'), ...acting())).toMatchObject({ code: 0 });
    const status = await run('ledger', 'status', ...config(), '--gateway', next.json.address, '--json');
    expect(status).toMatchObject({
      code: 1,
      json: {
        gateways: [
          { gateway, status: 'rotated', successor: next.json.address },
          { gateway: next.json.address, status: 'active' },
        ],
      },
    });
  });

  test('is revoked by a revoker and by nobody else', async () => {
    const { address } = JSON.parse(readFileSync(file('new-key.json'), 'utf8'));
    const revoke = (who: string, ...more: readonly string[]) =>
      run(
        ...['ledger', 'revoke', address, '--contract', contract, '--reason', 'stolen'],
        ...[...acting(who), ...more],
      );
    expect(await revoke('registrar', '--last-valid-seq', 'all')).toMatchObject({ code: 2 });
    expect(await revoke('stranger', '--last-valid-seq', '0')).toMatchObject({
      code: 1,
      err: expect.stringContaining('AccessControlUnauthorizedAccount'),
    });
    expect(await revoke('registrar', '--last-valid-seq', '1')).toMatchObject({
      code: 1,
      err: expect.stringContaining('NotAnchored'),
    });
    expect(await revoke('registrar', '--last-valid-seq', '0')).toMatchObject({ code: 0 });
    const status = await run(
      'ledger',
      'status',
      '--rpc',
      anvil.url,
      '--contract',
      contract,
      '--gateway',
      address,
    );
    expect(status).toMatchObject({ code: 1, text: expect.stringMatching(/revoked.*\n.*valid up to 0/) });
  });
});

describe('status', () => {
  test('another contract, an address without code and no question are told apart', async () => {
    const ask = (...more: readonly string[]) => run('ledger', 'status', ...more);
    expect(await ask()).toMatchObject({ code: 2 });
    const empty = await ask('--rpc', anvil.url, '--contract', `0x${'12'.repeat(20)}`);
    expect(empty).toMatchObject({ code: 3, err: expect.stringContaining('CONTRACT_MISSING') });
    const factory = '0x4e59b44847b379578588920ca78fbf26c0b4956c';
    const other = await ask('--rpc', anvil.url, '--contract', factory);
    expect(other).toMatchObject({ code: 3, err: expect.stringContaining('CONTRACT_UNKNOWN') });
  });
});
