// Keeps an EPCIS repository in step with the log for as long as the gateway runs.

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EpcisConfig } from '../../config/epcis-schema.js';
import type { JournalReader } from '../journal/journal-reader.js';
import { CaptureClient } from './capture-client.js';
import type { CaptureCondition } from './capture-condition.js';
import { exchangeOver } from './capture-exchange.js';
import { cursorFile } from './cursor-file.js';
import { JournalFeed } from './journal-feed.js';

/** A window takes minutes; a look at the end of the log costs one query. */
const LOOK_EVERY_MS = 30_000;
/** What a person must mend may be mended without a word to the gateway. */
const STOPPED_MS = 900_000;
const BYTES_PER_KB = 1000;

export interface CapturingParts {
  readonly epcis: EpcisConfig & Required<Pick<EpcisConfig, 'capture'>>;
  readonly journal: JournalReader;
  readonly dataDir: string;
  /** Told when capturing stands still until a person acts, and with undefined when it goes on. */
  readonly onCondition: (condition: CaptureCondition | undefined) => void;
  readonly onRetry?: (why: string, delayMs: number) => void;
  readonly random?: () => number;
}

/**
 * Captures until the signal fires.
 * @throws the signal's reason; JournalError JOURNAL_DAMAGED; what reading `caFile` throws
 */
export async function captureLog(parts: CapturingParts, signal: AbortSignal): Promise<never> {
  const { epcis, journal, dataDir, onCondition, onRetry, random = Math.random } = parts;
  const { url, tokenFile, caFile, maxEvents, maxKilobytes } = epcis.capture;
  const client = new CaptureClient({
    ...{ url: new URL(url), maxEvents, maxBytes: maxKilobytes * BYTES_PER_KB, random },
    exchange: exchangeOver({ ca: caFile === undefined ? undefined : readFileSync(caFile, 'utf8') }),
    now: Date.now,
    sleep: (ms, stop) => sleep(ms, undefined, { signal: stop }),
    feed: new JournalFeed(journal, epcis),
    cursor: cursorFile(dataDir),
    readToken: () => (tokenFile === undefined ? undefined : readFileSync(tokenFile, 'utf8')),
    ...(onRetry ? { onRetry } : {}),
  });
  for (let isStopped = false; ; ) {
    const end = await client.deliver(signal);
    if (end.kind === 'stopped') onCondition(end.condition);
    else if (isStopped) onCondition(undefined);
    isStopped = end.kind === 'stopped';
    await sleep(isStopped ? STOPPED_MS : LOOK_EVERY_MS, undefined, { signal });
  }
}
