// A person's authenticator, for tests whose gateways keep real time.

import { setTimeout as sleep } from 'node:timers/promises';
import { codeAt, STEP_MS } from './account-office.js';

const LOOK_EACH_MS = 100;

/** Codes as they come: each works once, and that of the next step is taken already; a third must be waited for. */
export function authenticator(secret: string): () => Promise<string> {
  const now = () => Math.floor(Date.now() / STEP_MS);
  let lastStep = 0;
  return async () => {
    const step = Math.max(lastStep + 1, now());
    lastStep = step;
    while (step > now() + 1) await sleep(LOOK_EACH_MS);
    return codeAt(secret, step * STEP_MS);
  };
}
