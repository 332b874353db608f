// A configuration on trial that must show that it does its work: coming up is not enough, and time runs out.

import { dirname } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ConfigurationFiles } from '../../../gateway/configuration/configuration-files.js';
import { configurationHash } from '../../../gateway/configuration/configuration-hash.js';
import { ConfigurationWatch } from '../../../gateway/configuration/configuration-watch.js';
import { readRoleProof, roleMessages, roleProof } from '../../../gateway/configuration/role-message.js';
import { configurationFolder, textWith } from './configuration-folder.js';

const [good, better] = [textWith(0), textWith(50)];
const LIMIT_MS = 30_000;
const quiet = { error: () => {}, warn: () => {}, info: () => {} };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

async function onTrial(proofLimitMs?: number) {
  const path = await configurationFolder(better);
  const files = new ConfigurationFiles(path);
  files.keepGood(good);
  const [from, to] = [configurationHash(good), configurationHash(better)];
  files.noteTrial({
    id: 'fleet-2',
    from,
    to,
    starts: 0,
    ...(proofLimitMs === undefined ? {} : { proofLimitMs }),
  });
  let restarts = 0;
  const watch = new ConfigurationWatch({
    ...{ files, path, log: quiet, readyLimitMs: 60_000, probationMs: 1000 },
    restart: () => {
      restarts += 1;
      watch.begin();
    },
  });
  watch.begin();
  return { files, watch, restarts: () => restarts, folder: dirname(path) };
}

test('passes when all is shown and it goes on running, not before', async () => {
  const { files, watch } = await onTrial(LIMIT_MS);
  watch.roleReady('gateway');
  watch.roleProof('gateway', 'a connection');
  vi.advanceTimersByTime(10_000);
  expect(files.trial()).toBeDefined();
  watch.roleProof('console', undefined);
  vi.advanceTimersByTime(5_000);
  expect(files.trial()).toBeDefined();
  watch.roleProof('gateway', undefined);
  vi.advanceTimersByTime(999);
  expect(files.trial()).toBeDefined();
  vi.advanceTimersByTime(1);
  expect([files.trial(), files.current()]).toEqual([undefined, better]);
});

test('is taken back when time runs out, and says what was not shown', async () => {
  const { files, watch, restarts } = await onTrial(LIMIT_MS);
  watch.roleReady('gateway');
  watch.roleProof('gateway', 'a connection to any broker');
  vi.advanceTimersByTime(LIMIT_MS - 1);
  expect(files.current()).toBe(better);
  vi.advanceTimersByTime(1);
  expect([files.current(), restarts()]).toEqual([good, 1]);
  expect(files.trial()?.reverted).toEqual({
    code: 'CONFIGURATION_UNPROVEN',
    message: 'within 30 s it has not shown a connection to any broker',
  });
});

test('a role that ends after it has shown all must show it again', async () => {
  const { files, watch } = await onTrial(LIMIT_MS);
  watch.roleReady('gateway');
  watch.roleProof('gateway', undefined);
  expect(watch.roleEnded('gateway', 3)).toBe(false);
  vi.advanceTimersByTime(2_000);
  expect(files.trial()).toBeDefined();
  watch.roleReady('gateway');
  vi.advanceTimersByTime(LIMIT_MS);
  expect(files.trial()?.reverted?.code).toBe('CONFIGURATION_UNPROVEN');
});

test('where nothing is to be shown, coming up is enough', async () => {
  const { files, watch } = await onTrial();
  watch.roleReady('gateway');
  watch.roleProof('gateway', 'a connection');
  vi.advanceTimersByTime(1000);
  expect([files.trial(), files.current()]).toEqual([undefined, better]);
});

test('a role says it by a message that is no other', () => {
  expect(readRoleProof(roleProof('a reading'))).toEqual({ missing: 'a reading' });
  expect(readRoleProof(JSON.parse(JSON.stringify(roleProof(undefined))))).toEqual({ missing: undefined });
  for (const other of [roleMessages.ready, null, 'role-proof', {}])
    expect(readRoleProof(other)).toBeUndefined();
});
