// What the gateway role tells of its devices: in memory, whole at each moment, and believed only from a folder of its own.

import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { isFresh, RuntimeFile } from '../../gateway/health/runtime-file.js';
import { readRuntimeStatus, tellRuntimeStatus } from '../../gateway/runtime-status.js';
import { tempFolder } from './temp-folder.js';

const counters = { bytes: 10, frames: 2, badChecks: 1, discardedBytes: 3, timeouts: 0, opens: 1 };
const devices = [{ id: 'bus', state: 'ready', counters, failure: null, lastDataAtMs: null, quietMs: 0 }];
const told = () => ({ startedAtMs: 1, devices, findings: [] });

afterEach(() => vi.unstubAllEnvs());

test('what is told can be read by another process, and is fresh for a while', () => {
  const folder = tempFolder();
  vi.stubEnv('RUNTIME_DIRECTORY', folder);
  onTestFinished(tellRuntimeStatus('/var/lib/coldgate', told));
  const status = readRuntimeStatus('/var/lib/coldgate');
  expect(status?.devices).toEqual(devices);
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
  onTestFinished(tellRuntimeStatus(one, told));
  expect(readRuntimeStatus(one)?.devices).toEqual(devices);
  expect(readRuntimeStatus(other)).toBeUndefined();
  if (existsSync('/dev/shm')) expect(readdirSync(one)).toEqual([]);
});

test("a person's shell finds what a unit tells, of this data folder alone, and takes what was told last", () => {
  const [units, dataDir] = [tempFolder(), tempFolder()];
  const inUnits = (folder: string) => new RuntimeFile(folder, 'x.json', units);
  vi.stubEnv('RUNTIME_DIRECTORY', units);
  onTestFinished(
    inUnits(dataDir).tell(
      () => ({ by: 'unit' }),
      () => 2,
    ),
  );
  vi.stubEnv('RUNTIME_DIRECTORY', undefined);
  expect(inUnits(dataDir).read()).toMatchObject({ by: 'unit' });
  expect(inUnits(tempFolder()).read()).toBeUndefined();
  const tellByHand = (atMs: number) =>
    onTestFinished(
      inUnits(dataDir).tell(
        () => ({ by: 'hand' }),
        () => atMs,
      ),
    );
  tellByHand(1);
  expect(inUnits(dataDir).read()).toMatchObject({ by: 'unit' });
  tellByHand(3);
  expect(inUnits(dataDir).read()).toMatchObject({ by: 'hand' });
});

test.runIf(process.getuid?.() === 0)('root believes whoever owns the data, and nobody else', () => {
  const [units, dataDir] = [tempFolder(), tempFolder()];
  const file = new RuntimeFile(dataDir, 'x.json', units);
  writeFileSync(join(units, 'x.json'), JSON.stringify({ writtenAtMs: 1, dataDir }));
  const [owner, stranger] = [12345, 12346];
  chownSync(dataDir, owner, owner);
  const readFrom = (uid: number) => {
    chownSync(units, uid, uid);
    return file.read();
  };
  expect([readFrom(owner), readFrom(stranger)]).toEqual([{ writtenAtMs: 1, dataDir }, undefined]);
});

test('what is no status is nothing, and a folder that leads elsewhere is not written', () => {
  const folder = tempFolder();
  const trap = join(folder, 'trap');
  mkdirSync(join(folder, 'victim'));
  symlinkSync(join(folder, 'victim'), trap);
  vi.stubEnv('RUNTIME_DIRECTORY', trap);
  onTestFinished(tellRuntimeStatus('/var/lib/coldgate', told));
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
  expect(() => onTestFinished(tellRuntimeStatus('/var/lib/coldgate', told))).not.toThrow();
});
