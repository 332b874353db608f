// A gateway that is moved to another contract says so in its signed log, once, over restarts and a kill. Needs the build.

import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ledgerTargetChange } from '../../gateway/ledger-target.js';
import { makeGatewayFolder } from '../faults/gateway-folder.js';
import { runGateway } from '../faults/gateway-process.js';
import { contextWith } from './record-context.js';
import { tempFolder } from './temp-folder.js';

const at = { uptimeMs: 1000, unixMs: 1_790_000_000_000 };
const ledger = { chainId: 5, contract: `0x${'AB'.repeat(20)}` };
const lower = { chainId: 5, contract: `0x${'ab'.repeat(20)}` };

test('the first contract, another one and none are told with what was before; the same one is not', () => {
  const stored = new Map<string, string>();
  const steps = [undefined, ledger, lower, { ...ledger, chainId: 6 }, undefined];
  const told = steps.map((next) => {
    const change = ledgerTargetChange(stored, next, contextWith(), at);
    if (change) stored.set(...change.row);
    return change?.draft.detail;
  });
  expect(told).toEqual([
    undefined,
    { type: 'ledger-target', from: null, to: lower },
    undefined,
    { type: 'ledger-target', from: lower, to: { ...lower, chainId: 6 } },
    { type: 'ledger-target', from: { ...lower, chainId: 6 }, to: null },
  ]);
});

const program = fileURLToPath(new URL('../../dist/gateway/cli/coldgate.js', import.meta.url));

function audit(config: string): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, 'audit', '-c', config, '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let out = '';
    child.stdout.on('data', (data: Buffer) => {
      out += data.toString();
    });
    child.on('close', () => resolve(out));
  });
}

test('a move is one record of the log, however often the gateway is killed and started', async () => {
  const folder = await makeGatewayFolder(tempFolder(), { sensorIds: ['cargo'] });
  const plain = readFileSync(folder.config, 'utf8');
  const runWith = async (contract: string) => {
    const section = `\nledger: { rpcUrl: 'http://127.0.0.1:9', chainId: 31337, contract: '${contract}' }\n`;
    writeFileSync(folder.config, plain + section);
    for (let start = 0; start < 2; start += 1) {
      const gateway = runGateway(folder.config);
      await gateway.brokerPort();
      // Killed at once the record may not be there yet; then the next start writes it.
      await (start === 0 ? gateway.kill() : gateway.stop());
    }
  };
  const [a, b] = [`0x${'11'.repeat(20)}`, `0x${'22'.repeat(20)}`];
  await runWith(a);
  await runWith(b);
  const lines = (await audit(folder.config)).split('\n');
  const targets = lines.filter((line) => line.includes('"ledger-target"'));
  expect(targets).toHaveLength(2);
}, 60_000);
