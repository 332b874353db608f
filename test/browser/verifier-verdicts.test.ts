// The page and `coldgate verify` are one verifier: on every small change of a bundle both say the same. And what the page
// calls green is proven by a real ledger.

import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hexlify } from 'ethers/utils';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runVerify } from '../../gateway/cli/verify-command.js';
import { readBlock } from '../../ledger-sync/anchor/chain-reader.js';
import { encodeAnchor } from '../../ledger-sync/anchor/contract-client.js';
import { signRegistration } from '../../ledger-sync/anchor/registration-proof.js';
import { registerGateway } from '../../ledger-sync/anchor/registry.js';
import { sendAndWait } from '../../ledger-sync/anchor/send-and-wait.js';
import { encodeBatchWire, genesisHead, signBatch } from '../../ledger-sync/evidence/batch.js';
import { encodeBundle } from '../../ledger-sync/evidence/bundle-binary.js';
import { capturedIo } from '../gateway/cli/captured-io.js';
import { startAnvil } from '../ledger-sync/anvil.js';
import { checkpointAt, headerAt, log, sampleBundle, signer } from '../ledger-sync/evidence/sample-log.js';
import { tamperings } from '../ledger-sync/evidence/tampering.js';
import { deployTestLedger } from '../ledger-sync/test-ledger.js';
import { hasChromium, launch, picture } from './chromium.js';
import { openVerifier } from './verifier-page.js';

