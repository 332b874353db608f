// The program of the README follows a real gateway's log over a real broker.

import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { eventually } from '../../firmware-bridge/eventually.js';
import { readings, requestOf } from '../drafts.js';
import { hex } from '../hex.js';
import { publisherBench } from '../publisher-bench.js';

it('the example of the README prints proven records', async () => {
  const [, program = ''] =
    /```js\n(import mqtt from 'mqtt';[\s\S]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? [];
  expect(program).toContain("from 'coldgate/client'");
  expect(existsSync('dist/gateway/client/coldgate-client.js')).toBe(true);
  const { log, broker, publisher } = await publisherBench([3], {
    status: (online) =>
      JSON.stringify({ version: 1, online, gateway: `0x${'00'.repeat(20)}`, gatewayName: 'truck-17' }),
  });
  const here = program
    .replace('mqtts://broker.example.org', `mqtt://127.0.0.1:${broker.port}`)
    .replace(/0x[0-9a-fA-F]{40}/, `0x${hex(log.signer.address)}`);
  const watch =
    "\nconnection.on('message', (topic) => topic.endsWith('/log') && setTimeout(() => process.exit(0), 200));\n";
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', here + watch], {
    timeout: 20_000,
  });
  const ended = run.finally(() => {
    hasEnded = true;
  });
  let hasEnded = false;
  publisher.open();
  // Whatever it missed before it had subscribed is no longer sent: something new comes until it has heard.
  await eventually('it has heard', () => {
    log.writer.seal(requestOf(readings(1)));
    publisher.pump();
    return hasEnded;
  });
  const { stdout } = await ended;
  expect(stdout).toMatch(/record \{[\s\S]*name: 'cargo-front'/);
  expect(stdout).not.toContain('refused');
});
