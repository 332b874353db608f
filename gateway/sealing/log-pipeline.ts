// Natural batching in front of the writer thread: while one group is being made durable the next gathers.
// `windowMs` lets a group grow so that the card lives (a commit wears 17 to 38 kB of flash whatever it holds);
// an urgent entry never waits for it, a patient one waits longer, or until another entry's window ends. A group that failed is kept and tried again, so nothing that waits for
// its acknowledgement is lost while the disk is full.

import { systemTimers, type Timers } from '../../firmware-bridge/clock.js';
import type {
  BatchOrder,
  DraftRecord,
  RequestResult,
  SealReceipt,
  SealRequest,
  StateRow,
} from './draft-record.js';
import { deletionsOf, resultsOf } from './group-parts.js';
import { GroupWindow, type WindowTerms } from './group-window.js';
import type { PruneOrder } from './log-pruner.js';
import type { WriterAnswer, WriterMessage } from './writer-message.js';

/** Also bounds the MQTT message that one group becomes. */
const MAX_GROUP_RECORDS = 1024;
/** Records that may wait in memory, about 15 MB, while nothing can be written. */
export const MAX_WAITING_RECORDS = 50_000;
const RETRY_FIRST_MS = 500;
const RETRY_LAST_MS = 10_000;

/** Records that belong together: they enter the log side by side, in one commit. */
export interface PipelineEntry {
  readonly drafts: readonly DraftRecord[];
  readonly judgeState?: readonly StateRow[];
  readonly results?: readonly RequestResult[];
  /** What one of the drafts says is deleted. */
  readonly prune?: PruneOrder;
  /** Shipment whose words are taken back, as one of the drafts says. */
  readonly erases?: string;
  /** Excursions, custody and reviews do not wait for the window. */
  readonly isUrgent?: boolean;
  /** May wait longer: nobody waits for it, and the next of its kind says the same. */
  readonly isPatient?: boolean;
  /** Called once the entry is durable. */
  readonly onDurable?: (firstSequence: number) => void;
}

export interface WriterPort {
  send(message: WriterMessage): void;
}

export type Trouble = Extract<WriterAnswer, { kind: 'failed' }>;

export interface PipelineOptions extends WindowTerms {
  readonly writer: WriterPort;
  /** Default: the system's. */
  readonly timers?: Timers;
  /** Records in the log before the first entry. */
  readonly size?: number;
  /** After each commit. */
  readonly onSealed: (receipt: SealReceipt) => void;
  /** A failed commit; undefined when writing works again. */
  readonly onTrouble: (trouble: Trouble | undefined) => void;
}

