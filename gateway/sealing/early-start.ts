// What of a start goes on beside the loading of the role: the passphrase is stretched in the thread pool, and the writer thread
// loads what it needs.

import type { Worker } from 'node:worker_threads';
import type { DeviceKey } from './device-key.js';
import { type KeyFiles, openDeviceKey } from './open-device-key.js';
import { writerThread } from './writer.js';

export interface EarlyStart {
  /** Rejects as `openDeviceKey` does. */
  readonly key: Promise<DeviceKey>;
  /** Does not keep the process alive until it is given a journal. */
  readonly thread: Worker;
}

export function startEarly(files: KeyFiles): EarlyStart {
  const key = openDeviceKey(files);
  // Told where it is waited for.
  key.catch(() => {});
  return { key, thread: writerThread() };
}
