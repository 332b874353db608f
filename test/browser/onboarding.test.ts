// From an empty folder to a probe on the page, as a person would: the real program, its terminal, and a browser without any
// network but this machine. One probe is simulated on a wire; everything else is what a truck gets.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { ModbusSimulator } from '../../firmware-bridge/simulators/modbus-simulator.js';
import { serveOverTcp } from '../../firmware-bridge/simulators/stream-server.js';
import { authenticator } from '../gateway/accounts/authenticator.js';
import { tempFolder } from '../gateway/temp-folder.js';
import { accessibilityProblems } from './accessibility.js';
import { hasChromium, launch, picture, visit } from './chromium.js';

const program = fileURLToPath(new URL('../../dist/gateway/cli/coldgate.js', import.meta.url));
const password = 'four pallets left for Basel';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** `coldgate run`, and what its terminal shows. */
class Terminal {
  text = '';
  readonly #child: ChildProcess;
  #look: () => void = () => {};

  constructor(config: string) {
    this.#child = spawn(process.execPath, [program, 'run', '-c', config], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (bytes: Buffer) => {
        this.text += bytes.toString();
        this.#look();
      });
    }
  }

  async shows(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.text);
      if (found) return found;
      await new Promise<void>((resolve) => {
        this.#look = resolve;
      });
    }
  }

  async end(): Promise<void> {
    const ended = new Promise((done) => this.#child.once('exit', done));
    this.#child.kill('SIGTERM');
    await ended;
  }
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

describe.skipIf(!hasChromium && !process.env.COLDGATE_REQUIRE_PEERS)('a first start', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  test('leads from an empty folder to a probe on the page and its evidence checked', async () => {
    const bus = new ModbusSimulator({
      probes: [{ unit: 1, profile: 'xy-md02', temperatureMilliC: () => 4100 }],
    });
    const wire = await serveOverTcp(bus);
    onTestFinished(() => wire.close());
    const folder = tempFolder();
    execFileSync(process.execPath, [program, 'init', folder, '--name', 'truck-17'], { stdio: 'ignore' });
    const config = join(folder, 'coldgate.yaml');
    const port = await freePort();
    writeFileSync(
      config,
      `gateway: { name: truck-17, dataDir: ./data }\nconsole: { listen: { port: ${port} } }\n`,
    );
    const terminal = new Terminal(config);
    onTestFinished(() => terminal.end());
    const [, url = '', code = ''] = await terminal.shows(
      /Open (http:\S+) and enter this code[^\n]*\n\n {4}(\S+)\n/,
    );

    const { page, complaints } = await visit(browser, { locale: 'en-GB' });
    await page.goto(url);
    await page.getByLabel('Code of the terminal').fill('AAAA-AAAA-AAAA');
    await press(page, 'Go on');
    await page.getByText('SETUP_CODE_WRONG').waitFor();
    await page.getByLabel('Code of the terminal').fill(code.toLowerCase());
    expect(await accessibilityProblems(page)).toEqual([]);
    await picture(page, 'first-start-code');
    await press(page, 'Go on');

    await page.getByLabel('Account name').fill('ada');
    await page.getByLabel('Your name').fill('Ada Example');
    await page.getByLabel('Password', { exact: true }).fill('short');
    await page.getByLabel('The password again').fill('short');
    await press(page, 'Go on');
    await page.getByText('At least 12 characters.', { exact: true }).waitFor();
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByLabel('The password again').fill(password);
    await press(page, 'Go on');

    await page.getByRole('img', { name: 'QR code for the authenticator' }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await picture(page, 'first-start-authenticator');
    const fills = await page.evaluate(
      `[...document.querySelectorAll('.qr path')].map((path) => getComputedStyle(path).fill)`,
    );
    expect(fills).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
    const shown = await page.getByText('Or enter it by hand:').locator('.code').textContent();
    const secret = (shown ?? '').replaceAll(' ', '');
    const nextCode = authenticator(secret);
    await page.getByLabel('Code of the authenticator').fill(await nextCode());
    await press(page, 'Make the administrator');

    await page.getByRole('link', { name: 'Set-up' }).first().click();
    await page.getByLabel('Name of the probe').fill('cargo-front');
    await page.getByLabel('Port', { exact: true }).fill(wire.port);
    await page.getByRole('button', { name: 'Put into the proposal' }).first().click();
    await press(page, 'Read bus-1 now');
    await page.getByText('cargo-front reads 4.1 degC').first().waitFor();
    await page.getByText('devices[bus-1].port').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await picture(page, 'setup-proposal');
    await page.getByLabel('Reason').fill('the first bus');
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByLabel('Code of the authenticator').fill(await nextCode());
    await press(page, 'Sign and put in force');
    await page.getByText('Decided and recorded').waitFor();

    // All roles start again; the page asks who is there.
    await terminal.shows(/console role started[\s\S]*console role started/);
    await page.goto(url);
    await page.getByLabel('Account name').fill('ada');
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByLabel('Code of the authenticator').fill(await nextCode());
    await press(page, 'Log in');
    await page.getByText('cargo-front').first().waitFor();
    await page.getByText('4.1').first().waitFor();
    await picture(page, 'first-probe');

    await page.goto(`${url}/evidence?from=2020-01-01T00:00&to=2099-01-01T00:00`);
    await press(page, 'Check it below');
    const frame = page.frameLocator('iframe.verifier');
    await frame.locator('.verdict[data-light="amber"]').waitFor();
    expect(await frame.locator('.facts').textContent()).toContain('checkpoint of');
    await frame.getByText('cargo-front').first().waitFor();
    await picture(page, 'evidence-checked');

    // What was put in force stays on trial for some seconds after its start.
    const told = () =>
      execFileSync(process.execPath, [program, 'audit', '-c', config, '--json'], { encoding: 'utf8' });
    await expect.poll(told, { timeout: 60_000, interval: 1_000 }).toContain('"in-force"');
    const audit = told();
    for (const event of ['"created"', '"tested"', '"applied"']) expect(audit).toContain(event);
    expect(complaints).toEqual([]);
  }, 180_000);
});