const folder = mkdtempSync(join(tmpdir(), 'coldgate-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every change of a bundle under a header, of one under a checkpoint, and bytes changed all over a CBOR bundle. */
function changedFiles(): { title: string; content: Uint8Array }[] {
  const underHeader = sampleBundle(29, 31);
  const underCheckpoint = sampleBundle(5, 6, {
    head: { kind: 'checkpoint', checkpoint: checkpointAt(log, 37) },
  });
  const text = (json: string) => new TextEncoder().encode(json);
  const binary = encodeBundle(underHeader);
  return [
    { title: 'untouched', content: text(JSON.stringify(underHeader)) },
    { title: 'untouched CBOR', content: binary },
    ...[underHeader, underCheckpoint].flatMap((bundle) =>
      [...tamperings(bundle)].map(({ title, json }) => ({ title, content: text(json) })),
    ),
    ...Array.from({ length: 60 }, (_, at) => {
      const content = binary.slice();
      const place = (at * 37) % content.length;
      content[place] = (content[place] ?? 0) ^ (1 << (at % 8));
      return { title: `bit ${at % 8} of byte ${place}`, content };
    }),
  ];
}

/** What `coldgate verify --json` says of the file. */
async function commandVerdict(content: Uint8Array): Promise<string> {
  const file = join(folder, 'changed');
  writeFileSync(file, content);
  const io = capturedIo();
  await runVerify({ file, json: true }, io);
  const { verdict, error, checks } = JSON.parse(io.outLines.join('\n')) as {
    verdict: string;
    error?: { code: string };
    checks?: { name: string; outcome: string; text: string }[];
  };
  return error
    ? `refused ${error.code}`
    : `${verdict} ${checks?.map(({ outcome, text }) => `${outcome} ${text}`).join('\n')}`;
}

/** Gives one file after the other to the page and reads what it then says, within the page: hundreds in seconds. */
const readVerdicts = `(async (files) => {
  const input = document.querySelector('#evidence-file');
  const said = [];
  for (const { bytes, hash } of files) {
    const shown = () => document.querySelector('.result[data-file="' + hash + '"] .verdict');
    const content = Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
    const chosen = new DataTransfer();
    chosen.items.add(new File([content], 'changed'));
    input.files = chosen.files;
    await new Promise((done) => {
      const observer = new MutationObserver(() => { if (shown()) { observer.disconnect(); done(); } });
      observer.observe(document.querySelector('#app'), { subtree: true, childList: true, attributes: true });
      input.dispatchEvent(new Event('change', { bubbles: true }));
    });
    const verdict = shown().dataset.verdict;
    const code = /\\[(\\w+)\\]$/.exec(document.querySelector('.result > p')?.textContent ?? '');
    const outcomes = { '✓': 'proven', '?': 'not-proven', '✗': 'failed' };
    const checks = [...document.querySelectorAll('[data-check]')].map((one) =>
      outcomes[one.querySelector('.sign').textContent] + ' ' + one.querySelector('.exactly span').textContent);
    said.push(verdict === 'refused' ? 'refused ' + code[1] : verdict + ' ' + checks.sort().join('\\n'));
  }
  return said;
})`;

describe.skipIf(!hasChromium && !process.env.COLDGATE_REQUIRE_PEERS)('the verifier page', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  test('says what coldgate verify says, of a bundle and of every small change of it', async () => {
    const files = changedFiles();
    expect(files.length).toBeGreaterThan(500);
    const expected: string[] = [];
    for (const { content } of files) expected.push(await commandVerdict(content));
    const { page, complaints } = await openVerifier(browser);
    const given = files.map(({ content }) => ({
      bytes: Buffer.from(content).toString('base64'),
      hash: createHash('sha256').update(content).digest('hex'),
    }));
    const said = (await page.evaluate(`${readVerdicts}(${JSON.stringify(given)})`)) as string[];
    const inOrder = (text: string) => {
      const [, verdict = '', checks = ''] = /^(\S+) ([\s\S]*)$/.exec(text) ?? [];
      return `${verdict} ${checks.split('\n').sort().join('\n')}`;
    };
    const different = files.flatMap(({ title }, at) => {
      const [ours = '', theirs = ''] = [inOrder(said[at] ?? ''), inOrder(expected[at] ?? '')];
      return ours === theirs ? [] : [`${title}: page ${ours}, command ${theirs}`];
    });
    expect(different).toEqual([]);
    expect(new Set(expected.map((one) => one.split(' ')[0]))).toEqual(
      new Set(['signed-only', 'refuted', 'refused']),
    );
    expect(complaints).toEqual([]);
  }, 120_000);

  test('is green only with the expected gateway and a ledger proven from a trusted block', async () => {
    const anvil = await startAnvil();
    try {
      const ledger = await deployTestLedger(anvil.url);
      const { domain, rpc, wallet } = ledger;
      const contract = { rpc, wallet, contract: domain.verifyingContract };
      await registerGateway(
        contract,
        signer.address,
        signRegistration(signer, domain, fromAddress(wallet.address)),
      );
      const batch = signBatch(signer, domain, headerAt(log, 1, genesisHead(signer.address), 0, 24));
      await sendAndWait(
        rpc,
        wallet,
        hexlify(domain.verifyingContract),
        encodeAnchor([encodeBatchWire(batch)]),
      );
      const block = await readBlock(rpc, 'latest');
      const bundle = sampleBundle(4, 20, { head: { kind: 'batch', domain, batch } });
      const file = join(folder, 'anchored.json');
      writeFileSync(file, JSON.stringify(bundle));
      const saveStateProof = join(folder, 'state-proof.json');
      const io = capturedIo();
      await runVerify({ file, rpc: anvil.url, blockHash: block.hash, saveStateProof }, io);
      expect(io.outLines[0]).toContain('PROVEN');

      const { page, give } = await openVerifier(browser);
      await page.getByText('Prove it on the ledger, without a network').click();
      await page.fill('#trusted-block', block.hash);
      await page.setInputFiles('#state-proof-file', saveStateProof);
      await page.waitForFunction(`document.querySelector('#state-proof').value !== ''`);
      await page.getByRole('button', { name: 'Check again' }).click();
      const unpinned = await give(readFileSync(file));
      expect(unpinned).toMatchObject({ light: 'amber', verdict: 'proven' });

      await page.fill('#expected-gateway', bundle.gateway);
      await page.getByRole('button', { name: 'Check again' }).click();
      await page.locator('.verdict[data-light="green"]').waitFor();
      expect(await page.locator('.facts').textContent()).toContain(
        `proven: in block ${block.number} or earlier`,
      );
      await picture(page, 'verifier-green');

      await page.fill('#trusted-block', `0x${'ab'.repeat(32)}`);
      await page.getByRole('button', { name: 'Check again' }).click();
      await page.locator('.verdict[data-light="red"]').waitFor();
      expect(await page.locator('.verdict').textContent()).toContain('does not hold for that block');
    } finally {
      await anvil.stop();
    }
  }, 60_000);
});

function fromAddress(address: string): Uint8Array {
  return Uint8Array.from(Buffer.from(address.slice(2), 'hex'));
}
