// Whether the journal turns: what was sent to the writer thread and is not answered, how long commits take, which trouble there
// is. It sits between the role and its writer; an idle writer is asked now and then whether it is there.

import * as z from 'zod';
import type { Arrival } from '../../firmware-bridge/observation.js';
import type { WriterPort } from '../sealing/log-pipeline.js';
import type { WriterAnswer, WriterMessage } from '../sealing/writer-message.js';

const count = z.number().nonnegative();

export const journalFactsSchema = z.object({
  /** Groups that were confirmed durable since the start. */
  commits: count,
  lastCommitAtMs: count.nullable(),
  /** How long the writer has owed an answer; 0 when it owes none. */
  unansweredMs: count,
  /** Records in memory that are not durable. */
  waitingRecords: count,
  /** From handing a group over to its confirmation, over the last commits; null before the first. */
  commitP50Ms: count.nullable(),
  commitP99Ms: count.nullable(),
  /** Of the last commit, if it failed. */
  trouble: z.object({ code: z.string(), message: z.string(), hint: z.string(), sinceMs: count }).nullable(),
});
export type JournalFacts = z.infer<typeof journalFactsSchema>;

/** A minute of a loaded gateway, and an hour of an idle one. */
const KEPT_LATENCIES = 500;
/** An idle writer is asked so often. */
const PING_EVERY_MS = 5_000;

export interface CommitMeterParts {
  readonly writer: WriterPort;
  readonly now: () => Arrival;
}

export class CommitMeter implements WriterPort {
  readonly #parts: CommitMeterParts;
  /** When each message that waits for its answer was sent; the writer answers in order. */
  #sent: number[] = [];
  #latencies: number[] = [];
  #next = 0;
  #commits = 0;
  #lastCommitAtMs: number | null = null;
  #trouble: JournalFacts['trouble'] = null;
  #askedMs: number;

  constructor(parts: CommitMeterParts) {
    this.#parts = parts;
    this.#askedMs = parts.now().uptimeMs;
  }

  send(message: WriterMessage): void {
    this.#askedMs = this.#parts.now().uptimeMs;
    if (message.kind !== 'close') this.#sent.push(this.#askedMs);
    this.#parts.writer.send(message);
  }

  /** Call it with every answer of the writer, before anybody else. */
  answered(answer: WriterAnswer): void {
    if (answer.kind !== 'sealed' && answer.kind !== 'failed' && answer.kind !== 'alive') return;
    const sentMs = this.#sent.shift();
    const { unixMs, uptimeMs } = this.#parts.now();
    if (answer.kind === 'failed') {
      const { code, message, hint } = answer;
      const sinceMs = this.#trouble?.code === code ? this.#trouble.sinceMs : unixMs;
      this.#trouble = { code, message, hint, sinceMs };
    }
    if (answer.kind !== 'sealed') return;
    this.#trouble = null;
    this.#commits += 1;
    this.#lastCommitAtMs = unixMs;
    this.#latencies[this.#next] = uptimeMs - (sentMs ?? uptimeMs);
    this.#next = (this.#next + 1) % KEPT_LATENCIES;
  }

  /** Asks a writer that has nothing to do whether it is there. */
  tick(): void {
    if (this.#sent.length > 0 || this.#parts.now().uptimeMs - this.#askedMs < PING_EVERY_MS) return;
    this.send({ kind: 'ping' });
  }

  read(waitingRecords: number): JournalFacts {
    const [oldest] = this.#sent;
    const sorted = [...this.#latencies].sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? null;
    return {
      commits: this.#commits,
      lastCommitAtMs: this.#lastCommitAtMs,
      unansweredMs: oldest === undefined ? 0 : Math.max(0, this.#parts.now().uptimeMs - oldest),
      waitingRecords,
      commitP50Ms: at(0.5),
      commitP99Ms: at(0.99),
      trouble: this.#trouble,
    };
  }
}
