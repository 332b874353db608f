// A gateway whose device key is in a TPM 2.0, as an operator has it: what it signs, anybody can verify.

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { journalPathOf } from '../../gateway/journal/paths.js';
import { GATEWAY_NAME, topicOf } from '../faults/gateway-folder.js';
import { runGateway } from '../faults/gateway-process.js';
import { auditJournal } from '../faults/journal-audit.js';
import { SensorLoad } from '../faults/sensor-load.js';
import { eventually } from '../firmware-bridge/eventually.js';
import { hasSoftTpm, SoftTpm } from './soft-tpm.js';

const PROGRAM = fileURLToPath(new URL('../../dist/gateway/cli/coldgate.js', import.meta.url));
const SENSOR = 'front';

/** Each in a process of its own, and the TPM tidied after it. */
function run(tpm: SoftTpm, ...argv: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...argv], { encoding: 'utf8' });
  tpm.tidy();
  return { exitCode: status, out: stdout, err: stderr };
}

describe.skipIf(!hasSoftTpm)('the device key in a TPM', { timeout: 90_000 }, () => {
  test('signs what sensors send, and the evidence verifies', async () => {
    const tpm = await SoftTpm.start();
    const dir = join(tpm.folder, 'gateway');
    const made = run(tpm, 'init', dir, '--name', GATEWAY_NAME, '--json', ...tpm.options, '--curve', 'p256');
    expect([made.exitCode, made.err]).toEqual([0, '']);
    const { gatewayAddress } = JSON.parse(made.out) as { gatewayAddress: string };
    const config = join(dir, 'coldgate.yaml');
    const sensor = `{ topic: ${topicOf(SENSOR)}, mapping: generic, values: [ { sensorId: ${SENSOR}, path: '$.value', unit: milli-celsius } ] }`;
    const text = readFileSync(config, 'utf8')
      .replace(
        'listen: { host: 127.0.0.1, port: 1883 }',
        `listen: { host: 127.0.0.1, port: 0 }\n  sensors: [ ${sensor} ]`,
      )
      .replace(/console:\n {2}listen: .*\n/, '');
    writeFileSync(config, text);
    expect(run(tpm, 'doctor', '-c', config, '--offline').out).toMatch(
      new RegExp(`ok +token .*${gatewayAddress}`),
    );

    const gateway = runGateway(config);
    const load = new SensorLoad([SENSOR]);
    onTestFinished(() => load.disconnect());
    load.connect(await gateway.brokerPort());
    await eventually('some are acknowledged', () => load.acknowledged > 20);
    load.pause();
    await eventually('all are acknowledged', () => load.pending === 0);
    expect(await gateway.stop()).toBe(0);
    tpm.tidy();
    const audit = auditJournal(journalPathOf(join(dir, 'data')));
    expect(load.compare(audit.readings)).toMatchObject({ lost: 0, unexplained: 0 });

    const bundle = join(dir, 'bundle.json');
    expect(run(tpm, 'export', '-c', config, '--sequence', '5', '-o', bundle)).toMatchObject({ exitCode: 0 });
    expect(run(tpm, 'verify', bundle, '--gateway', gatewayAddress)).toMatchObject({ exitCode: 0 });
  });

  test('on a curve that it does not have is refused, with the option that helps', async () => {
    const tpm = await SoftTpm.start();
    const made = run(tpm, 'init', join(tpm.folder, 'gateway'), ...tpm.options);
    expect(made.exitCode).not.toBe(0);
    expect(made.err).toContain('TOKEN_CURVE_UNSUPPORTED');
    expect(made.err).toContain('--curve p256');
  });
});
