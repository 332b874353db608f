// `npm start`: a simulated truck through the real code. Virtual devices on real ports, the gateway as a person
// runs it, a local ledger, and at the end a bundle that is exported and verified with the commands that a quality
// team uses. Goes on until Ctrl-C, or for --duration seconds; then exit code 0 means: a reading was proven.

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SoftwareSigner } from '../../ledger-sync/evidence/signer.js';
import { runInit } from '../cli/init-command.js';
import { openKeyFile, readKeyFileAddress, readPassphrase } from '../sealing/key-file.js';
import { ConsoleGuests } from './console-guests.js';
import { DEMO_GATEWAY, DEMO_SHIPMENT, demoConfig } from './demo-config.js';
import { startChild } from './leashed-child.js';
import { freePort, startLocalLedger } from './local-ledger.js';
import { startTruck } from './truck.js';
import { type Seen, watch } from './watcher.js';

const COLDGATE = fileURLToPath(new URL('../cli/command-line.js', import.meta.url));
const FIRST_BROKER_PORT = 18_830;
const FIRST_CONSOLE_PORT = 18_480;
const WAIT_MS = 250;
const USAGE = 'use: npm start -- [--duration SECONDS] [--dir FOLDER]';

interface DemoOptions {
  readonly durationMs: number;
  readonly folder: string;
}

function readOptions(): DemoOptions {
  try {
    const { values } = parseArgs({
      options: { duration: { type: 'string' }, dir: { type: 'string', default: '.demo' } },
    });
    const seconds = values.duration === undefined ? Number.POSITIVE_INFINITY : Number(values.duration);
    if (!(seconds > 0))
      throw new Error(`--duration is ${values.duration}, it must be a number of seconds above 0`);
    return { durationMs: seconds * 1000, folder: resolve(values.dir) };
  } catch (error) {
    process.stderr.write(
      `coldgate demo: ${error instanceof Error ? error.message : error} [WRONG_USE]\n  ${USAGE}\n`,
    );
    process.exit(2);
  }
}

function say(line: string): void {
  process.stdout.write(`${new Date().toISOString().slice(11, 19)}  ${line}\n`);
}

/** Runs one coldgate command and shows what it prints. */
function coldgate(parameters: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [COLDGATE, ...parameters], { maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : 3) : 0;
      done({ code, output: `${stdout}${stderr}`.trimEnd() });
    });
  });
}

/** Waits until `isThere`, the stop, or the deadline; true if it came. */
async function waitFor(isThere: () => boolean, stop: AbortSignal): Promise<boolean> {
  while (!isThere() && !stop.aborted)
    await sleep(WAIT_MS, undefined, { signal: stop }).catch(() => undefined);
  return isThere();
}

/** Exports the shipment's evidence and verifies it against the ledger; true if it is proven. */
async function prove(configFile: string, bundleFile: string, rpcUrl: string): Promise<boolean> {
  const exported = await coldgate([
    'export',
    '-c',
    configFile,
    '--shipment',
    DEMO_SHIPMENT,
    '-o',
    bundleFile,
    '--force',
  ]);
  for (const line of exported.output.split('\n')) say(`export      ${line}`);
  if (exported.code !== 0) return false;
  const verified = await coldgate(['verify', bundleFile, '--rpc', rpcUrl]);
  for (const line of verified.output.split('\n')) say(`verify      ${line}`);
  return verified.code === 0;
}

async function prepareGateway(
  folder: string,
): Promise<{ device: SoftwareSigner; payer: string; gatewayDir: string }> {
  const gatewayDir = join(folder, 'gateway');
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(gatewayDir, 'coldgate.yaml'))) {
    await runInit({ dir: gatewayDir, name: DEMO_GATEWAY }, { out: () => {}, err: say });
  }
  const keys = join(gatewayDir, 'keys');
  const key = await openKeyFile(join(keys, 'device-key.json'), readPassphrase(join(keys, 'passphrase')));
  const { address } = readKeyFileAddress(join(keys, 'payer-key.json'));
  return { device: new SoftwareSigner(key), payer: address, gatewayDir };
}

/** The same port as at the last start, where it is still free. */
async function portOf(folder: string, name: string, first: number): Promise<number> {
  const file = join(folder, `${name}-port`);
  const before = existsSync(file) ? Number(readFileSync(file, 'utf8')) : first;
  const port = await freePort(before);
  writeFileSync(file, String(port));
  return port;
}

