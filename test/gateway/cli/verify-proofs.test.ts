// `coldgate verify` on every kind of proof, against a real ledger: believed, and proven without belief.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hexlify } from 'ethers/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runVerify, type VerifyCommandOptions } from '../../../gateway/cli/verify-command.js';
import { readBlock } from '../../../ledger-sync/anchor/chain-reader.js';
import { encodeAnchor } from '../../../ledger-sync/anchor/contract-client.js';
import { signRegistration } from '../../../ledger-sync/anchor/registration-proof.js';
import { registerGateway } from '../../../ledger-sync/anchor/registry.js';
import { sendAndWait } from '../../../ledger-sync/anchor/send-and-wait.js';
import { encodeBatchWire, genesisHead, signBatch } from '../../../ledger-sync/evidence/batch.js';
import { encodeBundle } from '../../../ledger-sync/evidence/bundle-binary.js';
import { toBase64url } from '../../../ledger-sync/evidence/bytes.js';
import { signReceipt } from '../../../ledger-sync/proofs/gateway-receipt.js';
import { formatTlogProof } from '../../../ledger-sync/proofs/tlog-proof.js';
import { type Anvil, callAnvil, startAnvil } from '../../ledger-sync/anvil.js';
import { headerAt, log, sampleBundle, signer } from '../../ledger-sync/evidence/sample-log.js';
import { deployTestLedger, type TestLedger } from '../../ledger-sync/test-ledger.js';
import { capturedIo } from './captured-io.js';

let anvil: Anvil;
let ledger: TestLedger;
let blockHash = '';
const folder = mkdtempSync(join(tmpdir(), 'coldgate-test-'));
const kinds = ['bundle', 'bundle-cbor', 'tlog-proof', 'cose-receipt'] as const;
const fileOf = (kind: string) => join(folder, kind);
const leaf = log.leaves[7] ?? new Uint8Array(0);

beforeAll(async () => {
  anvil = await startAnvil();
  ledger = await deployTestLedger(anvil.url);
  const { domain, rpc, wallet } = ledger;
  const registrar = Uint8Array.from(Buffer.from(wallet.address.slice(2), 'hex'));
  const proof = signRegistration(signer, domain, registrar);
  await registerGateway({ rpc, wallet, contract: domain.verifyingContract }, signer.address, proof);
  const header = headerAt(log, 1, genesisHead(signer.address), 0, 24);
  const batch = signBatch(signer, domain, header);
  await sendAndWait(rpc, wallet, hexlify(domain.verifyingContract), encodeAnchor([encodeBatchWire(batch)]));
  blockHash = (await readBlock(rpc, 'latest')).hash;
  const bundle = sampleBundle(7, 8, { head: { kind: 'batch', domain, batch } });
  writeFileSync(fileOf('bundle'), JSON.stringify(bundle));
  writeFileSync(fileOf('bundle-cbor'), encodeBundle(bundle));
  writeFileSync(fileOf('tlog-proof'), formatTlogProof(leaf, bundle.head, log));
  writeFileSync(fileOf('cose-receipt'), signReceipt(signer, leaf, bundle.head, log));
});
afterAll(async () => {
  await anvil.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function verify(kind: string, options: Omit<VerifyCommandOptions, 'file'> = {}) {
  const io = capturedIo();
  const exitCode = await runVerify({ file: fileOf(kind), ...options }, io);
  return { exitCode, out: io.outLines.join('\n') };
}

describe.each(kinds)('%s', (kind) => {
  test('alone is signed, and says by whom and what it never shows', async () => {
    const { exitCode, out } = await verify(kind);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^SIGNED: /);
    expect(out).toContain(`file         ${kind}\n`);
    expect(out).toContain(`gateway      ${hexlify(signer.address)}`);
    expect(out).toMatch(/not proven {3}ledger: not asked/);
    expect(out).toMatch(/never shown {2}where the sensor was/);
  });

  test('is on the ledger by the word of one node, which it says', async () => {
    const { exitCode, out } = await verify(kind, { rpc: anvil.url });
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^PROVEN: /);
    expect(out).toMatch(/not proven {3}state: the ledger is what that node says/);
  });

  test('is proven under a block that the reader trusts', async () => {
    const { exitCode, out } = await verify(kind, { rpc: anvil.url, blockHash });
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^PROVEN: /);
    expect(out).toMatch(/since {8}block \d+ or earlier, 20/);
    expect(out).toMatch(/proven {7}state: proven from block .* which you trust/);
  });

  test('is proven by a majority of endpoints though one is down, as JSON', async () => {
    const { exitCode, out } = await verify(kind, {
      quorum: ['http://127.0.0.1:1', anvil.url, anvil.url],
      json: true,
    });
    expect(exitCode).toBe(0);
    const answer = JSON.parse(out);
    expect(answer).toMatchObject({ kind, verdict: 'proven', records: 1, firstSequence: 7 });
    expect(answer.checks.at(-1)).toMatchObject({ name: 'state', outcome: 'proven' });
    expect(answer.checks.at(-1).text).toContain('2 of 3 endpoints name');
  });

  test('of another gateway than the expected one is refuted', async () => {
    const { exitCode, out } = await verify(kind, { gateway: `0x${'11'.repeat(20)}` });
    expect(exitCode).toBe(1);
    expect(out).toMatch(/^REFUTED: [\s\S]*REFUTED +gateway/);
  });

  test('cut short is refuted in one line', async () => {
    const cut = `${kind}-cut`;
    writeFileSync(fileOf(cut), readFileSync(fileOf(kind)).subarray(0, -9));
    const { exitCode, out } = await verify(cut);
    expect(exitCode).toBe(1);
    expect(out).toMatch(/^REFUTED: .*\[(BUNDLE|PROOF|BASE64)_MALFORMED\]$/);
    expect(JSON.parse((await verify(cut, { json: true })).out)).toMatchObject({ verdict: 'refuted' });
  });
});

