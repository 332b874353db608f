// The pages over the real thing: a gateway that reads a sensor, its console, and three persons of quality in browsers of
// their own. What they see is what the log holds. Needs the build.

import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import mqtt from 'mqtt';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { runProgram } from '../../gateway/cli/program.js';
import { makeGatewayFolder, topicOf } from '../faults/gateway-folder.js';
import { runConsole, runGateway } from '../faults/gateway-process.js';
import { capturedIo } from '../gateway/cli/captured-io.js';
import { tempFolder } from '../gateway/temp-folder.js';
import { PASSWORD, People } from '../gateway/typed-commands.js';
import { hasChromium, launch, picture, visit } from './chromium.js';

/** A busy machine is slow; every wait is for something that must come. */
const TIMEOUT_MS = 300_000;

describe.skipIf(!hasChromium && !process.env.COLDGATE_REQUIRE_PEERS)(
  'a quality team at a real gateway',
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launch();
    }, TIMEOUT_MS);
    afterAll(() => browser?.close());

    test(
      'watches an excursion happen, acknowledges it, assesses it, and has another person sign; the audit trail shows it',
      async () => {
        const path = tempFolder();
        const folder = await makeGatewayFolder(path, { sensorIds: ['cargo'] });
        appendFileSync(
          folder.config,
          [
            'excursions: [ { sensorId: cargo, lowMilliC: 2000, highMilliC: 8000 } ]',
            'shipment: { id: SHIP-0001 }',
            'console: { listen: { host: 127.0.0.1, port: 0 } }',
            '',
          ].join('\n'),
        );
        const gateway = runGateway(folder.config);
        const port = await gateway.brokerPort();
        const { url } = await runConsole(folder.config).line('console role started');
        const people = new People(path, folder.config);
        await people.enrol('ada', 'administrator');
        // A person's third code in a minute must be waited for: nobody here needs one.
        await people.enrol('bo', 'administrator', 'ada');
        await people.enrol('dana', 'quality', 'ada');
        await people.enrol('wim', 'quality', 'bo');
        await people.enrol('eva', 'quality', 'bo');
        const sensor = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
        onTestFinished(() => void sensor.end(true));
        const measure = (value: number) =>
          sensor.publishAsync(topicOf('cargo'), JSON.stringify({ value }), { qos: 1 });

        const complaints: string[] = [];
        const arrive = async (name: string, at = '/'): Promise<Page> => {
          const visitor = await visit(browser);
          onTestFinished(() => visitor.context.close());
          const { page } = visitor;
          page.setDefaultTimeout(TIMEOUT_MS / 5);
          page.on('close', () => complaints.push(...visitor.complaints));
          await page.goto(new URL(at, String(url)).href);
          await page.getByLabel('Account name').fill(name);
          await page.getByLabel('Password').fill(PASSWORD);
          await page.getByLabel('Code of the authenticator').fill(await people.code(name));
          await page.keyboard.press('Enter');
          await page.locator('.frame').waitFor();
          return page;
        };
        const sign = async (page: Page, name: string, action: string) => {
          const dialog = page.getByRole('dialog');
          await dialog.getByLabel('Password').fill(PASSWORD);
          await dialog.getByLabel('Code of the authenticator').fill(await people.code(name));
          await dialog.getByRole('button', { name: action }).click();
          await dialog.waitFor({ state: 'detached' });
        };

        await measure(5_000);
        const dana = await arrive('dana');
        const probe = dana.locator('.probe', { hasText: 'cargo' });
        await probe.getByText('5.0 °C').waitFor();
        await probe.getByText('OK', { exact: true }).waitFor();
        await measure(9_000);
        await probe.getByText('EXCURSION').waitFor();
        await dana.getByText('1 probe is outside its limits').waitFor();
        await picture(dana, 'real-now');

        await dana.getByRole('navigation').first().getByRole('link', { name: 'Alerts' }).click();
        await dana.getByRole('link', { name: 'Excursion of cargo' }).click();
        await dana.getByRole('button', { name: 'Acknowledge' }).click();
        await dana.getByLabel('Remark').fill('seen on the phone');
        await sign(dana, 'dana', 'Acknowledge');
        await dana.getByText(/^Acknowledged\. It is record \d+ of the log\.$/).waitFor();
        await dana.locator('.u-over').waitFor();

        const alert = new URL(dana.url()).pathname;
        const wim = await arrive('wim', alert);
        await wim.getByRole('button', { name: 'Assess' }).click();
        await wim.getByRole('radio', { name: 'No impact' }).check();
        await wim.getByRole('textbox', { name: 'Why' }).fill('one minute while loading');
        await sign(wim, 'wim', 'Assess');
        // Whoever assessed may not approve; the gateway offers it to nobody whom it would refuse.
        await wim.getByText('one minute while loading').first().waitFor();

        const eva = await arrive('eva', alert);
        await eva.getByRole('button', { name: 'Sign', exact: true }).click();
        await eva.getByRole('dialog').getByText('I, eva Example, approve this assessment.').waitFor();
        await picture(eva, 'real-sign');
        await sign(eva, 'eva', 'Sign: Approved');
        await eva.getByText(/^Signed as Approved\. It is record \d+ of the log\.$/).waitFor();
        await eva.getByText('Closed. It opens again by itself').waitFor();
        // The others see it without touching anything.
        await dana.getByText('Closed. It opens again by itself').waitFor();
        await picture(dana, 'real-alert');

        await eva.getByRole('link', { name: 'In the audit trail' }).click();
        const entries = eva.getByRole('table', { name: 'Audit trail' });
        const signed = entries.getByRole('row', { name: /alert-signed/ });
        await signed.getByText('eva Example').first().waitFor();
        await signed.getByText('Signed', { exact: true }).first().waitFor();
        await entries
          .getByRole('row', { name: /alert-assessed/ })
          .getByText('wim Example')
          .first()
          .waitFor();
        await picture(eva, 'real-audit');

        const save = async (button: string): Promise<[name: string, bytes: Buffer]> => {
          const saved = eva.waitForEvent('download');
          await eva.getByRole('button', { name: button }).click();
          const file = await saved;
          return [file.suggestedFilename(), readFileSync(await file.path())];
        };
        await eva.getByRole('navigation').first().getByRole('link', { name: 'Shipments' }).click();
        await eva.getByRole('link', { name: 'SHIP-0001' }).first().click();
        const [reportName, report] = await save('Report (PDF)');
        expect(reportName).toMatch(/SHIP-0001.*\.pdf$/);
        expect(report.subarray(0, 5).toString()).toBe('%PDF-');
        const [packName, pack] = await save('Everything for an inspector (ZIP)');
        expect(packName).toMatch(/SHIP-0001.*\.zip$/);
        for (const part of ['report.pdf', 'verifier.html', 'audit']) expect(pack.includes(part)).toBe(true);
        await picture(eva, 'real-shipment');
        await eva.getByRole('navigation').first().getByRole('link', { name: 'Evidence' }).click();
        await eva.locator('datalist option[value="SHIP-0001"]').waitFor({ state: 'attached' });
        await eva.getByLabel('Shipment', { exact: true }).fill('SHIP-0001');
        await eva.keyboard.press('Enter');
        await eva.getByText("No ledger is configured: the gateway's signature is all.").waitFor();
        const bundle = join(path, 'page-bundle.json');
        writeFileSync(bundle, (await save('Bundle (JSON)'))[1]);
        const io = capturedIo();
        expect(await runProgram(['verify', bundle], io)).toBe(0);
        await picture(eva, 'real-evidence');
        for (const page of [dana, wim, eva]) await page.close();
        expect(complaints).toEqual([]);
      },
      TIMEOUT_MS,
    );
  },
);