async function runDemo({ durationMs, folder }: DemoOptions, stop: AbortController): Promise<number> {
  const closers: (() => Promise<unknown>)[] = [];
  const onLost = (text: string) => {
    say(`TROUBLE     ${text}`);
    stop.abort();
  };
  const seen: Seen = {
    excursionRecords: 0,
    excursionOverAtSize: 0,
    includedSize: 0,
    verifiedRecords: 0,
    forgeries: 0,
  };
  const bundleFile = join(folder, 'bundle.json');
  let isProven = false;
  try {
    const { device, payer, gatewayDir } = await prepareGateway(folder);
    const configFile = join(gatewayDir, 'coldgate.yaml');
    const truck = await startTruck(folder);
    closers.unshift(truck.close);
    const ledger = await startLocalLedger(folder, device, payer, onLost);
    closers.unshift(ledger.process.stop);
    say(`ledger      anvil at ${ledger.rpcUrl}, contract ${ledger.contract}`);
    const port = await portOf(folder, 'broker', FIRST_BROKER_PORT);
    const consolePort = await portOf(folder, 'console', FIRST_CONSOLE_PORT);
    const brokerUrl = `mqtt://127.0.0.1:${port}`;
    writeFileSync(configFile, demoConfig(truck, ledger, port, consolePort));
    say(`truck       reader at ${truck.readerPort}, probe bus at ${truck.busPort}: ${truck.medium}`);
    const logFile = join(folder, 'gateway.log');
    const gateway = startChild(process.execPath, [COLDGATE, 'run', '-c', configFile], {
      logFile,
      hasIpc: true,
      onLost,
    });
    closers.unshift(gateway.stop);
    const watcher = watch(brokerUrl, DEMO_GATEWAY, seen, say);
    closers.unshift(() => watcher.endAsync(true));
    truck.startSensors(brokerUrl);
    say(
      `gateway     ${DEMO_GATEWAY}, process ${gateway.pid}, broker at ${brokerUrl}; the rear doors open in a few seconds`,
    );
    const guests = new ConsoleGuests(folder, configFile, coldgate);
    closers.unshift(async () => guests.close());
    void guests.invite(`http://127.0.0.1:${consolePort}/`, say);
    const deadline = Number.isFinite(durationMs) ? setTimeout(() => stop.abort(), durationMs) : undefined;
    const isAnchored = () => seen.excursionOverAtSize > 0 && seen.includedSize >= seen.excursionOverAtSize;
    if (await waitFor(isAnchored, stop.signal)) {
      isProven = await prove(configFile, bundleFile, ledger.rpcUrl);
      say(
        isProven
          ? 'PROVEN      the readings above are on the ledger, with nothing left out'
          : 'NOT PROVEN  see above',
      );
      say(`topics      ${brokerUrl} coldgate/1/${DEMO_GATEWAY}/#; it goes on until Ctrl-C`);
      await waitFor(() => false, stop.signal);
    }
    clearTimeout(deadline);
  } catch (error) {
    say(`TROUBLE     ${error instanceof Error ? error.message : error}`);
  } finally {
    for (const close of closers) await close().catch((error: unknown) => say(`TROUBLE     ${error}`));
  }
  say(`end         ${seen.verifiedRecords} records received and checked, ${seen.forgeries} refuted`);
  sayWhere(folder, bundleFile);
  return isProven && seen.forgeries === 0 ? 0 : 1;
}

/** The last line: where everything is. */
function sayWhere(folder: string, bundleFile: string): void {
  const near = (path: string) => relative('.', path) || '.';
  const places = [
    `config ${near(join(folder, 'gateway', 'coldgate.yaml'))}`,
    `journal ${near(join(folder, 'gateway', 'data', 'journal.db'))}`,
    ...(existsSync(bundleFile) ? [`bundle ${near(bundleFile)}`] : []),
    `logs ${near(join(folder, 'gateway.log'))} and ${near(join(folder, 'ledger.log'))}`,
  ];
  say(`where       ${places.join(', ')}`);
}

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
process.exitCode = await runDemo(readOptions(), stop);
process.exit();
