// Has events captured by an EPCIS repository: in the order of the log, batch by batch, with a cursor that moves only
// when all before it is captured. What is sent twice has the same names and is the same to the repository.

import { type AttemptParts, attemptCapture } from './capture-attempt.js';
import { nextBatch } from './capture-batch.js';
import type { CaptureCondition } from './capture-condition.js';
import { retryDelayMs } from './capture-rhythm.js';
import type { EpcisEvent } from './epcis-event.js';

export interface FedEvents {
  readonly events: readonly EpcisEvent[];
  /** From where to read on once the events are captured. */
  readonly cursor: string;
}

export interface EventFeed {
  /** The events behind a cursor; none at the end of the log. */
  read(cursor: string | undefined, maxEvents: number): FedEvents;
}

export interface CaptureCursor {
  load(): string | undefined;
  save(cursor: string): void;
}

export interface CaptureClientOptions
  extends Pick<AttemptParts, 'url' | 'exchange' | 'now' | 'random' | 'sleep'> {
  readonly feed: EventFeed;
  readonly cursor: CaptureCursor;
  readonly maxEvents: number;
  readonly maxBytes: number;
  /** Asked for each request, so that a token may be changed while the gateway runs; undefined: none is needed. */
  readonly readToken: () => string | undefined;
  /** Told of each try that came to nothing, and after how long it is made again. */
  readonly onRetry?: (why: string, delayMs: number) => void;
}

/** `drained`: all is captured that the log held. */
export type DeliveryEnd =
  | { readonly kind: 'drained' }
  | { readonly kind: 'stopped'; readonly condition: CaptureCondition };

type Sent = { readonly count: number } | CaptureCondition;

export class CaptureClient {
  readonly #options: CaptureClientOptions;
  /** Smaller once the repository has found a batch too large. */
  #maxEvents: number;

  constructor(options: CaptureClientOptions) {
    this.#options = options;
    this.#maxEvents = options.maxEvents;
  }

  /**
   * Delivers until the log ends or a person must act; where there is no network it tries for ever.
   * @throws when the signal fires, and what feed and cursor throw
   */
  async deliver(signal: AbortSignal): Promise<DeliveryEnd> {
    const { feed, cursor } = this.#options;
    for (;;) {
      const { events, cursor: next } = feed.read(cursor.load(), this.#maxEvents);
      for (let at = 0; at < events.length; ) {
        const sent = await this.#send(events.slice(at), signal);
        if ('code' in sent) return { kind: 'stopped', condition: sent };
        at += sent.count;
      }
      cursor.save(next);
      if (events.length === 0) return { kind: 'drained' };
    }
  }

  /** Has the first of the events captured, and tells how many they were. */
  async #send(events: readonly EpcisEvent[], signal: AbortSignal): Promise<Sent> {
    const { maxBytes, now, random, sleep, onRetry } = this.#options;
    for (let failures = 1; ; ) {
      signal.throwIfAborted();
      const { count, body } = nextBatch(events, { maxEvents: this.#maxEvents, maxBytes }, now());
      const token = this.#token();
      if (typeof token === 'object') return token;
      const attempt = await attemptCapture(body, { ...this.#options, token, signal });
      switch (attempt.kind) {
        case 'captured':
          return { count };
        case 'refused':
          return attempt.condition;
        case 'too-large':
          if (count === 1) return tooLarge(attempt.why);
          this.#maxEvents = Math.min(attempt.maxEvents ?? count, Math.floor(count / 2));
          break;
        case 'unknown': {
          const delayMs = retryDelayMs(failures, attempt.askedMs, random());
          failures += 1;
          onRetry?.(attempt.why, delayMs);
          await sleep(delayMs, signal);
        }
      }
    }
  }

  #token(): string | undefined | CaptureCondition {
    try {
      const token = this.#options.readToken()?.trim();
      if (token === undefined || /^[!-~]{1,8192}$/.test(token)) return token;
      return unreadableToken('it does not hold one token in printable ASCII');
    } catch (error) {
      return unreadableToken(error instanceof Error ? error.message : String(error));
    }
  }
}

const unreadableToken = (why: string): CaptureCondition => ({
  code: 'CAPTURE_TOKEN_UNREADABLE',
  message: `the token for the EPCIS repository cannot be read: ${why}`,
  hint: 'put one token into the file of epcis.capture.tokenFile, readable for the gateway alone',
});

const tooLarge = (why: string): CaptureCondition => ({
  code: 'CAPTURE_TOO_LARGE',
  message: `the EPCIS repository finds a single event too large: ${why}`,
  hint: 'ask who runs the repository to raise its limit, or name fewer goods in a shipment',
});