test('a state proof that was kept verifies later, without any node', async () => {
  const stateProof = join(folder, 'state.json');
  await verify('bundle', { rpc: anvil.url, blockHash, saveStateProof: stateProof });
  expect(await verify('tlog-proof', { stateProof, blockHash })).toMatchObject({ exitCode: 0 });
  const touched = readFileSync(stateProof, 'utf8').replace(
    '"storageProof": [\n  "0xf',
    '"storageProof": [\n  "0xe',
  );
  writeFileSync(stateProof, touched);
  const { exitCode, out } = await verify('tlog-proof', { stateProof, blockHash });
  expect(exitCode).toBe(1);
  expect(out).toMatch(/^REFUTED: .*\[PROOF_MALFORMED\]$/);
});

test('a block before the header proves that it was not there yet', async () => {
  const { hash } = await readBlock(ledger.rpc, 1);
  const early = await verify('bundle', { rpc: anvil.url, blockHash: hash });
  expect(early.exitCode).toBe(1);
  expect(early.out).toMatch(/^SIGNED: [\s\S]*not proven +ledger: 0x[0-9a-f]+ is not registered/);
});

test.each<[string, Omit<VerifyCommandOptions, 'file'>]>([
  ['a hash that is none', { blockHash: '0x12', rpc: 'http://127.0.0.1:1' }],
  ['a trusted block and nobody to ask', { blockHash: `0x${'11'.repeat(32)}` }],
  ['a state proof under no trusted block', { stateProof: 'state.json' }],
])('%s is wrong use', async (_, options) => {
  await expect(verify('bundle', options)).rejects.toMatchObject({ code: 'WRONG_USE' });
});

test('a quorum of one is wrong use, and of another chain too', async () => {
  await expect(verify('bundle', { quorum: [anvil.url] })).rejects.toMatchObject({ code: 'WRONG_USE' });
  const other = await startAnvil({ chainId: 5 });
  try {
    const quorum = [anvil.url, other.url, anvil.url];
    await expect(verify('bundle', { quorum })).rejects.toMatchObject({ code: 'WRONG_USE' });
    expect(await callAnvil(other, 'eth_chainId')).toBe('0x5');
  } finally {
    await other.stop();
  }
});

test('a proof without its record takes it from the option', async () => {
  const bare = readFileSync(fileOf('tlog-proof'), 'utf8').replace(/extra .*\n/, '');
  writeFileSync(fileOf('bare'), bare);
  expect(await verify('bare')).toMatchObject({ exitCode: 1 });
  expect(await verify('bare', { leaf: toBase64url(leaf) })).toMatchObject({ exitCode: 0 });
});
