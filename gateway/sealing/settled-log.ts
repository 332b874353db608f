// The end of a role waits for its log, and not for ever: with a disk that is full nothing drains.

import { setTimeout as sleep } from 'node:timers/promises';
import type { LogPipeline } from './log-pipeline.js';

/** Whoever asked the role to end waits so long. */
const DRAIN_LIMIT_MS = 2000;

/** Resolves when all is written, when the role has failed, or when it takes too long. */
export async function settledLog(
  pipeline: Pick<LogPipeline, 'drain'>,
  failed: Promise<never>,
): Promise<void> {
  const late = sleep(DRAIN_LIMIT_MS, undefined, { ref: false });
  await Promise.race([pipeline.drain(), failed.catch(() => {}), late]);
}
