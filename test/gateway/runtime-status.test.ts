// What the gateway role tells of its devices: in memory, whole at each moment, and believed only from a folder of its own.

import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { isFresh, RuntimeStatusFile, readRuntimeStatus } from '../../gateway/runtime-status.js';
import { tempFolder } from './temp-folder.js';

const counters = { bytes: 10, frames: 2, badChecks: 1, discardedBytes: 3, timeouts: 0, opens: 1 };
const devices = () => [{ id: 'bus', state: 'ready', counters }];

afterEach(() => vi.unstubAllEnvs());

test('what is told can be read by another process, and is fresh for a while', () => {
  const folder = tempFolder();
  vi.stubEnv('RUNTIME_DIRECTORY', folder);
  onTestFinished(new RuntimeStatusFile('/var/lib/coldgate').tell(devices));
  const status = readRuntimeStatus('/var/lib/coldgate');
  expect(status?.devices).toEqual(devices());
  const nowMs = status?.writtenAtMs ?? 0;
  expect([0, 6_000, 8_000].map((laterMs) => status && isFresh(status, nowMs + laterMs))).toEqual([
    true,
    true,
    false,
  ]);
  expect(readdirSync(folder)).toEqual(['gateway-status.json']);
  expect(statSync(join(folder, 'gateway-status.json')).mode & 0o777).toBe(0o640);
});

test('without a folder of the service manager it lies in memory, one for each data folder, and not on the card', () => {
  vi.stubEnv('RUNTIME_DIRECTORY', '');
  const [one, other] = [tempFolder(), tempFolder()];
  onTestFinished(new RuntimeStatusFile(one).tell(devices));
  expect(readRuntimeStatus(one)?.devices).toEqual(devices());
  expect(readRuntimeStatus(other)).toBeUndefined();
  if (existsSync('/dev/shm')) expect(readdirSync(one)).toEqual([]);
});

test('what is no status is nothing, and a folder that leads elsewhere is not written', () => {
  const folder = tempFolder();
  const trap = join(folder, 'trap');
  mkdirSync(join(folder, 'victim'));
  symlinkSync(join(folder, 'victim'), trap);
  vi.stubEnv('RUNTIME_DIRECTORY', trap);
  onTestFinished(new RuntimeStatusFile('/var/lib/coldgate').tell(devices));
  expect(readdirSync(join(folder, 'victim'))).toEqual([]);
  vi.stubEnv('RUNTIME_DIRECTORY', folder);
  for (const text of [
    '',
    '{"writtenAtMs":1',
    '{"writtenAtMs":-1,"everyMs":1,"startedAtMs":1,"devices":[]}',
    '[]',
  ]) {
    writeFileSync(join(folder, 'gateway-status.json'), text);
    expect(readRuntimeStatus('/var/lib/coldgate')).toBeUndefined();
  }
});

test('a folder that cannot be written stops nothing', () => {
  const folder = join(tempFolder(), 'closed');
  mkdirSync(folder, { mode: 0o500 });
  chmodSync(folder, 0o500);
  vi.stubEnv('RUNTIME_DIRECTORY', join(folder, 'a', '\0'));
  expect(() => onTestFinished(new RuntimeStatusFile('/var/lib/coldgate').tell(devices))).not.toThrow();
});
