// Takes what gateways hand over. A check of a signature takes about 3 ms, so it is the thing that a flood would aim at:
// messages wait in short queues, one for each name, which are served in turn, and only for a part of the time.

import type { LedgerDomain } from '../../ledger-sync/evidence/batch.js';
import type { RelayHeader } from '../../ledger-sync/relay/relay-store.js';
import { checkHeader, parseHeader, type UncheckedHeader } from './header-message.js';
import type { RelayDatabase, Taken } from './relay-database.js';

/** A gateway has one header under way; a relay that lost its store gets up to a hundred at once. */
const MAX_WAITING_PER_NAME = 128;
const MAX_NAMES = 10_000;

export interface RelayIntakeParts {
  readonly domain: LedgerDomain;
  readonly database: Pick<RelayDatabase, 'take'>;
  /** 0x addresses in lower case; empty: everyone who is registered. */
  readonly allowed: ReadonlySet<string>;
  readonly onTaken: (header: RelayHeader, taken: Taken) => void;
}

export class RelayIntake {
  readonly #parts: RelayIntakeParts;
  readonly #queues = new Map<string, UncheckedHeader[]>();
  /** Signatures that were found good, newest last: retained messages come again at each connection. */
  readonly #seen = new Set<string>();
  /** Messages that were no header for this ledger, of nobody who is served, or too many. */
  dropped = 0;
  /** Headers whose gateway has not signed them. */
  forged = 0;

  constructor(parts: RelayIntakeParts) {
    this.#parts = parts;
  }

  get waiting(): number {
    return [...this.#queues.values()].reduce((sum, queue) => sum + queue.length, 0);
  }

  /** Takes a message; cheap. @param name of the gateway, from the topic */
  offer(name: string, payload: Uint8Array): void {
    const { domain, allowed } = this.#parts;
    const header = parseHeader(payload, domain);
    const isServed = header !== undefined && (allowed.size === 0 || allowed.has(header.gateway));
    const queue = this.#queues.get(name) ?? [];
    const isFull = queue.length >= MAX_WAITING_PER_NAME || this.#queues.size >= MAX_NAMES;
    if (!isServed || isFull) {
      this.dropped += 1;
      return;
    }
    if (this.#seen.has(header.signature)) return;
    queue.push(header);
    this.#queues.set(name, queue);
  }

  /**
   * Checks for that long, one message of each name in turn; what is good is durable when it returns.
   * @returns headers that were checked
   */
  work(budgetMs: number): number {
    const { domain, database, onTaken } = this.#parts;
    const endMs = performance.now() + budgetMs;
    const good: { header: RelayHeader; name: string }[] = [];
    let checked = 0;
    while (performance.now() < endMs) {
      const [first] = this.#queues;
      if (first === undefined) break;
      const [name, queue] = first;
      const unchecked = queue.shift();
      // To the end of the line, behind all others.
      this.#queues.delete(name);
      if (queue.length > 0) this.#queues.set(name, queue);
      if (unchecked === undefined) continue;
      checked += 1;
      const header = checkHeader(unchecked, domain);
      if (header === undefined) {
        this.forged += 1;
        continue;
      }
      this.#remember(unchecked.signature);
      good.push({ header, name });
    }
    if (good.length === 0) return checked;
    for (const [index, taken] of database.take(good).entries()) {
      const header = good[index]?.header;
      if (header) onTaken(header, taken);
    }
    return checked;
  }

  #remember(signature: string): void {
    this.#seen.add(signature);
    if (this.#seen.size <= MAX_NAMES) return;
    const [oldest] = this.#seen;
    if (oldest !== undefined) this.#seen.delete(oldest);
  }
}
