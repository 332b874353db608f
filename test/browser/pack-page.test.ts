// The page about packs in a real browser, from the disk: what somebody at a kitchen table sees, and that nobody learns of it.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packPage } from '../../gateway/pack-page/pack-page.js';
import {
  makePackList,
  type PackFate,
  type PackList,
  slowHashOf,
} from '../../ledger-sync/serials/pack-list.js';
import { tempFolder } from '../gateway/temp-folder.js';
import { addressText, signerNamed } from '../ledger-sync/serials/serials-rig.js';
import { accessibilityProblems } from './accessibility.js';
import { hasChromium, launch, phone, picture, visit } from './chromium.js';

const label = (serial: string, rest = '(17)491231(10)LOT7') => `(01)09521234543213(21)${serial}${rest}`;
const fine: PackFate = { isDispensed: false, isDecommissioned: false, isRecalled: false, cold: 'kept' };
const fates: Readonly<Record<string, Partial<PackFate>>> = {
  GOOD1: {},
  HANDED1: { isDispensed: true, cold: 'holes' },
  CALLED1: { isDispensed: true, isRecalled: true, cold: 'no-record' },
  GONE1: { isDecommissioned: true, cold: 'rejected' },
  WARM1: { cold: 'excursion' },
  JUDGED1: { cold: 'excursion-released' },
};

/** A browser that reads codes itself, and a camera that shows one at the third look. As text: it runs in the page. */
const fakeCamera = `
  let looks = 0;
  globalThis.tracks = [];
  globalThis.BarcodeDetector = function () {
    this.detect = async () => (++looks < 3 ? [] : [{ rawValue: ${JSON.stringify(label('GOOD1'))} }]);
  };
  BarcodeDetector.getSupportedFormats = async () => ['qr_code', 'data_matrix'];
  const getUserMedia = async () => {
    const canvas = document.createElement('canvas');
    canvas.getContext('2d').fillRect(0, 0, 8, 8);
    const stream = canvas.captureStream(10);
    globalThis.tracks = stream.getTracks();
    return stream;
  };
  Object.defineProperty(navigator, 'mediaDevices', { value: { getUserMedia } });
`;

async function pageWith(change: (list: PackList) => PackList = (list) => list, madeAtMs = Date.now()) {
  const publisher = signerNamed('publisher');
  const packs = await Promise.all(
    Object.entries(fates).map(async ([serial, fate]) => {
      const pack = { gtin: '09521234543213', serial, lot: 'LOT7', expiry: '2049-12-31' };
      return { slow: await slowHashOf(pack, addressText(publisher), 1_000), fate: { ...fine, ...fate } };
    }),
  );
  const how = { madeAtMs, iterations: 1_000, salt: new Uint8Array(16).fill(9) };
  const text = packPage(change(await makePackList(publisher, packs, how)));
  const path = join(tempFolder(), 'packs.html');
  writeFileSync(path, text);
  return { text, url: pathToFileURL(path).href };
}

describe.skipIf(!hasChromium && !process.env.COLDGATE_REQUIRE_PEERS)('the page about packs', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  async function opened(language: 'en' | 'de' = 'en', built = pageWith()) {
    const { url, text } = await built;
    const { context, page, complaints } = await visit(browser, { viewport: phone });
    const requests: string[] = [];
    context.on('request', (request) => requests.push(request.url()));
    await page.goto(`${url}#${language}`);
    const ask = async (code: string) => {
      await page.locator('#code').fill(code);
      await page.locator('button.main').click();
      await page.locator('button.main:not([disabled])').waitFor();
      const answers = await page.locator('form ~ div .answer').all();
      return Promise.all(
        answers.map(
          async (one) => [await one.getAttribute('data-kind'), (await one.textContent()) ?? ''] as const,
        ),
      );
    };
    const kinds = async (code: string) => (await ask(code)).map(([kind]) => kind);
    return { page, context, complaints, requests, ask, kinds, text, url };
  }

  test('tells genuine, handed out, called back, gone and unknown, and whether it was cold, and asks nobody', async () => {
    const { kinds, requests, complaints, url, text, context } = await opened();
    expect(await kinds(label('GOOD1'))).toEqual(['genuine', 'kept']);
    expect(await kinds(label('HANDED1'))).toEqual(['dispensed', 'holes']);
    expect(await kinds(label('CALLED1'))).toEqual(['recalled', 'no-record']);
    expect(await kinds(label('GONE1'))).toEqual(['decommissioned', 'rejected']);
    expect(await kinds(label('WARM1'))).toEqual(['genuine', 'excursion']);
    expect(await kinds(label('JUDGED1'))).toEqual(['genuine', 'excursion-released']);
    expect(await kinds(label('FALSE1'))).toEqual(['unknown']);
    expect(await kinds(label('GOOD1', '(17)491231(10)LOT8'))).toEqual(['unknown']);
    // As a scanner sends it, and as a link.
    expect(await kinds(']d2010952123454321321GOOD1\u001d1749123110LOT7')).toEqual(['genuine', 'kept']);
    const link = 'https://id.gs1.org/01/09521234543213/10/LOT7/21/GOOD1?17=491231';
    expect(await kinds(link)).toEqual(['genuine', 'kept']);
    expect(await kinds('(01)09521234543213(21)GOOD1')).toEqual(['incomplete']);
    expect(await kinds('hello')).toEqual(['unreadable']);
    // The page itself, and nothing else: no request, no cookie, no store.
    expect(requests).toEqual([url]);
    expect(complaints).toEqual([]);
    expect(await context.storageState()).toEqual({ cookies: [], origins: [] });
    for (const word of ['GOOD1', 'HANDED1', 'LOT7', '09521234543213"', 'Example Pharma']) {
      expect(text.slice(text.indexOf('id="pack-list"'), text.indexOf('</script>'))).not.toContain(word);
    }
    await context.close();
  });

  test('says in words how old it is, and is not used when it was changed', async () => {
    const old = await opened(
      'en',
      pageWith((list) => list, Date.now() - 30 * 86_400_000),
    );
    expect(await old.page.locator('footer').textContent()).toContain('That is 30 days ago');
    const forged = await opened(
      'de',
      pageWith((list) => ({ ...list, madeAtMs: list.madeAtMs + 1 })),
    );
    expect(await forged.page.locator('main').textContent()).toContain('beschädigt oder wurde geändert');
    expect(await forged.page.locator('#code').count()).toBe(0);
  });

  test.each(['en', 'de'] as const)('is readable by everybody: %s', async (language) => {
    const { page, ask, complaints } = await opened(language);
    const answers = await ask(label('WARM1'));
    expect(answers[0]?.[1]).toContain(language === 'en' ? 'GENUINE' : 'ECHT');
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await picture(page, `pack-page-${language}`);
  });

  test('reads the code through the camera where the browser can, and lets the camera go', async () => {
    const { url } = await pageWith();
    const { page, context, complaints } = await visit(browser, { viewport: phone });
    await context.addInitScript(fakeCamera);
    await page.goto(`${url}#en`);
    await page.getByRole('button', { name: 'Use the camera' }).click();
    await page.locator('[data-kind="genuine"]').waitFor();
    expect(await page.locator('video').count()).toBe(0);
    const ended = await page.evaluate('tracks.map((track) => track.readyState)');
    expect(ended).toEqual(['ended']);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
