// Waits for what another process or the kernel brings about; the limit only ends a test that would hang.

import { setTimeout as sleep } from 'node:timers/promises';

export async function eventually(what: string, isTrue: () => boolean, limitMs = 20_000): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error(`never: ${what}`);
    await sleep(10);
  }
}
