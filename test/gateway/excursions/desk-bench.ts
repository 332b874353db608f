// The excursion desk with a log behind it, as the gateway role keeps one: what is sealed is kept, a restart begins
// from what was kept, and time is the test's.

import type { AlarmProfile } from '../../../config/alarm-profile.js';
import type { BudgetPlan } from '../../../gateway/excursions/budget-watch.js';
import { ExcursionDesk, type Judgement } from '../../../gateway/excursions/excursion-desk.js';
import type { Mark } from '../../../gateway/excursions/probe-fold.js';
import type { DetailDocument, DraftRecord } from '../../../gateway/sealing/draft-record.js';
import { qualityCodes, recordKinds } from '../../../ledger-sync/evidence/record.js';
import { draftWith } from '../drafts.js';

const START_UNIX_MS = 1_700_000_000_000;

export interface Watched {
  readonly sensorId: string;
  readonly profile: AlarmProfile;
  readonly shipment?: string;
  readonly uncertaintyMilliC?: number;
  readonly budgets?: readonly BudgetPlan[];
}

export interface DeskBenchOptions {
  readonly watched: readonly Watched[];
  readonly marks?: Readonly<Record<string, Mark>>;
}

export class DeskBench {
  readonly log: DraftRecord[] = [];
  readonly rows = new Map<string, string>();
  /** ms since the start on the true clock. */
  nowMs = 0;
  bootCount = 1;
  clockTrust: 0 | 1 | 2 = 2;
  /** By which the wall clock is wrong. */
  wallErrorMs = 0;
  #bootedMs = 0;
  #desk: ExcursionDesk;
  readonly #options: DeskBenchOptions;

  constructor(options: DeskBenchOptions) {
    this.#options = options;
    this.#desk = this.#open();
  }

  get desk(): ExcursionDesk {
    return this.#desk;
  }

  base(more: Partial<DraftRecord> = {}): DraftRecord {
    return draftWith({
      observedAtMs: START_UNIX_MS + this.nowMs + this.wallErrorMs,
      uptimeMs: this.nowMs - this.#bootedMs,
      bootCount: this.bootCount,
      clockTrust: this.clockTrust,
      ...more,
    });
  }

  /** A reading arrives; `ageMs` ago its sensor took it. */
  read(subjectName: string, temperatureMilliC: number | undefined, ageMs = 0): DetailDocument[] {
    const base = this.base({ subjectName });
    const detail = { type: 'backlog-reading', measuredAtMs: base.observedAtMs - ageMs };
    return this.take({
      ...base,
      value: temperatureMilliC ?? 0,
      quality: temperatureMilliC === undefined ? qualityCodes['probe-open'] : qualityCodes.good,
      detail: ageMs > 0 ? detail : undefined,
    });
  }

  take(draft: DraftRecord): DetailDocument[] {
    const judgement = this.#desk.judge(draft);
    return this.#seal([draft, ...judgement.drafts], judgement);
  }

  contact(subjectName: string, isOpen: boolean): void {
    this.take(this.base({ subjectName, kind: recordKinds.door, value: isOpen ? 1 : 0 }));
  }

  /** Time passes; judging again goes on until it is done. */
  tick(): DetailDocument[] {
    this.judgeAgain();
    const judgement = this.#desk.tick(this.base(), this.log.length);
    return this.#seal(judgement.drafts, judgement);
  }

  judgeAgain(): void {
    for (let isMore = true; isMore; ) {
      const wanted = this.#desk.wanted(this.log.length);
      const page = wanted ? this.log.slice(wanted.from, Math.min(wanted.to, wanted.from + 100)) : [];
      isMore = this.#desk.judgeAgain(page, this.log.length);
    }
  }

  /** The process ends and starts: what was not sealed is gone. */
  restart(watched = this.#options.watched): void {
    this.#desk = this.#open(watched);
  }

  /** The machine was off for a time. */
  reboot(offMs: number): void {
    this.nowMs += offMs;
    this.#bootedMs = this.nowMs;
    this.bootCount += 1;
    this.restart();
  }

  states(sensorId: string): string[] {
    return this.#desk
      .status(sensorId, this.base())
      .map(({ state, cause }) => (cause ? `${state} ${cause}` : state));
  }

  /** Documents of all excursion records. */
  told(): DetailDocument[] {
    return this.log.flatMap(({ kind, detail }) => (kind === recordKinds.excursion && detail ? [detail] : []));
  }

  assign(watched: readonly Watched[]): DraftRecord[] {
    const judgement = this.#desk.assign(watched.map(termsOf), this.base(), this.log.length);
    this.#seal(judgement.drafts, judgement);
    return [...judgement.drafts];
  }

  #seal(drafts: readonly DraftRecord[], { judgeState }: Judgement): DetailDocument[] {
    this.log.push(...drafts);
    for (const [key, value] of judgeState) {
      if (value === undefined) this.rows.delete(key);
      else this.rows.set(key, value);
    }
    return drafts.flatMap(({ kind, detail }) => (kind === recordKinds.excursion && detail ? [detail] : []));
  }

  #open(watched = this.#options.watched): ExcursionDesk {
    const { marks = {} } = this.#options;
    const desk = new ExcursionDesk({
      stored: new Map(this.rows),
      terms: watched.map(termsOf),
      markOf: (_probe, contact) => marks[contact],
      now: this.base(),
      last: this.log.at(-1),
      size: this.log.length,
    });
    for (let at = desk.resumePosition; at < this.log.length; at++) {
      const record = this.log[at];
      if (record) desk.resume(at, record);
    }
    return desk;
  }
}

const termsOf = ({ sensorId, profile, shipment, uncertaintyMilliC, budgets }: Watched) => ({
  budgets,
  gateway: 'truck-17',
  sensorId,
  profile,
  shipment,
  uncertaintyMilliC,
});