export class LogPipeline {
  readonly #options: PipelineOptions;
  #waiting: PipelineEntry[] = [];
  #waitingRecords = 0;
  #inFlight: { request: SealRequest; entries: PipelineEntry[] } | undefined;
  #cursors = new Map<string, number>();
  #batch: BatchOrder | undefined;
  #sweepRecords = 0;
  #isUrgent = false;
  #isHurried = false;
  #hasSent = false;
  #retry: NodeJS.Timeout | undefined;
  #retryMs = RETRY_FIRST_MS;
  #drained: (() => void) | undefined;
  #nextSequence: number;
  readonly #window: GroupWindow;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#window = new GroupWindow(options, options.timers ?? systemTimers);
    this.#nextSequence = options.size ?? 0;
  }

  /** Sequence of the first draft of the next entry: entries enter the log in the order in which they are added. */
  get nextSequence(): number {
    return this.#nextSequence;
  }

  /** Records that are not durable yet. */
  get waitingRecords(): number {
    return this.#waitingRecords + (this.#inFlight?.request.drafts.length ?? 0);
  }

  /**
   * Whether that many more records may wait. If not, the caller counts the loss, or withholds its
   * acknowledgement so that the sender keeps the reading.
   */
  hasRoom(records: number): boolean {
    return this.#waitingRecords + records <= MAX_WAITING_RECORDS;
  }

  /** Takes an entry; whether there is room is asked before. */
  add(entry: PipelineEntry): void {
    this.#waiting.push(entry);
    this.#waitingRecords += entry.drafts.length;
    this.#nextSequence += entry.drafts.length;
    if (entry.isUrgent) this.#isUrgent = true;
    if (!entry.isPatient) this.#isHurried = true;
    this.#schedule();
  }

  /** Notes how many records a sink has acknowledged; goes with the next commit, or alone after a while. */
  saveCursor(sink: string, size: number): void {
    this.#cursors.set(sink, size);
  }

  /** Takes deleted rows out of the file, at most so many, with a commit that does not hurry. */
  sweep(records: number): void {
    this.#sweepRecords = records;
  }

  /** Orders a batch header over the log as of the next commit. */
  cutBatch(order: BatchOrder): void {
    this.#batch = order;
    this.#isUrgent = true;
    this.#schedule();
  }

  /** Call it every while: cursors with which no commit has gone since the last call go alone. */
  flushCursors(): void {
    if (!this.#hasSent && this.#cursors.size > 0) this.flush();
    this.#hasSent = false;
  }

  /** Begins to make durable what waits, cursors too, without waiting for the window. */
  flush(): void {
    this.#isUrgent = true;
    this.#schedule();
  }

  /** Makes everything that waits durable. */
  async drain(): Promise<void> {
    this.flush();
    if (!this.#inFlight) return;
    await new Promise<void>((resolve) => {
      this.#drained = resolve;
    });
  }

  /** Feeds the writer's answer to the group in flight. */
  onAnswer(answer: WriterAnswer): void {
    if (answer.kind === 'sealed') this.#onSealed(answer.receipt);
    else if (answer.kind === 'failed') this.#onFailed(answer);
  }

  /** Stops the timers; what waits stays unacknowledged. */
  stop(): void {
    this.#window.close();
    clearTimeout(this.#retry);
  }

  #schedule(): void {
    if (this.#inFlight || this.#retry) return;
    if (this.#isUrgent || !this.#window.isWide || this.#waitingRecords >= MAX_GROUP_RECORDS) {
      this.#send();
      return;
    }
    this.#window.open(!this.#isHurried, () => {
      if (!this.#inFlight) this.#send();
    });
  }

  #send(): void {
    this.#window.close();
    const entries = this.#takeGroup();
    this.#isHurried = this.#waiting.some(({ isPatient }) => !isPatient);
    const isEmpty =
      entries.length === 0 && this.#cursors.size === 0 && !this.#batch && this.#sweepRecords === 0;
    if (isEmpty) {
      this.#isUrgent = false;
      return;
    }
    const request: SealRequest = {
      drafts: entries.flatMap((entry) => entry.drafts),
      // The last value of a key wins, as it did in the judge.
      judgeState: entries.flatMap((entry) => entry.judgeState ?? []),
      results: resultsOf(entries),
      cursors: [...this.#cursors],
      batch: this.#waiting.length === 0 ? this.#batch : undefined,
      ...deletionsOf(entries, this.#sweepRecords),
    };
    if (request.sweepRecords) this.#sweepRecords = 0;
    this.#cursors = new Map();
    if (request.batch) this.#batch = undefined;
    if (this.#waiting.length === 0 && !this.#batch) this.#isUrgent = false;
    this.#inFlight = { request, entries };
    this.#hasSent = true;
    this.#options.writer.send({ kind: 'seal', request });
  }

  #takeGroup(): PipelineEntry[] {
    let records = 0;
    let taken = 0;
    for (const entry of this.#waiting) {
      if (taken > 0 && records + entry.drafts.length > MAX_GROUP_RECORDS) break;
      records += entry.drafts.length;
      taken += 1;
    }
    this.#waitingRecords -= records;
    return this.#waiting.splice(0, taken);
  }

  #onSealed(receipt: SealReceipt): void {
    const flight = this.#inFlight;
    this.#inFlight = undefined;
    if (this.#retryMs !== RETRY_FIRST_MS) {
      this.#retryMs = RETRY_FIRST_MS;
      this.#options.onTrouble(undefined);
    }
    // The next group goes to the thread before this one's listeners run: both cores work.
    this.#continue();
    let sequence = receipt.firstSequence;
    for (const entry of flight?.entries ?? []) {
      entry.onDurable?.(sequence);
      sequence += entry.drafts.length;
    }
    this.#options.onSealed(receipt);
    if (!this.#inFlight && this.#waiting.length === 0) {
      this.#drained?.();
      this.#drained = undefined;
    }
  }

  /** A flush may have come meanwhile: then cursors go alone, and the wish is forgotten once nothing waits. */
  #continue(): void {
    if (this.#waiting.length > 0 || this.#isUrgent) this.#schedule();
  }

  #onFailed(trouble: Trouble): void {
    this.#options.onTrouble(trouble);
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      const flight = this.#inFlight;
      if (flight) this.#options.writer.send({ kind: 'seal', request: flight.request });
    }, this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_LAST_MS);
  }
}
