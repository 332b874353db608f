// A gateway whose key is of P-256, as in a secure element, on a real chain: registered at the twin contract, anchored, proven with
// and without belief, replaced, and frozen by what it signed twice.
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hexlify } from 'ethers/utils';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { loadConfig } from '../../../config/load.js';
import { runProgram } from '../../../gateway/cli/program.js';
import { exportEvidence } from '../../../gateway/evidence-export.js';
import { anchorRows } from '../../../gateway/journal/anchor-rows.js';
import { readBlock } from '../../../ledger-sync/anchor/chain-reader.js';
import { encodeFraudProof } from '../../../ledger-sync/anchor/header-calls.js';
import { JsonRpc } from '../../../ledger-sync/anchor/json-rpc.js';
import { registrationFile, rotationFile } from '../../../ledger-sync/anchor/registration-file.js';
import { readRegistryEntry } from '../../../ledger-sync/anchor/registry.js';
import { sendAndWait } from '../../../ledger-sync/anchor/send-and-wait.js';
import { AnchorSubmitter } from '../../../ledger-sync/anchor/submitter.js';
import { genesisHead, type LedgerDomain, signBatch } from '../../../ledger-sync/evidence/batch.js';
import { fromHex } from '../../../ledger-sync/evidence/bytes.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import { hasProgram } from '../../firmware-bridge/peer-program.js';
import { type Anvil, anvilKeys, startAnvil } from '../../ledger-sync/anvil.js';
import { walletOf } from '../../ledger-sync/test-ledger.js';
import { readings, requestOf } from '../drafts.js';
import { journalReaderOf, openTestLog } from '../test-log.js';
import { capturedIo } from './captured-io.js';

const wallet = walletOf(anvilKeys[0]);
const registrar = fromHex(wallet.address.toLowerCase());
const element = (seed: number) => new SoftwareSigner(new Uint8Array(32).fill(seed), 'P-256');
const folder = mkdtempSync(join(tmpdir(), 'coldgate-test-'));
const file = (name: string) => join(folder, name);

let anvil: Anvil;
let rpc: JsonRpc;
let domain: LedgerDomain;

async function run(...argv: readonly string[]) {
  const io = capturedIo();
  const code = await runProgram(argv, io);
  return { code, text: io.outLines.join('\n'), err: io.errLines.join('\n') };
}

const acting = () => ['--rpc', anvil.url, '--key', file('key.json'), '--passphrase', file('pass')];

async function deploy(contract: string): Promise<LedgerDomain> {
  const deployed = await run(
    ...['ledger', 'deploy', '--contract', contract, ...acting(), '-o', file(`${contract}.json`), '--json'],
  );
  expect(deployed.err).toBe('');
  return { chainId: 31337, verifyingContract: fromHex(JSON.parse(deployed.text).contract.toLowerCase()) };
}

async function register(signer: SoftwareSigner, at: LedgerDomain) {
  writeFileSync(file('registration.json'), JSON.stringify(registrationFile(signer, at, registrar)));
  return run('ledger', 'register', file('registration.json'), ...acting());
}

const statusOf = async ({ address }: SoftwareSigner) => {
  const { number } = await readBlock(rpc, 'latest');
  return (await readRegistryEntry(rpc, hexlify(domain.verifyingContract), address, number)).status;
};

