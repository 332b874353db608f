// Sends events to one receiver: in order, at least once, from a cursor. An event that cannot be delivered becomes a dead
// letter, and those behind it go on. Letters that a person sends again have one try each, after the log.

import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudEvent } from './cloud-event.js';
import type { DeadLetter, DeadLetters } from './dead-letters.js';
import { isHopeless, retryDelayMs, verdictOf } from './retry-rules.js';
import type { PostWebhook, WebhookAnswer, WebhookTarget } from './webhook-post.js';
import { signWebhook } from './webhook-signature.js';

/** How often re-queued letters are looked for while nothing else happens. */
const IDLE_MS = 60_000;

export interface WebhookEndpoint extends WebhookTarget {
  readonly name: string;
  /** As of `readWebhookKeys`. */
  readonly keys: readonly Uint8Array[];
  readonly giveUpAfterMs: number;
}

/** The events of the log in their order. */
export interface EventSource {
  /** The first event at or after the record `from`; undefined while there is none. */
  next(from: number): { readonly sequence: number; readonly event: CloudEvent } | undefined;
}

/** Records that are done with, from 0: delivered, kept as dead letters, or no events. */
export interface WebhookCursor {
  load(): number;
  /** Durable when it returns, or a little later: what is lost of it is sent again. */
  save(size: number): void;
}

export type WebhookNotice =
  | { readonly kind: 'delivered'; readonly sequence: number; readonly tries: number }
  | {
      readonly kind: 'retrying';
      readonly sequence: number;
      readonly tries: number;
      readonly reason: string;
      readonly delayMs: number;
    }
  | {
      readonly kind: 'dead';
      readonly sequence: number;
      readonly tries: number;
      readonly reason: string;
      /** Older letters that had to make room. */
      readonly dropped: number;
    }
  /** The log, the cursor or the dead letters failed; it is tried again. */
  | { readonly kind: 'stalled'; readonly error: unknown };

/** Time and chance. */
export interface SenderClock {
  /** Unix ms, for signatures. */
  nowMs(): number;
  /** Whether that is the true time. */
  isTrusted(): boolean;
  /** For durations: the time of day may jump by years when a satellite is found. */
  monotonicMs(): number;
  random(): number;
  /** Ends early, without an error, when the signal says so. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** @param nowMs Unix ms @param isTrusted whether that is the true time */
export function senderClock(nowMs: () => number, isTrusted: () => boolean): SenderClock {
  return {
    nowMs,
    isTrusted,
    monotonicMs: () => performance.now(),
    random: () => Math.random(),
    wait: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
  };
}

export interface WebhookSenderOptions {
  readonly endpoint: WebhookEndpoint;
  readonly source: EventSource;
  readonly cursor: WebhookCursor;
  readonly deadLetters: Pick<DeadLetters, 'add' | 'nextAgain' | 'settle'>;
  readonly post: PostWebhook;
  readonly clock: SenderClock;
  readonly onNotice: (notice: WebhookNotice) => void;
}

interface Attempted {
  readonly answer: WebhookAnswer;
  readonly tries: number;
  readonly isDelivered: boolean;
}

export class WebhookSender {
  readonly #options: WebhookSenderOptions;
  /** Ends the wait or the request under way. */
  #step = new AbortController();
  #isStopped = false;
  #isIdle = false;
  #isWoken = false;
  #running: Promise<void> | undefined;
  #size = 0;

  constructor(options: WebhookSenderOptions) {
    this.#options = options;
  }

  /** Begins where the cursor stands. */
  start(): void {
    this.#size = this.#options.cursor.load();
    this.#running ??= this.#run();
  }

  /** Something new may be in the log. */
  wake(): void {
    this.#isWoken = true;
    if (this.#isIdle) this.#step.abort();
  }

  /** Ends the request under way: it will be made again. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#step.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      this.#isWoken = false;
      try {
        if ((await this.#sendNext()) || (await this.#sendAgain())) continue;
      } catch (error) {
        this.#options.onNotice({ kind: 'stalled', error });
        await this.#wait(IDLE_MS);
        continue;
      }
      this.#isIdle = true;
      if (!this.#isWoken) await this.#wait(IDLE_MS);
      this.#isIdle = false;
    }
  }

  async #wait(ms: number): Promise<void> {
    this.#step = new AbortController();
    if (!this.#isStopped) await this.#options.clock.wait(ms, this.#step.signal);
  }

  /** The next event of the log; false if there is none. */
  async #sendNext(): Promise<boolean> {
    const { source, cursor } = this.#options;
    const next = source.next(this.#size);
    if (next === undefined) return false;
    const done = await this.#attempt(next.sequence, next.event);
    if (done === undefined) return true;
    this.#settle(next.sequence, next.event, done);
    this.#size = next.sequence + 1;
    cursor.save(this.#size);
    return true;
  }

  /** One try of a letter that a person sends again, so that it never holds up what is new. */
  async #sendAgain(): Promise<boolean> {
    const { deadLetters } = this.#options;
    const letter = deadLetters.nextAgain();
    if (letter === undefined) return false;
    const answer = await this.#post(letter.event);
    if (this.#isStopped) return true;
    const isDelivered = verdictOf(answer.status, true) === 'delivered';
    this.#settle(letter.sequence, letter.event, { answer, tries: letter.tries + 1, isDelivered });
    if (isDelivered) deadLetters.settle(letter.sequence);
    return true;
  }

  #settle(sequence: number, event: CloudEvent, { answer, tries, isDelivered }: Attempted): void {
    const { deadLetters, clock, onNotice } = this.#options;
    if (isDelivered) {
      onNotice({ kind: 'delivered', sequence, tries });
      return;
    }
    const { reason } = answer;
    const letter: DeadLetter = { sequence, failedAtMs: Math.max(0, clock.nowMs()), tries, reason, event };
    // Kept before the cursor moves: a power cut in between sends the event once more.
    const dropped = deadLetters.add(letter);
    onNotice({ kind: 'dead', sequence, tries, reason, dropped });
  }

  /** Tries until it is delivered or given up; undefined when stopped. */
  async #attempt(sequence: number, event: CloudEvent): Promise<Attempted | undefined> {
    const { clock, endpoint, onNotice } = this.#options;
    const startedMs = clock.monotonicMs();
    let answered = 0;
    for (let tries = 1; ; tries += 1) {
      const answer = await this.#post(event);
      if (this.#isStopped) return undefined;
      const verdict = verdictOf(answer.status, clock.isTrusted());
      // With a wrong time of day a receiver's answers say nothing about the event.
      if (answer.status !== 0 && clock.isTrusted()) answered += 1;
      const elapsedMs = clock.monotonicMs() - startedMs;
      if (verdict !== 'again' || isHopeless({ answered, elapsedMs }, endpoint.giveUpAfterMs)) {
        return { answer, tries, isDelivered: verdict === 'delivered' };
      }
      const delayMs = retryDelayMs(tries, answer, clock.random(), clock.nowMs());
      onNotice({ kind: 'retrying', sequence, tries, reason: answer.reason, delayMs });
      await this.#wait(delayMs);
      if (this.#isStopped) return undefined;
    }
  }

  #post(event: CloudEvent): Promise<WebhookAnswer> {
    const { endpoint, clock, post } = this.#options;
    const body = Buffer.from(JSON.stringify(event), 'utf8');
    const signature = signWebhook(endpoint.keys, event.id, Math.floor(clock.nowMs() / 1000), body);
    this.#step = new AbortController();
    const headers = { 'content-type': 'application/cloudevents+json; charset=utf-8', ...signature };
    return post(endpoint, { headers, body }, this.#step.signal);
  }
}
