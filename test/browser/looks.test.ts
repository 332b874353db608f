// Each page as people see it: on a desk and on a phone, light and dark, in both languages. axe finds nothing against WCAG
// 2.2 AA, the policy is never violated, and the pictures are kept for whoever wants to look.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityProblems } from './accessibility.js';
import { desk, hasChromium, launch, phone, picture, visit } from './chromium.js';
import { FixtureConsole } from './fixture-console.js';
import { ALERT_ID } from './fixture-shipment.js';

/** A busy machine draws all pages slowly. */
const TIMEOUT_MS = 180_000;

interface Look {
  readonly name: string;
  readonly path: string;
  /** What is there once the page is drawn. */
  readonly ready: string;
  /** What a person presses then, and what comes of it. */
  readonly press?: readonly [button: string, ready: string];
}

const looks: readonly Look[] = [
  { name: 'now', path: '/', ready: '.probe' },
  { name: 'shipments', path: '/shipments', ready: 'td' },
  { name: 'shipment', path: '/shipments/SHIP-0001', ready: '.legend' },
  { name: 'alerts', path: '/alerts', ready: 'td' },
  { name: 'alert', path: `/alerts/${ALERT_ID}`, ready: '.legend' },
  { name: 'inventory-alert', path: '/alerts/inventory-1', ready: '.facts' },
  {
    name: 'table',
    path: '/shipments/SHIP-0001',
    ready: '.legend',
    press: ['.tools .last', '.time-chart td'],
  },
  {
    name: 'sign',
    path: `/alerts/${ALERT_ID}`,
    ready: '.legend',
    press: ['.course .main-action', 'dialog .choice'],
  },
  { name: 'devices', path: '/devices', ready: '.counters' },
  { name: 'device', path: '/devices/reefer-bus', ready: '.card' },
  { name: 'audit', path: '/audit', ready: 'td' },
  {
    name: 'evidence',
    path: '/evidence?shipment=SHIP-0001',
    ready: '.facts',
  },
  { name: 'trace', path: '/trace?of=095211410000000014', ready: 'td' },
  { name: 'setup', path: '/setup', ready: '.setup-text' },
  { name: 'account', path: '/account', ready: '.choice' },
];

const logIn: Look = { name: 'log-in', path: '/', ready: '.log-in form' };

describe.skipIf(!hasChromium && !process.env.COLDGATE_REQUIRE_PEERS)('pages in Chromium', () => {
  const server = new FixtureConsole();
  let address = '';
  let browser: Browser;
  beforeAll(async () => {
    address = await server.start();
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await server.stop();
  });

  const variants = [
    { language: 'en', theme: 'light', size: desk, at: 'desk' },
    { language: 'de', theme: 'dark', size: desk, at: 'desk' },
    { language: 'en', theme: 'dark', size: phone, at: 'phone' },
    { language: 'de', theme: 'light', size: phone, at: 'phone' },
  ] as const;

  test.each(variants)(
    'are readable by everybody: $language, $theme, $at',
    async ({ language, theme, size, at }) => {
      const { context, page, complaints } = await visit(browser, { viewport: size });
      const preferences = JSON.stringify({ language, theme, unit: 'C', zone: 'local' });
      // The verifier's frame has no origin, and so no storage.
      await page.addInitScript(
        `if (window === top) localStorage.setItem('coldgate.preferences', '${preferences}')`,
      );
      const found: string[] = [];
      for (const { name, path, ready, press } of [...looks, logIn]) {
        server.isLoggedOut = name === logIn.name;
        await page.goto(`${address}${path}`);
        await page.locator(ready).first().waitFor();
        if (press) {
          await page.locator(press[0]).click();
          await page.locator(press[1]).first().waitFor();
        }
        const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        if ((wide as number) > 0) found.push(`${name}: ${wide} px wider than the screen`);
        found.push(...(await accessibilityProblems(page)).map((one) => `${name}: ${one}`));
        await picture(page, `${name}-${at}-${theme}-${language}`);
      }
      server.isLoggedOut = false;
      await context.close();
      expect([...found, ...complaints]).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