beforeAll(async () => {
  anvil = await startAnvil();
  rpc = new JsonRpc(anvil.url);
  writeFileSync(file('key.hex'), anvilKeys[0]);
  await run('ledger', 'key', file('key.json'), '--passphrase', file('pass'), '--import', file('key.hex'));
  domain = await deploy('anchor-p256');
});
afterAll(async () => {
  await anvil.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('what it signed is anchored and proven, by the word of a node and under a trusted block', async () => {
  const device = element(3);
  expect(await register(device, domain)).toMatchObject({ code: 0, err: '' });
  const log = openTestLog(device);
  const journal = journalReaderOf(log);
  const { chainId, verifyingContract: contract } = domain;
  let prev = genesisHead(device.address);
  for (let seq = 1; seq <= 3; seq++) {
    log.writer.seal(requestOf(readings(4), { batch: { chainId, contract, seq, prev, flags: 0 } }));
    prev = journal.batch(chainId, contract, seq)?.head ?? prev;
  }
  const submitter = new AnchorSubmitter({
    ...{
      store: anchorRows(log.database, device.address, domain),
      endpoints: [rpc],
      wallet: walletOf(anvilKeys[1]),
    },
    ...{ chainId, contract, gateway: device.address, lowBalanceDays: 7, finality: 'tags' },
    limits: { perGas: 10n ** 15n, perHeader: 10n ** 20n, perDay: 10n ** 21n },
    log: { info: () => undefined, warn: () => undefined },
  });
  expect(await submitter.tick()).toMatchObject({ kind: 'sent', toSeq: 3 });
  await vi.waitFor(async () => expect(await submitter.tick()).toEqual({ kind: 'idle', seq: 3 }), 20_000);

  await run('init', file('gateway'));
  const section = `ledger: { rpcUrl: '${anvil.url}', chainId: ${chainId}, contract: '${hexlify(contract)}' }\n`;
  appendFileSync(file('gateway/coldgate.yaml'), section);
  const config = loadConfig(file('gateway/coldgate.yaml'));
  const { bundle } = exportEvidence(journal, config, { kind: 'record', sequence: 9 }, false);
  writeFileSync(file('bundle.json'), JSON.stringify(bundle));
  if (hasProgram('python3')) {
    const second = join(import.meta.dirname, '../../ledger-sync/evidence/verify_bundle.py');
    const { stdout } = spawnSync('python3', [second, file('bundle.json')], { encoding: 'utf8' });
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'signed-only', problem: null });
  }
  const expected = ['--gateway', hexlify(device.address), '--rpc', anvil.url];
  const { hash } = await readBlock(rpc, 'latest');
  for (const more of [[], ['--block-hash', hash]]) {
    const { code, text } = await run('verify', file('bundle.json'), ...expected, ...more);
    expect([code, text]).toEqual([0, expect.stringMatching(/^PROVEN: /)]);
  }
});

test('another secure element takes its place, and it anchors no more', async () => {
  const [old, next] = [element(4), element(5)];
  await register(old, domain);
  writeFileSync(file('rotation.json'), JSON.stringify(rotationFile([old, next], domain, registrar, 0)));
  expect(await run('ledger', 'rotate', file('rotation.json'), ...acting())).toMatchObject({
    code: 0,
    err: '',
  });
  expect([await statusOf(old), await statusOf(next)]).toEqual(['rotated', 'active']);
});

test('two headers that it signed for one place freeze it', async () => {
  const device = element(6);
  await register(device, domain);
  const headerOf = (size: number) => {
    const meta = { seq: 1, size, tFirstMs: 1, tLastMs: 2, minCentiC: 1, maxCentiC: 2, flags: 0 };
    const header = {
      gateway: device.address,
      prev: genesisHead(device.address),
      root: new Uint8Array(32),
      meta,
    };
    return signBatch(device, domain, header);
  };
  const found = { kind: 'equivocation', headers: [headerOf(1), headerOf(2)] } as const;
  await sendAndWait(rpc, wallet, hexlify(domain.verifyingContract), encodeFraudProof(domain, found));
  expect(await statusOf(device)).toBe('frozen');
});

test('the contract for keys in files keeps none of P-256, and the twin none of those', async () => {
  const usual = await deploy('anchor');
  const refused = await register(element(7), usual);
  expect(refused.code).not.toBe(0);
  expect(refused.err).toMatch(/of P-256[\s\S]*anchor-p256/);
  const other = await register(new SoftwareSigner(new Uint8Array(32).fill(8)), domain);
  expect(other.code).not.toBe(0);
  expect(other.err).toContain('CONTRACT_REFUSED');
});
