// What the gateway role does about the disk below its log: says a trouble once, gives the ballast back when there is no room,
// and tells people when the card becomes slow, and when it has recovered.

import type { Logger } from 'pino';
import type { Config } from '../config/schema.js';
import type { Arrival } from '../firmware-bridge/observation.js';
import { recordKinds } from '../ledger-sync/evidence/record.js';
import type { ReadingDesk } from './intake/reading-desk.js';
import { draftOf, type RecordContext } from './intake/record-mapper.js';
import { Ballast } from './journal/ballast.js';
import { ballastPathOf, journalPathOf } from './journal/paths.js';
import { DamageWatch } from './recovery/damage-watch.js';
import { CommitPace, type PaceChange } from './sealing/commit-pace.js';
import type { SealReceipt } from './sealing/draft-record.js';
import type { Trouble } from './sealing/log-pipeline.js';
import type { WriterAnswer } from './sealing/writer-message.js';
import { TroubleReport } from './trouble-report.js';

/** Key of the row that says that a slow card was told; without it none was, or it has recovered. */
const SLOW_CARD_KEY = 'condition/slow-card';
const CONDITION = 'slow-card';

export interface LogDiskParts {
  readonly config: Pick<Config, 'gateway'>;
  /** Beside the log. */
  readonly rows: ReadonlyMap<string, string>;
  readonly context: RecordContext;
  readonly log: Logger;
}

export class LogDisk {
  readonly #parts: LogDiskParts;
  readonly #ballast: Ballast;
  readonly #pace: CommitPace;
  readonly #report: TroubleReport;
  readonly #damage: DamageWatch;
  #change: PaceChange | undefined;

  /** Takes the ballast's room. */
  constructor(parts: LogDiskParts) {
    this.#parts = parts;
    this.#report = new TroubleReport(parts.log);
    this.#damage = new DamageWatch(journalPathOf(parts.config.gateway.dataDir));
    this.#ballast = new Ballast(ballastPathOf(parts.config.gateway.dataDir));
    this.#ballast.fill();
    this.#pace = new CommitPace(parts.rows.has(SLOW_CARD_KEY));
  }

  /** A commit failed; undefined: writing works again. */
  troubled(trouble: Trouble | undefined): void {
    if (trouble) this.#report.journalFailed(trouble);
    else this.#report.healed();
    if (trouble?.code === 'DISK_FULL') this.#ballast.release();
    else if (!trouble) this.#ballast.fill();
  }

  /** What the writer says beside what became of commits. */
  heard(answer: WriterAnswer): void {
    const { log } = this.#parts;
    if (answer.kind === 'mark-failed') this.#report.markFailed(answer);
    if (answer.kind === 'wal-free') log.info('the write-ahead log of the journal is small again');
    if (answer.kind !== 'wal-pinned') return;
    const { walBytes, holders } = answer.pin;
    const who = holders.length > 0 ? holders.join(', ') : 'who it is cannot be told';
    const hint = `end the program that reads the journal in one long transaction: ${who}`;
    log.warn(
      { code: 'JOURNAL_PINNED', hint, walBytes, holders },
      'the write-ahead log of the journal cannot be copied back',
    );
  }

  /** What is stored is not what was signed. */
  foundDamage(): void {
    this.#damage.found();
  }

  /** A commit is durable. */
  sealed({ commitMs }: SealReceipt): void {
    if (commitMs !== undefined) this.#change = this.#pace.took(commitMs, performance.now()) ?? this.#change;
  }

  /** Each second: puts into the log what there is to tell. */
  tick(at: Arrival, desk: Pick<ReadingDesk, 'report'>): void {
    const change = this.#change;
    this.#change = undefined;
    if (!change) return;
    const { event, medianMs, longestMs } = change;
    const { context, log } = this.#parts;
    const reason = `commits took ${medianMs} ms in the median of the last 20, and up to ${longestMs} ms`;
    const detail = {
      ...{ type: 'device-condition', condition: CONDITION, event, reason },
      ...{ medianMs, longestMs, severity: 'major' },
    };
    const kind = recordKinds.deviceCondition;
    const draft = draftOf(context, { at, kind, subjectName: 'gateway', detail });
    const value = event === 'opened' ? JSON.stringify({ sinceMs: at.unixMs }) : undefined;
    desk.report([], { ...draft, shipmentName: undefined }, [[SLOW_CARD_KEY, value]]);
    if (event === 'closed') log.info({ medianMs, longestMs }, 'the card is as quick as it should be again');
    else {
      const hint = 'copy what is on the card and replace it soon; recording goes on meanwhile';
      log.warn({ code: 'SLOW_CARD', hint, medianMs, longestMs }, `the card is slow: ${reason}`);
    }
  }

  close(): void {
    this.#damage.close();
  }
}
