// The newest reading of each sensor, from the end of the log, for all brokers: it never waits behind a backlog.

import { JournalError } from '../journal/journal-error.js';
import type { LogReader } from '../journal/log-reader.js';
import { askedOnce, type NameOf, subjectKey } from './known-names.js';
import { type LogPage, LogPager } from './log-page.js';
import type { OwnCheckpoints } from './own-checkpoints.js';
import { type RecentPages, SHARED_PAGE_RECORDS } from './recent-pages.js';
import type { SideMessage } from './side-messages.js';
import { latestMessage } from './side-messages.js';
import type { GatewayTopics } from './topics.js';

/** How far back a start looks for readings. */
const LOOK_BACK_RECORDS = 1024;

/** A sensor with what it measures. */
export interface HeardSensor {
  readonly name: string;
  readonly kind: number;
}

interface Change {
  readonly number: number;
  readonly message: SideMessage;
}

export class LatestReadings {
  readonly #log: LogReader;
  readonly #own: OwnCheckpoints;
  readonly #shared: RecentPages | undefined;
  readonly #topics: GatewayTopics;
  readonly #nameOf: NameOf;
  readonly #changes = new Map<string, Change>();
  readonly #sensors = new Map<string, HeardSensor>();
  #pager: LogPager | undefined;
  #position: number | undefined;
  #count = 0;

  constructor(
    log: LogReader,
    own: OwnCheckpoints,
    topics: GatewayTopics,
    nameOf: NameOf,
    shared?: RecentPages,
  ) {
    this.#log = log;
    this.#own = own;
    this.#shared = shared;
    this.#topics = topics;
    this.#nameOf = nameOf;
  }

  /** Number of the newest change. */
  get changes(): number {
    return this.#count;
  }

  /** What has changed after the change of that number; with 0 everything that is known. */
  since(number: number): SideMessage[] {
    return [...this.#changes.values()]
      .filter((change) => change.number > number)
      .map(({ message }) => message);
  }

  /** The sensors that were heard of, by name. */
  sensors(): HeardSensor[] {
    return [...this.#sensors.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Reads what is new at the end of the log. @throws JournalError */
  refresh(): void {
    const size = this.#log.latestCheckpoint()?.size ?? 0;
    this.#position ??= Math.max(0, size - LOOK_BACK_RECORDS);
    if (size === this.#position) return;
    this.#pager ??= new LogPager(this.#log, this.#position, this.#own, this.#shared);
    const next = () => this.#pager?.next(SHARED_PAGE_RECORDS);
    try {
      for (let page = next(); page; page = next()) {
        this.#take(page);
        this.#position = page.checkpoint.size;
      }
    } catch (error) {
      this.#pager = undefined;
      const isDamage = error instanceof JournalError && error.code === 'JOURNAL_DAMAGED';
      if (!isDamage) throw error;
      // The log's own lane says so when it comes there; the readings after it are told again.
      this.#position = size;
    }
  }

  /** Of each sensor only the newest is put into words, so from the end. */
  #take({ records }: LogPage): void {
    const nameOf = askedOnce(this.#nameOf);
    const told = new Set<string>();
    for (const record of records.toReversed()) {
      const sensor = subjectKey(record.subject);
      if (told.has(sensor)) continue;
      const message = latestMessage(this.#topics, record, nameOf);
      if (message === undefined) continue;
      told.add(sensor);
      this.#hear(record.kind, nameOf(record.subject));
      this.#count += 1;
      this.#changes.set(message.topic, { number: this.#count, message });
    }
  }

  #hear(kind: number, name: string | undefined): void {
    const known = name === undefined ? undefined : this.#sensors.get(name);
    if (name !== undefined && known?.kind !== kind) this.#sensors.set(name, { name, kind });
  }
}
