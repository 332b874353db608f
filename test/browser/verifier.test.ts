// The offline verifier in a real browser, from the disk and with the network off: what an inspector sees.

import { copyFileSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeBundle } from '../../ledger-sync/evidence/bundle-binary.js';
import type { EvidenceBundle } from '../../ledger-sync/evidence/bundle-schema.js';
import { signReceipt } from '../../ledger-sync/proofs/gateway-receipt.js';
import { formatTlogProof } from '../../ledger-sync/proofs/tlog-proof.js';
import { tempFolder } from '../gateway/temp-folder.js';
import { checkpointAt, log, sampleBundle, signer } from '../ledger-sync/evidence/sample-log.js';
import { accessibilityProblems } from './accessibility.js';
import { hasChromium, launch, picture } from './chromium.js';
import { builtPage, openVerifier } from './verifier-page.js';

const bundle = sampleBundle(24, 40);
const json = JSON.stringify(bundle);
const gateway = bundle.gateway;
const leaf = log.leaves[30] ?? new Uint8Array(0);

describe.skipIf(!hasChromium && !process.env.COLDGATE_REQUIRE_PEERS)('the verifier page', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  test('verifies from a saved copy with the network off, and asks nobody for anything', async () => {
    const path = join(tempFolder(), 'saved verifier.html');
    copyFileSync(builtPage, path);
    const { page, give, complaints, requests } = await openVerifier(browser, { path });
    const { light, text } = await give(json);
    expect(light).toBe('amber');
    expect(text).toContain('Signed: complete and unchanged, but not everything is proven');
    expect(text).toContain('enter the address that you expect');
    expect(text).toContain('Whether the records are on a ledger');
    const facts = await page.locator('.facts').textContent();
    expect(facts).toContain(gateway);
    expect(facts).toContain('Not compared: you did not say which gateway you expect.');
    expect(facts).toContain('the file says: block 1,205');
    expect(requests.filter((url) => !/^(file|blob):/.test(url))).toEqual([]);
    expect(complaints).toEqual([]);
    await picture(page, 'verifier-amber');
  });

  test('compares with the gateway that the reader expects, and says when it is another', async () => {
    const { page, give } = await openVerifier(browser);
    await page.fill('#expected-gateway', gateway.toUpperCase().replace('0X', '0x'));
    await page.getByRole('button', { name: 'Check again' }).click();
    expect((await give(json)).text).not.toContain('enter the address');
    expect(await page.locator('.facts').textContent()).toContain('It is the one that you expect.');
    await page.fill('#expected-gateway', `0x${'1'.repeat(40)}`);
    await page.keyboard.press('Enter');
    await page.locator('.verdict[data-light="red"]').waitFor();
    expect(await page.locator('.verdict').textContent()).toContain(
      'of another gateway than the one that you expect',
    );
  });

  test('says that an address is none before it compares anything', async () => {
    const { page } = await openVerifier(browser);
    await page.fill('#expected-gateway', '0x1234');
    expect(await page.locator('#expected-gateway-problem').textContent()).toContain('This is no address');
    expect(await page.getByRole('button', { name: 'Check again' }).isDisabled()).toBe(true);
  });

  test('shows readings, limits, excursions and records', async () => {
    const { page, give } = await openVerifier(browser);
    await give(json);
    expect(await page.getByRole('img').getAttribute('aria-label')).toBe(
      'box-2: 2.625 °C to 2.975 °C; box-1: 2.65 °C to 2.9 °C',
    );
    expect(await page.locator('.limit').textContent()).toContain('limit 8.0 °C');
    expect(await page.locator('.chart').textContent()).toContain(
      '2 readings of doubtful quality are not drawn',
    );
    expect(await page.locator('.excursions tbody tr').first().textContent()).toContain('above 8.0 °C');
    const rows = await page.locator('.records tbody tr').allInnerTexts();
    expect(rows).toHaveLength(16);
    expect(rows[3]).toMatch(/27.*tag seen.*urn:epc:id:sgtin:0614141\.107346\.2017.*-61 dBm/s);
    expect(rows[6]).toContain('probe broken (open)');
    expect(rows[0]).toContain('câble débranché?');
  });

  test.each([
    ['a CBOR bundle', () => encodeBundle(bundle), 'evidence bundle (CBOR)'],
    ['a tlog-proof', () => formatTlogProof(leaf, bundle.head, log), 'tlog-proof of one record'],
    ['a COSE receipt', () => signReceipt(signer, leaf, bundle.head, log), 'COSE receipt of one record'],
    [
      'a bundle under a checkpoint',
      () =>
        JSON.stringify(
          sampleBundle(3, 7, { head: { kind: 'checkpoint', checkpoint: checkpointAt(log, 37) } }),
        ),
      'a checkpoint never is',
    ],
  ])('takes %s', async (_, make, told) => {
    const { page, give } = await openVerifier(browser);
    expect((await give(make())).light).toBe('amber');
    expect(await page.locator('.facts').textContent()).toContain(told);
  });

  const tampered: [string, (copy: EvidenceBundle) => void, string][] = [
    [
      'a value',
      (copy) => edit(copy.records[1]?.readable, 'value', 5000),
      'A time or value that you can read was changed',
    ],
    [
      'a time',
      (copy) => edit(copy.records[1]?.readable, 'observedAt', '2026-09-21T14:13:46.000Z'),
      'A time or value that you can read was changed',
    ],
    [
      'a record taken out',
      (copy) => copy.records.splice(5, 1),
      'Records were left out, added, or put in another order',
    ],
    [
      'two records exchanged',
      (copy) => copy.records.reverse(),
      'Records were left out, added, or put in another order',
    ],
    ['a name', (copy) => edit(copy.names[0], 'name', 'box-9'), 'A name was changed'],
    ['a document', (copy) => edit(copy.details[0], 'reason', 'nothing'), 'A document was changed'],
    [
      'a signature',
      (copy) => edit(copy.head, 'signature', `${'0'.repeat(63)}1${'0'.repeat(63)}1`),
      'The signature is not of this gateway',
    ],
    [
      'the root',
      (copy) => edit(copy.head, 'root', 'ab'.repeat(32)),
      'The records are not those that the gateway signed',
    ],
    [
      'the header before',
      (copy) => edit(Reflect.get(copy.head, 'previous'), 'root', 'ab'.repeat(32)),
      'The header does not follow the one before it',
    ],
    [
      'the anchor',
      (copy) => edit(copy.anchor, 'seq', 1),
      'The header is not on the ledger where the file says',
    ],
    [
      'the gateway',
      (copy) => edit(copy, 'gateway', `0x${'2'.repeat(40)}`),
      'A record is damaged, or of another gateway',
    ],
    ['a key that nobody knows', (copy) => edit(copy, 'more', 1), 'It cannot be read as evidence'],
  ];

  test('shows each kind of tampering in red, with its reason and without the readings', async () => {
    const { page, give, complaints } = await openVerifier(browser);
    for (const [what, change, reason] of tampered) {
      const copy = structuredClone(bundle);
      change(copy);
      const { light, text } = await give(JSON.stringify(copy));
      expect(light, what).toBe('red');
      expect(text, what).toContain('Do not rely on this file');
      expect(text, what).toContain(reason);
      expect(await page.locator('.chart, .records').count(), what).toBe(0);
    }
    await give(JSON.stringify({ ...bundle, records: bundle.records.slice(1) }));
    await picture(page, 'verifier-red');
    expect(complaints).toEqual([]);
  });

  test('speaks German, and keeps what was found', async () => {
    const { page, give } = await openVerifier(browser);
    await give(json);
    await page.getByRole('button', { name: 'Deutsch' }).click();
    expect(await page.locator('.verdict').textContent()).toContain('Signiert: vollständig und unverändert');
    expect(await page.locator('.facts').textContent()).toContain('2,625 °C bis 2,975 °C');
    expect(await page.locator('html').getAttribute('lang')).toBe('de');
    await picture(page, 'verifier-german');
  });

  test('is used by keyboard alone', async () => {
    const { page, give } = await openVerifier(browser);
    const focused = () => page.evaluate('document.activeElement?.id || document.activeElement?.textContent');
    const order: unknown[] = [];
    for (let step = 0; step < 6; step += 1) {
      await page.keyboard.press('Tab');
      order.push(await focused());
    }
    expect(order).toEqual([
      'English',
      'Deutsch',
      'evidence-file',
      'expected-gateway',
      'Prove it on the ledger, without a network',
      'Check again',
    ]);
    await give(json);
    // The verdict is where a reader goes on.
    expect(await focused()).toContain('Amber');
  });

  test.each(['light', 'dark'] as const)('has no fault that axe knows, in %s', async (colorScheme) => {
    const { page, give } = await openVerifier(browser, { colorScheme });
    expect(await accessibilityProblems(page, 'best-practice')).toEqual([]);
    await give(json);
    await page.getByText('Prove it on the ledger, without a network').click();
    await page.locator('.records tbody tr').first().waitFor();
    expect(await accessibilityProblems(page, 'best-practice')).toEqual([]);
    await picture(page, `verifier-${colorScheme}`);
    await give('{}');
    expect(await accessibilityProblems(page, 'best-practice')).toEqual([]);
  });

  test('fits a phone, and a sheet of paper', async () => {
    const { page, give } = await openVerifier(browser, { viewport: { width: 360, height: 740 } });
    await give(json);
    await page.locator('.records tbody tr').first().waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    await picture(page, 'verifier-phone');
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.drop').isVisible()).toBe(false);
    expect(await page.locator('.verdict').isVisible()).toBe(true);
    expect(await page.locator('.chart svg').first().isVisible()).toBe(true);
  });

  test('lets nothing out, whatever a script in it tried', async () => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url);
      response.setHeader('access-control-allow-origin', '*').end('heard');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const { page } = await openVerifier(browser, { offline: false });
      const refused = await page.evaluate(`(async () => {
        const outcomes = [];
        await fetch('${url}/fetch').then(() => outcomes.push('fetch'), () => {});
        await new Promise((done) => {
          const image = new Image();
          image.onload = () => done(outcomes.push('image'));
          image.onerror = done;
          image.src = '${url}/image';
        });
        try { document.body.innerHTML = '<b>text</b>'; outcomes.push('innerHTML'); } catch {}
        try { eval('1'); outcomes.push('eval'); } catch {}
        return outcomes;
      })()`);
      expect(refused).toEqual([]);
      expect(asked).toEqual([]);
    } finally {
      server.close();
    }
  });

  test('takes a file from the page that shows it in a sandbox, and from nobody else', async () => {
    const server = createServer((request, response) => {
      const isPage = request.url === '/verifier.html';
      response.setHeader('content-type', 'text/html');
      response.end(
        isPage
          ? readFileSync(builtPage)
          : '<iframe sandbox="allow-scripts" src="/verifier.html#en"></iframe>',
      );
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    try {
      const page = await (await browser.newContext()).newPage();
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      const frame = page.frameLocator('iframe');
      await frame.locator('#evidence-file').waitFor();
      await page.evaluate(`((text) => {
        const { buffer } = new TextEncoder().encode(text);
        document.querySelector('iframe').contentWindow.postMessage(
          { bytes: buffer, name: 'given.json', gateway: '${gateway}' }, '*', [buffer]);
      })(${JSON.stringify(json)})`);
      await frame.locator('.verdict[data-light="amber"]').waitFor();
      expect(await frame.locator('.facts').textContent()).toContain('It is the one that you expect.');
      const opened = await openVerifier(browser);
      await opened.page.evaluate(
        `postMessage({ bytes: new TextEncoder().encode('{}').buffer, name: 'x' }, '*')`,
      );
      await opened.page.evaluate('new Promise((done) => setTimeout(done))');
      expect(await opened.page.locator('.result').getAttribute('data-outcome')).toBe('nothing');
    } finally {
      server.close();
    }
  });
});

/** Changes a field of what a schema holds to be fixed. */
function edit(holder: unknown, key: string, value: unknown): void {
  Reflect.set(Object(holder), key, value);
}
