// A qualification of a machine on which a gateway runs, signed by a person into that gateway's log. Needs the build.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeGatewayFolder } from '../../faults/gateway-folder.js';
import { runGateway } from '../../faults/gateway-process.js';
import { tempFolder } from '../temp-folder.js';
import { coldgate, done, People } from '../typed-commands.js';

test('a qualification is made beside a running gateway, signed into its log, and found in the audit trail', async () => {
  const path = tempFolder();
  const folder = await makeGatewayFolder(path, { sensorIds: ['cargo'] });
  await runGateway(folder.config).brokerPort();
  const people = new People(path, folder.config);
  await people.enrol('ada', 'administrator');
  const output = join(path, 'qualification.pdf');
  const config = ['-c', folder.config];

  const made = await coldgate(
    ...['qualify', '-o', output, '--sign', 'executed', ...config],
    ...(await people.as('ada')),
  );
  expect(made.err).toMatch(/^signed as executed: record \d+$/m);
  expect(readFileSync(output).subarray(0, 5).toString()).toBe('%PDF-');
  const [, sha256] = /sha-256 ([0-9a-f]{64})/.exec(made.out) ?? [];

  const audit = await done('audit', '--json', ...config);
  const signed = audit.split('\n').find((line) => line.includes('"qualification-signed"'));
  expect(JSON.parse(signed ?? '{}')).toMatchObject({
    entry: { by: { name: 'ada', isSigned: true }, detail: { sha256, meaning: 'executed' } },
  });
}, 60_000);
