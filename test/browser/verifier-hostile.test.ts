// What a stranger may put into a file to break the verifier page, and what a person then sees.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SaltedName } from '../../ledger-sync/evidence/bundle.js';
import type { EvidenceBundle } from '../../ledger-sync/evidence/bundle-schema.js';
import { detailHash } from '../../ledger-sync/evidence/jcs.js';
import { recordKinds, subjectOf } from '../../ledger-sync/evidence/record.js';
import { tempFolder } from '../gateway/temp-folder.js';
import { checkpointAt, sampleBundle, sampleLog, sampleRecord } from '../ledger-sync/evidence/sample-log.js';
import { hasChromium, launch, picture } from './chromium.js';
import { openVerifier } from './verifier-page.js';

/** What a gateway of a forger's own has signed faultlessly: names and documents that would like to be code. */
const script = '<img src=x onerror="alert(1)"><script>alert(2)</script>';
const turned = 'box\u202e\u0000gnihton';
const document = {
  type: 'excursion',
  event: script,
  excursionId: script,
  sensor: script,
  rule: turned,
  limitMilliC: 8000,
};

function forgedBundle(): EvidenceBundle {
  const names: SaltedName[] = [{ name: script }, { name: turned }];
  const log = sampleLog(20, (sequence) => ({
    ...sampleRecord(sequence),
    kind: sequence % 4 === 0 ? recordKinds.excursion : recordKinds.temperature,
    subject: subjectOf(sequence % 2 === 0 ? script : turned),
    value: sequence === 3 ? Number.MAX_SAFE_INTEGER : sequence === 5 ? -Number.MAX_SAFE_INTEGER : 4000,
    quality: sequence === 7 ? 65_535 : 0,
    shipment: new Uint8Array(0),
    detail: sequence % 4 === 0 ? detailHash(document) : new Uint8Array(0),
  }));
  const head = { kind: 'checkpoint', checkpoint: checkpointAt(log, 20) } as const;
  return sampleBundle(0, 20, { leaves: log.leaves, names, details: [document], proof: log, head });
}

const json = JSON.stringify(sampleBundle(24, 40));
const MIB = 1024 * 1024;

const notEvidence: [string, () => string | Uint8Array][] = [
  ['an empty file', () => ''],
  ['a word', () => 'null'],
  ['half a bundle', () => json.slice(0, json.length / 2)],
  ['bytes of no text', () => Uint8Array.from({ length: 4096 }, (_, at) => (at * 73) % 256)],
  ['a CBOR head and nothing more', () => Uint8Array.of(0xd9, 0xc0, 0x1d)],
  [
    'CBOR nested ten thousand deep',
    () => Uint8Array.from([0xd9, 0xc0, 0x1d, ...new Array(10_000).fill(0x81)]),
  ],
  [
    'a CBOR array that claims 2^60 items',
    () => Uint8Array.of(0xd9, 0xc0, 0x1d, 0x9b, 0x10, 0, 0, 0, 0, 0, 0, 0),
  ],
  ['a COSE tag and nothing more', () => Uint8Array.of(0xd2)],
  ['the first line of a tlog-proof', () => 'c2sp.org/tlog-proof@v1\n'],
  ['JSON nested a million deep', () => '['.repeat(1_000_000)],
  [
    'a document nested a hundred thousand deep',
    () => json.replace('"details":[', `"details":[{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}},`),
  ],
  ['a key that would change every object', () => json.replace('{', '{"__proto__":{"outcome":"proven"},')],
  [
    'a document with such a key',
    () => json.replace('"details":[{', '"details":[{"__proto__":{"isAdmin":true},'),
  ],
  ['records that are no list', () => JSON.stringify({ ...JSON.parse(json), records: { length: 1e9 } })],
  ['a text where a number must be', () => json.replace(/"begin":\d+/, '"begin":"24"')],
  ['a number without end', () => json.replace(/"begin":\d+/, '"begin":1e999')],
  ['50 MiB of nothing', () => new Uint8Array(50 * MIB)],
  [
    '50 MiB of names',
    () => json.replace('"names":[', `"names":[${'{"subject":"00","name":"x"},'.repeat((50 * MIB) / 28)}`),
  ],
];

describe.skipIf(!hasChromium && !process.env.COLDGATE_REQUIRE_PEERS)('a hostile file', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  test('that is no evidence is said to be none, and the next one is checked as ever', async () => {
    const { page, give, complaints } = await openVerifier(browser);
    for (const [what, make] of notEvidence) {
      const { light } = await give(make());
      expect(light, what).toBe('red');
      expect(await page.locator('.chart, .records').count(), what).toBe(0);
    }
    expect((await give(json)).light).toBe('amber');
    expect(await page.evaluate('({}).outcome ?? ({}).isAdmin ?? null')).toBeNull();
    expect(complaints).toEqual([]);
  }, 60_000);

  test('that is sealed for others is said to be closed, not false', async () => {
    const { give } = await openVerifier(browser);
    const { light, text } = await give('{"format":"coldgate-sealed","version":1}\nbytes');
    expect(light).toBe('amber');
    expect(text).toContain('This file is sealed');
  });

  test('that a forger has signed shows his names as letters, and runs none of them', async () => {
    const { page, give, complaints } = await openVerifier(browser);
    expect((await give(JSON.stringify(forgedBundle()))).light).toBe('amber');
    await page.locator('.records tbody tr').first().waitFor();
    const text = (await page.locator('#app').textContent()) ?? '';
    expect(text).toContain(script);
    expect(text).toContain('box??gnihton');
    expect(text).not.toContain('\u202e');
    expect(await page.locator('#app script, #app img[src]').count()).toBe(0);
    expect(complaints).toEqual([]);
    await picture(page, 'verifier-hostile-names');
  });

  test('that takes long can be stopped, and the page goes on', async () => {
    const { page, give } = await openVerifier(browser);
    const long = json.replace(
      '"names":[',
      `"names":[${'{"subject":"00","name":"x"},'.repeat((30 * MIB) / 28)}`,
    );
    // Stopped in the very moment in which the button appears.
    await page.evaluate(`new MutationObserver((_, observer) => {
      const button = document.querySelector('[data-outcome="working"] button');
      if (button) { observer.disconnect(); button.click(); }
    }).observe(document, { subtree: true, childList: true, attributes: true })`);
    const path = join(tempFolder(), 'long');
    writeFileSync(path, long);
    await page.setInputFiles('#evidence-file', path);
    await page.locator('[data-outcome="stopped"]').waitFor();
    expect(await page.locator('.result').textContent()).toContain('The file was not checked');
    expect((await give(json)).light).toBe('amber');
  });

  test('that is too large for a browser is not even read', async () => {
    const { page } = await openVerifier(browser);
    await page.evaluate(`(() => {
      const chosen = new DataTransfer();
      chosen.items.add(new File([new Uint8Array(${64 * MIB + 1})], 'large'));
      const input = document.querySelector('#evidence-file');
      input.files = chosen.files;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    })()`);
    await page.locator('[data-outcome="too-large"]').waitFor();
    expect(await page.locator('.result').textContent()).toContain('coldgate verify FILE');
  });
});
