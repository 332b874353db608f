// Deletes what has been kept long enough, a span at a time: first the signed record that says so, in one commit with the note
// that readers go by, then the rows, a few with each later commit. When the disk runs full the oldest readings that nobody
// holds go early; then those of shipments that have ended, but for what excursions are about; events that nobody holds last.
// What is held besides stays, and that is said loudly.

import type { Logger } from 'pino';
import { LEAST_RETENTION_DAYS } from '../../config/retention-schema.js';
import type { Config } from '../../config/schema.js';
import type { Arrival } from '../../firmware-bridge/observation.js';
import type { RecordContext } from '../intake/record-mapper.js';
import type { JournalReader } from '../journal/journal-reader.js';
import type { PrunedClass } from '../journal/pruned-spans.js';
import type { SealReceipt } from '../sealing/draft-record.js';
import type { LogPipeline } from '../sealing/log-pipeline.js';
import { type DiskRoom, isTight, readDiskRoom } from './disk-room.js';
import { type Hold, holdsInNeed, readHolds } from './holds.js';
import { nextSpan } from './retention-plan.js';
import { type Deletion, retentionDraft } from './retention-record.js';

const MS_PER_DAY = 86_400_000;
/** One record of the log tells of so many; a busy truck makes 140,000 a day. */
const SPAN_RECORDS = 50_000;
/** Less at a time while room is short: no more goes than must. */
const TIGHT_SPAN_RECORDS = 10_000;
/** Rows of one commit: a few milliseconds of the writer's time at most. */
const SWEEP_RECORDS = 256;
/** From the start to the first look: whoever starts has other things to do. */
const FIRST_LOOK_MS = 60_000;
/** From one look to the next, while there is nothing to delete. */
const LOOK_MS = 600_000;
/** While there is, or while room is short. */
const BUSY_LOOK_MS = 10_000;

export interface RetentionDeskParts {
  readonly config: Config;
  readonly journal: JournalReader;
  readonly pipeline: Pick<LogPipeline, 'add' | 'sweep'>;
  readonly context: RecordContext;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Of the disk; another one in tests. */
  readonly readRoom?: () => DiskRoom;
}

interface Rule {
  readonly of: PrunedClass;
  readonly keptDays: number;
  readonly cause: Deletion['cause'];
  /** Whether shipments that have ended give their readings. */
  readonly isInNeed?: boolean;
}

export class RetentionDesk {
  readonly #parts: RetentionDeskParts;
  #isSwept: boolean;
  #isOrdered = false;
  #lookAtMs: number | undefined;
  #saidHeld = false;

  constructor(parts: RetentionDeskParts) {
    this.#parts = parts;
    // A crash may have come between the record and the rows.
    this.#isSwept = parts.journal.log.pruned.isSwept();
  }

  /** Each second or so. */
  tick(now: Arrival): void {
    this.#lookAtMs ??= now.uptimeMs + FIRST_LOOK_MS;
    if (!this.#isSwept) this.#parts.pipeline.sweep(SWEEP_RECORDS);
    else if (!this.#isOrdered && now.uptimeMs >= this.#lookAtMs) this.#look(now);
  }

  /** A commit is durable. */
  sealed({ isSwept, arePrunesNoted }: SealReceipt): void {
    if (isSwept !== undefined) this.#isSwept = isSwept;
    if (arePrunesNoted !== false) return;
    // The writer knows the log better than we do: better a full disk than a record too few.
    this.#lookAtMs = Number.POSITIVE_INFINITY;
    const hint = 'report this; nothing is deleted until the gateway is started again';
    this.#parts.log.error(
      { code: 'RETENTION_REFUSED', hint },
      'the writer refused to delete what it was told to',
    );
  }

  #look(now: Arrival): void {
    const { config, context } = this.#parts;
    this.#lookAtMs = now.uptimeMs + LOOK_MS;
    // Nobody knows how old anything is.
    if (context.clockTrust() === 0) return;
    const room = (this.#parts.readRoom ?? (() => readDiskRoom(config, this.#parts.journal)))();
    const isShort = isTight(room);
    const holds = readHolds({ ...this.#parts, nowMs: now.unixMs });
    if (isShort) this.#lookAtMs = now.uptimeMs + BUSY_LOOK_MS;
    for (const rule of this.#rules(isShort)) {
      const maxRecords = rule.cause === 'age' ? SPAN_RECORDS : TIGHT_SPAN_RECORDS;
      // Whole days: else each minute would delete a minute's readings, with a record and a commit for each.
      const beforeMs = (Math.floor(now.unixMs / MS_PER_DAY) - rule.keptDays) * MS_PER_DAY;
      const { of, keptDays, cause, isInNeed } = rule;
      const { journal } = this.#parts;
      const held = isInNeed ? holdsInNeed(holds, journal) : holds;
      const span = nextSpan(journal.log, held, { of, beforeMs, maxRecords });
      if (!span) continue;
      this.#lookAtMs = now.uptimeMs + BUSY_LOOK_MS;
      this.#order({ of, keptDays, cause, ...span }, now);
      return;
    }
    this.#sayHeld(isShort ? holds : undefined, room);
  }

  #rules(isShort: boolean): Rule[] {
    const { readingDays, eventDays } = this.#parts.config.retention;
    const short = { cause: 'disk-nearly-full', keptDays: LEAST_RETENTION_DAYS } as const;
    const byAge: Rule[] = [{ of: 'events', cause: 'age', keptDays: eventDays }];
    if (readingDays !== undefined) byAge.unshift({ of: 'readings', cause: 'age', keptDays: readingDays });
    if (!isShort) return byAge;
    return [
      ...byAge,
      { of: 'readings', ...short },
      { of: 'readings', ...short, isInNeed: true },
      { of: 'events', ...short },
    ];
  }

  #order(deletion: Deletion, now: Arrival): void {
    const { pipeline, context, log } = this.#parts;
    const { of, first, beyond, cause, keptDays } = deletion;
    this.#isOrdered = true;
    this.#saidHeld = false;
    pipeline.add({
      drafts: [retentionDraft(context, now, deletion)],
      prune: { of, first, beyond },
      onDurable: () => {
        this.#isOrdered = false;
        this.#isSwept = false;
      },
    });
    const fields = { of, first, last: beyond - 1, keptDays };
    if (cause === 'age') log.info(fields, 'records are deleted by rule');
    else {
      const hint = 'a larger disk, or shorter times in the section retention';
      log.warn(
        { code: 'DISK_NEARLY_FULL', hint, ...fields },
        'the disk is nearly full: old records are deleted early',
      );
    }
  }

  #sayHeld(holds: readonly Hold[] | undefined, { freeBytes, wantedFreeBytes }: DiskRoom): void {
    if (!holds) this.#saidHeld = false;
    if (!holds || this.#saidHeld) return;
    this.#saidHeld = true;
    const heldBy = [...new Set(holds.map(({ by }) => by))];
    const hint =
      'see `coldgate status` for who holds records; when the disk is full, sensors get no acknowledgement';
    this.#parts.log.error(
      { code: 'RETENTION_HELD', hint, freeBytes, wantedFreeBytes, heldBy },
      'the disk is nearly full, and nothing that is old enough may be deleted',
    );
  }
}
