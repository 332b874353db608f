// A role that hangs is started anew without anybody there: one whose process stands still, and one whose writer thread does.
// What a restart cannot heal restarts nothing.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readSupervisedRoles } from '../../gateway/health/supervisor-status.js';
import { readRuntimeStatus } from '../../gateway/runtime-status.js';
import { eventually } from '../firmware-bridge/eventually.js';
import { hasProgram } from '../firmware-bridge/peer-program.js';
import { tempFolder } from '../gateway/temp-folder.js';
import { type GatewayFolder, makeGatewayFolder } from './gateway-folder.js';
import { auditJournal } from './journal-audit.js';
import { SensorLoad } from './sensor-load.js';
import { SpawnedGateway } from './spawned-gateway.js';

const child = fileURLToPath(new URL('./supervisor-child.mjs', import.meta.url));
const SENSORS = ['front'];
const TRACER = 'strace';
const LIMITS = { silenceTicks: 4, writerHangsMs: 4_000 };

function supervised(folder: GatewayFolder): SpawnedGateway {
  const process_ = new SpawnedGateway([process.execPath, child, folder.config, JSON.stringify(LIMITS)]);
  onTestFinished(() => process_.kill());
  return process_;
}

/** The gateway role, once it runs. */
async function runningRole(folder: GatewayFolder, isOther: (pid: number) => boolean = () => true) {
  const found = () =>
    readSupervisedRoles(folder.dataDir, Date.now()).find(({ process: told }) => told !== null);
  await eventually('a role that gives signs', () => {
    const pid = found()?.pid;
    return typeof pid === 'number' && isOther(pid);
  });
  const role = found();
  if (typeof role?.pid !== 'number') throw new Error('the role is gone again');
  return { ...role, pid: role.pid };
}

test('a process that stands still is ended by force and started anew, with what it acknowledged', async () => {
  const folder = await makeGatewayFolder(tempFolder(), { sensorIds: SENSORS });
  const supervisor = supervised(folder);
  const load = new SensorLoad(SENSORS);
  onTestFinished(() => load.disconnect());
  load.connect(await supervisor.brokerPort());
  const before = await runningRole(folder);
  const line = supervisor.lines.length;
  process.kill(before.pid, 'SIGSTOP');
  expect(await supervisor.line('ROLE_HANGS', line)).toMatchObject({ role: 'gateway', level: 50 });
  load.disconnect();
  load.connect(Number((await supervisor.line('gateway role started', line)).brokerPort));
  const after = await runningRole(folder, (pid) => pid !== before.pid);
  expect(after).toMatchObject({
    lastEnd: expect.stringContaining('no sign'),
    endsAtMs: [expect.any(Number)],
  });
  load.pause();
  await eventually('all acknowledged', () => load.pending === 0);
  expect(await supervisor.stop()).toBe(0);
  expect(load.compare(auditJournal(folder.journal).readings)).toMatchObject({ lost: 0, unexplained: 0 });
}, 60_000);

describe.runIf(hasProgram(TRACER))('a writer that hangs in the disk', () => {
  test('is noticed although the role speaks, and the role starts anew', async () => {
    const folder = await makeGatewayFolder(tempFolder(), { sensorIds: SENSORS });
    const supervisor = supervised(folder);
    const load = new SensorLoad(SENSORS);
    onTestFinished(() => load.disconnect());
    load.connect(await supervisor.brokerPort());
    const before = await runningRole(folder);
    const line = supervisor.lines.length;
    const fault = ['-e', 'trace=fsync', '-e', 'inject=fsync:delay_enter=600s'];
    const tracer = spawn(TRACER, ['-f', '-qq', '-o', '/dev/null', '-p', String(before.pid), ...fault]);
    onTestFinished(() => void tracer.kill('SIGKILL'));
    const { msg } = await supervisor.line('ROLE_HANGS', line);
    expect(msg).toMatch(/the journal's writer has not answered for \d+ s/);
    load.disconnect();
    // Dead, but for the thread that the tracer holds: it did not end when it was asked.
    await eventually('ended by force', () =>
      /^State:\tZ/m.test(readFileSync(`/proc/${before.pid}/status`, 'utf8')),
    );
    tracer.kill('SIGKILL');
    load.connect(Number((await supervisor.line('gateway role started', line)).brokerPort));
    await runningRole(folder, (pid) => pid !== before.pid);
    load.pause();
    await eventually('all acknowledged', () => load.pending === 0);
    expect(await supervisor.stop()).toBe(0);
    expect(load.compare(auditJournal(folder.journal).readings)).toMatchObject({ lost: 0, unexplained: 0 });
  }, 60_000);
});

test('a device that is not there restarts nothing, and is told', async () => {
  const folder = await makeGatewayFolder(tempFolder(), {
    sensorIds: SENSORS,
    devices: ['{ id: door, type: m100, port: /dev/ttyCOLDGATE9 }'],
  });
  const supervisor = supervised(folder);
  const before = await runningRole(folder);
  const { startedAtMs = 0 } = before.process ?? {};
  await eventually('the device is told', () => {
    const [device] = readRuntimeStatus(folder.dataDir)?.devices ?? [];
    // Longer than a role may be silent here.
    return device?.failure?.condition === 'absent' && Date.now() - startedAtMs > 7_000;
  });
  expect(await runningRole(folder)).toMatchObject({ pid: before.pid, endsAtMs: [], lastEnd: null });
  expect(supervisor.lines.filter(({ code }) => code === 'ROLE_HANGS')).toEqual([]);
  expect(await supervisor.stop()).toBe(0);
}, 60_000);
