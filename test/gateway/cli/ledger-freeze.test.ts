// From evidence files to a frozen gateway on a real chain: what contradicts is found and shown, what does not is left alone.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hexlify } from 'ethers/utils';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from '../../../gateway/cli/program.js';
import { signRegistration } from '../../../ledger-sync/anchor/registration-proof.js';
import type { BatchMeta } from '../../../ledger-sync/evidence/batch.js';
import { buildBundle } from '../../../ledger-sync/evidence/bundle.js';
import { fromHex } from '../../../ledger-sync/evidence/bytes.js';
import { type Anvil, anvilKeys, startAnvil } from '../../ledger-sync/anvil.js';
import { ContractRig, statuses } from '../../ledger-sync/contracts/contract-rig.js';
import { LoggedGateway } from '../../ledger-sync/contracts/logged-gateway.js';
import { capturedIo } from './captured-io.js';

const folder = mkdtempSync(join(tmpdir(), 'coldgate-freeze-'));
const file = (name: string) => join(folder, name);

let anvil: Anvil;
let rig: ContractRig;

async function run(...argv: readonly string[]) {
  const io = capturedIo();
  const code = await runProgram(argv, io);
  return { code, text: io.outLines.join('\n'), err: io.errLines.join('\n') };
}

beforeAll(async () => {
  anvil = await startAnvil();
  rig = await ContractRig.deploy(anvil, 'anchor');
  // Somebody without any role.
  writeFileSync(file('key.hex'), anvilKeys[1]);
  await run('ledger', 'key', file('key.json'), '--passphrase', file('pass'), '--import', file('key.hex'));
});
afterAll(async () => {
  await anvil.stop();
  rmSync(folder, { recursive: true, force: true });
});

const freeze = (...files: readonly string[]) =>
  run(
    ...[
      'ledger',
      'freeze',
      ...files,
      '--rpc',
      anvil.url,
      '--key',
      file('key.json'),
      '--passphrase',
      file('pass'),
    ],
  );

/** A gateway with headers over these readings; the last header may lie. */
function gatewayWith(
  name: string,
  readings: readonly (readonly number[])[],
  lie: Partial<BatchMeta> = {},
): LoggedGateway {
  const gateway = new LoggedGateway(name, rig.domain);
  for (const [index, values] of readings.entries()) {
    for (const value of values) gateway.read(value);
    gateway.cut(index === readings.length - 1 ? lie : {});
  }
  return gateway;
}

async function register(gateway: LoggedGateway): Promise<void> {
  const proof = signRegistration(gateway.signer, rig.domain, fromHex(rig.wallet.address));
  await rig.do('register', hexlify(gateway.address), hexlify(proof));
}

/** Evidence of the records [begin, end) under the newest header. */
function evidence(gateway: LoggedGateway, begin: number, end: number, title: string): string {
  const [batch, previous] = gateway.headers.toReversed();
  if (!batch) throw new Error('no header');
  const bundle = buildBundle({
    leaves: gateway.log.leaves.slice(begin, end),
    names: [],
    details: [],
    proof: gateway.log,
    head: { kind: 'batch', domain: rig.domain, batch, previous },
  });
  writeFileSync(file(title), JSON.stringify(bundle));
  return file(title);
}

const stateOf = async (gateway: LoggedGateway) => (await rig.stateOf(gateway.address)).status;

test('two headers of one sequence freeze their gateway, once', async () => {
  const gateway = gatewayWith('equivocates', [[1000], [2000]]);
  await register(gateway);
  const other = gatewayWith('equivocates', [[1000], [2500]]);
  const frozen = await freeze(evidence(gateway, 0, 2, 'e1'), evidence(other, 0, 2, 'e2'));
  expect(frozen).toMatchObject({
    code: 0,
    text: expect.stringContaining('two headers for one place, 2 and 2'),
  });
  expect(await stateOf(gateway)).toBe(statuses.frozen);
  const again = await freeze(file('e1'), file('e2'));
  expect(again).toMatchObject({ code: 1, err: expect.stringContaining('WrongStatus') });
});

test('two records at one place, in ragged trees of several sizes, freeze their gateway', async () => {
  const readings = Array.from({ length: 13 }, (_, index) => 1000 + index);
  const gateway = gatewayWith('rewrites', [readings.slice(0, 6), readings.slice(6, 11)]);
  await register(gateway);
  const changed = readings.with(7, 9999);
  const later = gatewayWith('rewrites', [changed.slice(0, 6), changed.slice(6, 11), changed.slice(11)]);
  const frozen = await freeze(evidence(gateway, 5, 10, 'r1'), evidence(later, 7, 12, 'r2'));
  expect(frozen).toMatchObject({ code: 0, text: expect.stringContaining('two different records 7') });
  expect(await stateOf(gateway)).toBe(statuses.frozen);
});

test('a temperature that its header excludes freezes the gateway, from one file', async () => {
  const gateway = gatewayWith(
    'lies',
    [
      [1000, 2000],
      [3000, 12_000, 4000],
    ],
    { maxCentiC: 800 },
  );
  await register(gateway);
  const frozen = await freeze(evidence(gateway, 2, 5, 'l1'));
  expect(frozen).toMatchObject({ code: 0, text: expect.stringContaining('record 3 (12000 milli-degC)') });
  expect(await stateOf(gateway)).toBe(statuses.frozen);
});

test('an honest gateway is left alone, whatever two files of it are shown', async () => {
  const first = gatewayWith('honest', [[1000, -2345], [3333]]);
  await register(first);
  const later = gatewayWith('honest', [[1000, -2345], [3333], [90_000, -90_000]]);
  const files = [evidence(first, 0, 3, 'h1'), evidence(later, 1, 5, 'h2')];
  for (const shown of [[...files], files.toReversed(), files.slice(1)]) {
    expect(await freeze(...shown)).toMatchObject({ code: 1, text: expect.stringContaining('Nothing') });
  }
  expect(await stateOf(first)).toBe(statuses.active);
});

test('forged evidence and evidence of two gateways cost nothing', async () => {
  const [a, b] = [gatewayWith('a', [[1000]]), gatewayWith('b', [[2000]])];
  const two = await freeze(evidence(a, 0, 1, 'a1'), evidence(b, 0, 1, 'b1'));
  expect(two).toMatchObject({ code: 2, err: expect.stringContaining('two gateways') });
  const text = JSON.stringify(
    buildBundle({
      leaves: b.log.leaves,
      names: [],
      details: [],
      proof: b.log,
      head: {
        kind: 'checkpoint',
        checkpoint: {
          gateway: b.address,
          size: 1,
          root: b.log.rootOf(0, 1),
          timeMs: 1,
          signature: new Uint8Array(64),
        },
      },
    }),
  );
  writeFileSync(file('c1'), text);
  expect(await freeze(file('c1'))).toMatchObject({ code: 2, err: expect.stringContaining('batch header') });
  const { records, ...rest } = JSON.parse(
    JSON.stringify(
      buildBundle({
        leaves: a.log.leaves,
        names: [],
        details: [],
        proof: a.log,
        head: {
          kind: 'batch',
          domain: rig.domain,
          batch: { ...(a.headers[0] ?? fail()), root: new Uint8Array(32) },
        },
      }),
    ),
  );
  writeFileSync(file('f1'), JSON.stringify({ ...rest, records }));
  expect(await freeze(file('f1'))).toMatchObject({ code: 2, err: expect.stringContaining('does not hold') });
});

function fail(): never {
  throw new Error('a header was cut');
}
