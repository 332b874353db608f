// What people do with the pages, against a console that tells what each journey needs: logging in, watching an excursion
// happen, losing the line, reading a chart with keys, signing an alert, and everything that can be missing or refused.

import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasChromium, launch, phone, picture, type Visit, visit } from './chromium.js';
import { FixtureConsole } from './fixture-console.js';
import { hostileText, now, probe, START_MS, session } from './fixture-data.js';
import { ALERT_ID, alertDetail, EXCURSION } from './fixture-shipment.js';

/** A busy machine is slow; every wait is for something that must come. */
const TIMEOUT_MS = 90_000;

describe.skipIf(!hasChromium && !process.env.COLDGATE_REQUIRE_PEERS)('a person at the console', () => {
  let browser: Browser;
  let server: FixtureConsole;
  let address = '';
  let visitor: Visit;
  let page: Page;
  beforeAll(async () => {
    browser = await launch();
  }, TIMEOUT_MS);
  afterAll(() => browser?.close());
  beforeEach(async () => {
    server = new FixtureConsole();
    address = await server.start();
    visitor = await visit(browser);
    page = visitor.page;
    page.setDefaultTimeout(TIMEOUT_MS / 3);
  }, TIMEOUT_MS);
  afterEach(async () => {
    await visitor.context.close();
    await server.stop();
    expect(visitor.complaints).toEqual([]);
  }, TIMEOUT_MS);

  test(
    'over a slow link waits for three rounds: the document, what all pages share, then words, page, session and values',
    async () => {
      const slow = await visitor.context.newCDPSession(page);
      await slow.send('Network.enable');
      const bytesPerSecond = 1_600_000 / 8;
      const rates = { downloadThroughput: bytesPerSecond, uploadThroughput: bytesPerSecond };
      await slow.send('Network.emulateNetworkConditions', { offline: false, latency: 150, ...rates });
      await page.goto(address);
      await page.locator('.probe').first().waitFor();
      const loaded = await page.evaluate<[name: string, startMs: number, endMs: number][]>(
        `performance.getEntriesByType('resource').map((one) => [one.name, one.startTime, one.responseEnd])`,
      );
      const of = (part: RegExp) => {
        const [, startMs = Number.NaN, endMs = Number.NaN] = loaded.find(([name]) => part.test(name)) ?? [];
        return { startMs, endMs };
      };
      const [shell, words, nowPage, who] = [/shell-/, /english-/, /now-page-.*js/, /session/].map(of);
      for (const one of [words, nowPage, who]) {
        expect(one?.startMs).toBeGreaterThanOrEqual(shell?.endMs ?? 0);
        for (const other of [words, nowPage, who]) expect(one?.startMs).toBeLessThan(other?.endMs ?? 0);
      }
      expect(loaded.filter(([name]) => !/favicon/.test(name)).length).toBeLessThanOrEqual(8);
    },
    TIMEOUT_MS,
  );

  test(
    'logs in, is told what is missing and what was refused, and comes to the page of the link',
    async () => {
      let isKnown = false;
      server.answers.set('GET /api/session', () =>
        isKnown ? { body: session } : { status: 401, code: 'SIGN_IN_NEEDED' },
      );
      server.answers.set('POST /api/session', ({ body }) => {
        isKnown = (body as { code: string }).code === '123456';
        return isKnown ? { body: session } : { status: 401, code: 'CREDENTIALS_REFUSED' };
      });
      await page.goto(`${address}/alerts`);
      await page.getByRole('button', { name: 'Log in' }).click();
      expect(await page.getByText('Please fill this in.').count()).toBe(2);
      await picture(page, 'log-in-desk');
      await page.getByLabel('Account name').fill('dana');
      await page.getByLabel('Password').fill('a long password');
      await page.getByLabel('Code of the authenticator').fill('000 000');
      await page.keyboard.press('Enter');
      await page.getByText('[CREDENTIALS_REFUSED]').waitFor();
      expect(await page.getByLabel('Code of the authenticator').inputValue()).toBe('');
      await page.getByLabel('Code of the authenticator').fill('123 456');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Alerts', level: 1 }).waitFor();
      expect(await page.title()).toBe('Alerts · truck-17');
      // And when the session is over, the next question leads back to the door.
      server.answers.set('GET /api/devices', () => ({ status: 401, code: 'SIGN_IN_NEEDED' }));
      await page.getByRole('link', { name: 'Devices' }).click();
      await page.getByText('You were logged out').waitFor();
    },
    TIMEOUT_MS,
  );

  test(
    'sees an excursion happen, and is never shown old values as new ones',
    async () => {
      const calm = { ...now(), probes: [probe('cargo-front'), probe('cargo-rear')] };
      server.beginWith({
        ...calm,
        gateway: { ...calm.gateway, alerts: { ...calm.gateway.alerts, open: 0 } },
      });
      await page.goto(`${address}/`);
      const headline = page.locator('.headline');
      await headline.getByText('All 2 probes are within their limits').waitFor();
      await server.hasStream('/api/live');
      const outside = { valueMilli: 9_437, ageMs: 0, state: 'excursion', stateReason: 'excursion' } as const;
      server.send('probes', { atMs: START_MS + 5_000, probes: [probe('cargo-rear', outside)] });
      server.send('gateway', { atMs: START_MS + 5_000, gateway: now().gateway });
      await headline.getByText('1 probe is outside its limits').waitFor();
      const rear = page.locator('.probe', { hasText: 'cargo-rear' });
      await rear.getByText('EXCURSION').waitFor();
      await rear.getByText('9.4 °C').waitFor();
      await page.getByRole('navigation').first().getByText('2 alerts that nobody has acknowledged').waitFor();

      server.isDown = true;
      server.cutLine();
      const front = page.locator('.probe', { hasText: 'cargo-front' });
      await front.getByText('UNKNOWN').waitFor();
      await page.getByText('The line to the gateway is cut').waitFor();
      const decoration = "getComputedStyle(document.querySelector('.probe.past .value')).textDecorationLine";
      expect(await page.evaluate(decoration)).toBe('line-through');
      // What was wrong stays wrong.
      expect(await rear.getByText('EXCURSION').count()).toBe(1);
      await picture(page, 'now-cut-desk');

      server.isDown = false;
      await front.getByText('OK').waitFor();
      expect(await page.locator('.probe.past').count()).toBe(0);
    },
    TIMEOUT_MS,
  );

  test(
    'is told when the line falls silent without being cut, as a phone in a tunnel does',
    async () => {
      await page.clock.install();
      server.beginWith({ ...now(), probes: [probe('cargo-front', { maxGapMs: null })] });
      await page.goto(`${address}/`);
      const front = page.locator('.probe', { hasText: 'cargo-front' });
      await front.getByText('OK', { exact: true }).waitFor();
      await server.hasStream('/api/live');
      server.isDown = true;
      await page.clock.fastForward(33_000);
      await front.getByText('UNKNOWN').waitFor();
      await page.getByText('The line to the gateway is cut').waitFor();
    },
    TIMEOUT_MS,
  );

  test(
    'takes files with them, and is told in words why one cannot be had',
    async () => {
      const report = 'GET /api/shipments/SHIP-0001/report';
      server.answers.set(report, () => ({ status: 503, code: 'CONSOLE_BUSY' }));
      await page.goto(`${address}/shipments/SHIP-0001`);
      await page.getByRole('button', { name: 'Report (PDF)' }).click();
      await page.getByText('[CONSOLE_BUSY]').waitFor();
      server.answers.set(report, ({ url }) => ({ body: { format: url.searchParams.get('format') } }));
      const saved = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Readings (CSV)' }).click();
      expect((await saved).suggestedFilename()).toBe('SHIP-0001.csv');
    },
    TIMEOUT_MS,
  );

  test(
    'asks for a pallet by what a scanner types, and is told who says what, and what is not known',
    async () => {
      await page.goto(`${address}/trace`);
      await page.getByLabel('Pallet, pack or lot').fill(' (00)095211410000000014 ');
      await page.keyboard.press('Enter');
      const table = page.getByRole('table', { name: 'What is known of (00)095211410000000014' });
      await table.getByText('Changed hands').waitFor();
      await table.getByText(`read by ${hostileText}`).waitFor();
      await page.getByText('what other gateways and systems saw').waitFor();
      expect(server.asked.filter((asked) => asked.startsWith('GET /api/trace'))).toEqual([
        'GET /api/trace?id=%2800%29095211410000000014',
      ]);
      // The address can be passed on.
      expect(new URL(page.url()).searchParams.get('of')).toBe('(00)095211410000000014');
      server.answers.set('GET /api/trace', () => ({ status: 409, code: 'WRONG_USE' }));
      await page.getByLabel('Pallet, pack or lot').fill('hello');
      await page.keyboard.press('Enter');
      await page.getByText('[WRONG_USE]').waitFor();
    },
    TIMEOUT_MS,
  );

  test(
    'reads in an alert about load units which ones were not seen',
    async () => {
      await page.goto(`${address}/alerts/inventory-1`);
      await page.getByRole('heading', { name: 'Load units are not as ordered', level: 1 }).waitFor();
      const text = await page.getByRole('region', { name: 'What happened' }).textContent();
      expect(text).toContain('Ordered units seen2 of 4');
      expect(text).toContain('Seen nowhere106141412345678908');
      expect(text).toContain('Seen, not ordered106141412345678922106141412345678939');
      expect(text).not.toContain('Not seen at loading');
    },
    TIMEOUT_MS,
  );

  test(
    'releases a shipment with a reason, and not without',
    async () => {
      const posted: unknown[] = [];
      server.answers.set('POST /api/shipments/SHIP-0001/steps/release', ({ body }) => {
        posted.push(body);
        return { body: { id: 'SHIP-0001', state: 'released', sequence: 99 } };
      });
      await page.goto(`${address}/shipments/SHIP-0001`);
      await page.getByRole('button', { name: 'Release' }).click();
      const dialog = page.getByRole('dialog', { name: 'Release' });
      await dialog.getByText('I, Dana Example, release SHIP-0001.').waitFor();
      await dialog.getByLabel('Password').fill('a long password');
      await dialog.getByLabel('Code of the authenticator').fill('123456');
      await dialog.getByRole('button', { name: 'Release' }).click();
      await dialog.getByText('Please fill this in.').waitFor();
      expect(posted).toEqual([]);
      await dialog.getByLabel('Why').fill('all within limits');
      await dialog.getByRole('button', { name: 'Release' }).click();
      await page.getByText('Release: it is record 99 of the log.').waitFor();
      const credentials = { password: 'a long password', code: '123456' };
      expect(posted).toEqual([{ reason: 'all within limits', credentials }]);
    },
    TIMEOUT_MS,
  );

  test(
    'watches a device, holds the list still, and goes on',
    async () => {
      const heard = (sequence: number) => ({
        ...{
          sequence,
          observedAtMs: START_MS,
          kind: 'temperature',
          name: 'cargo-front',
          value: 5_000 + sequence,
        },
        ...{ unit: 'milli-celsius', quality: 'good', detail: { raw: hostileText } },
      });
      await page.goto(`${address}/devices/reefer-bus`);
      await page.getByText('Nothing yet.').waitFor();
      await server.hasStream('/api/devices/reefer-bus/monitor');
      server.send('record', heard(100));
      await page.getByText('5.1 °C').waitFor();
      await page.getByText(JSON.stringify({ raw: hostileText })).waitFor();
      await page.getByRole('button', { name: 'Pause' }).click();
      server.send('record', heard(900));
      await page.getByRole('button', { name: 'Go on' }).click();
      server.send('record', heard(1_300));
      await page.getByText('6.3 °C').waitFor();
      expect(await page.getByText('5.9 °C').count()).toBe(0);
    },
    TIMEOUT_MS,
  );

  test(
    'reads a chart with keys alone: values, zoom with finer data, probes, table',
    async () => {
      await page.goto(`${address}/shipments/SHIP-0001`);
      const chart = page.getByRole('slider', { name: /Temperatures over time/ });
      await chart.waitFor();
      await page.getByText('Each point shows the least and the greatest').waitFor();
      await chart.focus();
      await page.keyboard.press('End');
      expect(await chart.getAttribute('aria-valuetext')).toMatch(
        /^3 Mar 2026, 12:\d\d:\d\d CET: cargo-front \d\.\d.°C.* cargo-rear \d\.\d.°C/,
      );
      await page.keyboard.press('2');
      await page.getByText('cargo-rear is hidden').waitFor({ state: 'attached' });
      expect(await chart.getAttribute('aria-valuetext')).not.toContain('cargo-rear');
      await page.keyboard.press('2');
      await page.keyboard.press('Home');
      for (let press = 0; press < 4; press++) await page.keyboard.press('+');
      await page.keyboard.press('Escape');
      await page.getByText('Every reading is shown.').waitFor();
      const spans = server.asked
        .filter((asked) => asked.startsWith('GET /api/chart') && asked.includes('fromMs'))
        .map((asked) => new URLSearchParams(asked.split('?')[1]))
        .map((query) => Number(query.get('toMs')) - Number(query.get('fromMs')));
      expect(spans.at(-1)).toBe((8 * 3_600_000) / 16);
      await picture(page, 'shipment-zoomed-desk');
      await page.keyboard.press('0');
      await page.getByText('Each point shows the least and the greatest').waitFor();
      await page.getByRole('button', { name: 'As a table' }).click();
      await page.getByRole('table', { name: 'What happened' }).getByText('cargo-rear, range-high').waitFor();
      await page.getByRole('table', { name: 'Readings of the time that is shown' }).waitFor();
    },
    TIMEOUT_MS,
  );

  test(
    'drags over a stretch to zoom into it, and hovers for values',
    async () => {
      await page.goto(`${address}/shipments/SHIP-0001`);
      const plot = page.locator('.u-over');
      await plot.waitFor();
      await page.getByText('Each point shows').waitFor();
      const box = await plot.boundingBox();
      if (!box) throw new Error('the plot has no box');
      await page.mouse.move(box.x + box.width * 0.5, box.y + 40);
      await page
        .locator('.readout')
        .getByText(/cargo-front \d/)
        .waitFor();
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.75, box.y + 60, { steps: 4 });
      await page.mouse.up();
      await expect
        .poll(() => server.asked.filter((asked) => asked.includes('fromMs')).length, {
          timeout: TIMEOUT_MS / 3,
        })
        .toBe(1);
      const asked = new URLSearchParams(server.asked.find((one) => one.includes('fromMs'))?.split('?')[1]);
      expect(Math.abs(Number(asked.get('toMs')) - Number(asked.get('fromMs')) - 2 * 3_600_000)).toBeLessThan(
        120_000,
      );
    },
    TIMEOUT_MS,
  );

  test(
    'signs an alert: the dialog says what it means, and what was shown is what is signed',
    async () => {
      const posted: { body: unknown; token: unknown }[] = [];
      let state: 'assessed' | 'closed' = 'assessed';
      server.answers.set(`GET /api/alerts/${ALERT_ID}`, () => ({
        body: state === 'closed' ? alertDetail({ state, steps: [] }) : alertDetail(),
      }));
      server.answers.set(`POST /api/alerts/${ALERT_ID}/sign`, ({ body, headers }) => {
        posted.push({ body, token: headers['x-csrf-token'] });
        if (posted.length === 1) return { status: 409, code: 'EVIDENCE_CHANGED' };
        state = 'closed';
        return { body: { id: ALERT_ID, state, sequence: 95_500 } };
      });
      await page.goto(`${address}/alerts/${ALERT_ID}`);
      await page.getByRole('button', { name: 'Sign', exact: true }).click();
      const dialog = page.getByRole('dialog', { name: 'Sign' });
      await dialog
        .getByText('I, Dana Example, approve this assessment. The alert is closed by it.')
        .waitFor();
      await dialog.getByText('cd'.repeat(32)).waitFor();
      await dialog.getByRole('radio', { name: 'Rejected' }).check();
      await dialog.getByText('I, Dana Example, reject the goods on this assessment.').waitFor();
      await dialog.getByRole('button', { name: 'Sign: Rejected' }).click();
      await dialog.getByText('Please fill this in.').waitFor();
      expect(posted).toEqual([]);
      await dialog.getByLabel('Password').fill('a long password');
      await dialog.getByLabel('Code of the authenticator').fill('654321');
      await picture(page, 'sign-desk');
      await dialog.getByRole('button', { name: 'Sign: Rejected' }).click();
      await dialog.getByText('[EVIDENCE_CHANGED]').waitFor();
      await dialog.getByLabel('Code of the authenticator').fill('654322');
      await dialog.getByRole('button', { name: 'Sign: Rejected' }).click();
      await page.getByText('Signed as Rejected. It is record 95500 of the log.').waitFor();
      expect(await dialog.count()).toBe(0);
      expect(posted[1]).toEqual({
        token: session.csrfToken,
        body: {
          meaning: 'rejected',
          boundTo: 'cd'.repeat(32),
          credentials: { password: 'a long password', code: '654322' },
        },
      });
      await page.getByText('Closed. It opens again by itself').waitFor();
    },
    TIMEOUT_MS,
  );

  test(
    'acknowledges with the keyboard; Escape leaves nothing behind, and focus comes back',
    async () => {
      server.answers.set(`GET /api/alerts/${ALERT_ID}`, () => ({
        body: alertDetail({
          state: 'open',
          assessment: null,
          evidenceHash: null,
          steps: ['acknowledge'],
          history: [],
        }),
      }));
      await page.goto(`${address}/alerts/${ALERT_ID}`);
      const button = page.getByRole('button', { name: 'Acknowledge' });
      await button.focus();
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog');
      await dialog.getByText('Dana Example has seen: Excursion of cargo-rear.').waitFor();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
      expect(server.asked.filter((asked) => asked.startsWith('POST'))).toEqual([]);
    },
    TIMEOUT_MS,
  );

  test(
    'asks for the chart of an alert around its time',
    async () => {
      await page.goto(`${address}/alerts/${ALERT_ID}`);
      await page.locator('.legend').waitFor();
      const asked = new URLSearchParams(
        server.asked.find((one) => one.includes('/api/chart'))?.split('?')[1],
      );
      expect(asked.get('sensors')).toBe('cargo-rear');
      expect(Number(asked.get('fromMs'))).toBeLessThan(EXCURSION.fromMs);
      expect(Number(asked.get('toMs'))).toBeGreaterThan(EXCURSION.toMs);
    },
    TIMEOUT_MS,
  );

  test(
    'chooses language, unit and zone, and all of it holds at once and after coming back',
    async () => {
      await page.goto(`${address}/account`);
      await page.getByRole('radio', { name: 'Deutsch' }).check();
      await page.getByRole('heading', { name: 'Konto', level: 1 }).waitFor();
      await page.getByRole('radio', { name: '°F' }).check();
      await page.getByRole('radio', { name: 'UTC', exact: true }).check();
      await page.reload();
      await page.getByRole('link', { name: 'Jetzt' }).click();
      await page.getByText('41,4 °F').waitFor();
      await page.getByText('Zeiten in UTC.').waitFor();
      const lastSignature = page.locator('time', { hasText: '3. März 2026, 11:59:59 UTC' });
      expect(await lastSignature.getAttribute('title')).toBe('2026-03-03 11:59:59 UTC');
      expect(await page.evaluate('document.documentElement.lang')).toBe('de');
    },
    TIMEOUT_MS,
  );

  const refusals = [
    ['forbidden', { status: 403, code: 'ROLE_REFUSED' }, 'Your role does not allow this'],
    ['failed', { status: 500, code: 'INTERNAL' }, 'Something failed in the console'],
    ['busy', { status: 503, code: 'GATEWAY_SILENT' }, 'The gateway is busy'],
  ] as const;
  const pages = [
    ['/shipments', 'GET /api/shipments'],
    ['/shipments/SHIP-0001', 'GET /api/shipments/SHIP-0001'],
    ['/alerts', 'GET /api/alerts'],
    [`/alerts/${ALERT_ID}`, `GET /api/alerts/${ALERT_ID}`],
    ['/devices', 'GET /api/devices'],
    ['/audit', 'GET /api/audit'],
  ] as const;

  test(
    'is told on every page what is missing, refused or out of reach, and can try again',
    async () => {
      for (const [path, route] of pages) {
        const good = server.answers.get(route);
        for (const [, refused, words] of refusals) {
          server.answers.set(route, () => refused);
          await page.goto(`${address}${path}`);
          await page.getByText(words).waitFor();
        }
        await picture(page, `busy${path.replaceAll('/', '-').slice(0, 12)}`);
        if (good) server.answers.set(route, good);
        await page.getByRole('button', { name: 'Try again' }).click();
        await page.getByText('The gateway is busy').waitFor({ state: 'detached' });
      }
    },
    TIMEOUT_MS,
  );

  test(
    'is told what an empty page will show one day',
    async () => {
      const empty = [
        ['/shipments', 'GET /api/shipments', { shipments: [], nextPage: null, total: 0 }, 'No shipment yet'],
        ['/alerts', 'GET /api/alerts', { alerts: [], nextPage: null, total: 0 }, 'Nothing waits for you'],
        [
          '/devices',
          'GET /api/devices',
          { atMs: START_MS, countedAtMs: null, startedAtMs: null, devices: [] },
          'No device yet',
        ],
        [
          '/audit',
          'GET /api/audit',
          { entries: [], nextPage: null, checkpoint: null },
          'Nothing of that kind',
        ],
      ] as const;
      server.beginWith({ ...now(), probes: [] });
      for (const [path, route, body, words] of empty) {
        server.answers.set(route, () => ({ body }));
        await page.goto(`${address}${path}`);
        await page.getByRole('heading', { name: words }).waitFor();
      }
      await page.getByRole('link', { name: 'Now', exact: true }).click();
      await page.getByText('No probe has been heard yet').waitFor();
      await page.goto(`${address}/nowhere/at/all`);
      await page.getByRole('heading', { name: 'No such page', level: 1 }).waitFor();
    },
    TIMEOUT_MS,
  );

  test(
    'sees words of devices as words',
    async () => {
      page.on('dialog', () => visitor.complaints.push('a device opened a dialog'));
      for (const path of ['/alerts', '/devices', '/audit', '/shipments', `/alerts/${ALERT_ID}`]) {
        await page.goto(`${address}${path}`);
        await page.getByText(hostileText).first().waitFor({ state: 'attached' });
        expect(await page.locator('img, script:not([src])').count()).toBe(0);
      }
    },
    TIMEOUT_MS,
  );

  test(
    'moves through everything on a phone with a thumb',
    async () => {
      await page.setViewportSize(phone);
      await page.goto(`${address}/`);
      const tabs = page.getByRole('navigation').last();
      for (const [name, title] of [
        ['Shipments', 'Shipments'],
        ['Alerts', 'Alerts'],
        ['Devices', 'Devices'],
        ['Now', 'Now'],
      ] as const) {
        await tabs.locator('a', { hasText: name }).first().click();
        await page.getByRole('heading', { name: title, level: 1 }).waitFor();
        const small = await page.evaluate(
          `[...document.querySelectorAll('.tabs a, button, .button')].filter((one) => {
          const { width, height } = one.getBoundingClientRect();
          return width > 0 && (width < 24 || height < 42);
        }).map((one) => one.outerHTML)`,
        );
        expect(small).toEqual([]);
      }
    },
    TIMEOUT_MS,
  );
});
