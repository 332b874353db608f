// A machine whose power can fail between any two things that become durable: a commit of the log, a file beside the
// configuration. What is durable outlives it; all else is gone. The parts are the real ones, without processes.

import { vi } from 'vitest';
import { parseConfig } from '../../../config/load.js';
import { proposeConfiguration } from '../../../gateway/configuration/apply-configuration.js';
import { ConfigurationDesk } from '../../../gateway/configuration/configuration-desk.js';
import { ConfigurationFiles } from '../../../gateway/configuration/configuration-files.js';
import { configurationHash } from '../../../gateway/configuration/configuration-hash.js';
import { ConfigurationWatch } from '../../../gateway/configuration/configuration-watch.js';
import { StateStore } from '../../../gateway/requests/state-store.js';
import type { DetailDocument } from '../../../gateway/sealing/draft-record.js';
import type { PipelineEntry } from '../../../gateway/sealing/log-pipeline.js';
import { contextWith } from '../record-context.js';

/** What becomes of the roles with a text. */
export type Fate = 'runs' | 'is misuse' | 'crashes' | 'never comes up' | 'takes the power down';

const READY_LIMIT_MS = 60_000;
const quiet = { error: () => {}, warn: () => {}, info: () => {} };

class CuttableFiles extends ConfigurationFiles {
  constructor(
    path: string,
    private readonly durably: (task: () => void) => void,
  ) {
    super(path);
  }

  protected override write(path: string, text: string): void {
    this.durably(() => super.write(path, text));
  }

  override endTrial(): void {
    this.durably(() => super.endTrial());
  }
}

export class TestMachine {
  /** Details of the records that are in the log. */
  readonly records: DetailDocument[] = [];
  /** Rows beside the log. */
  rows = new StateStore(new Map());
  /** Moments that have passed: two for each thing that becomes durable, before it and after it. */
  moments = 0;
  /** The power fails at that moment. */
  cutAt = Number.POSITIVE_INFINITY;
  fateOf: (text: string) => Fate = () => 'runs';
  readonly #path: string;
  #isDead = true;
  #wantsStart = false;
  #desk: ConfigurationDesk | undefined;
  #watch: ConfigurationWatch | undefined;
  #state = new StateStore(new Map());
  #runningText = '';

  constructor(path: string) {
    this.#path = path;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  get files(): ConfigurationFiles {
    return new ConfigurationFiles(this.#path);
  }

  get events(): unknown[] {
    return this.records.map(({ event }) => event);
  }

  /** Switches it on and lets it run until nothing more happens. */
  powerOn(): void {
    this.#isDead = false;
    this.#watch = new ConfigurationWatch({
      ...{ files: this.#filesOfNow(), path: this.#path, log: quiet },
      ...{ readyLimitMs: READY_LIMIT_MS, probationMs: 1000 },
      restart: () => {
        this.#wantsStart = true;
      },
    });
    this.#wantsStart = true;
    this.settle();
  }

  /** Asks for another text. @returns `ok` or the code of the refusal */
  apply(text: string, changes: { baseHash?: string } = {}): string {
    const desk = this.#desk;
    if (!desk) throw new Error('it does not run');
    const id = `request-${this.moments}`;
    const baseHash = changes.baseHash ?? configurationHash(this.#runningText);
    const asked = { id, baseHash, text, reason: undefined, fixedPaths: [] };
    const outcome = proposeConfiguration(asked, this.#place(), this.#state);
    if (!outcome.ok) return outcome.code;
    const drafts = outcome.records.map(({ detail }) => ({ detail }) as PipelineEntry['drafts'][number]);
    this.#state.apply(outcome.state);
    this.#add({ drafts, judgeState: outcome.state });
    desk.onState(outcome.state);
    this.settle();
    return 'ok';
  }

  /** Time passes; roles start when somebody wants them to. */
  settle(): void {
    // Two turns without anything new: all timers have run out.
    for (let quietTurns = 0, turn = 0; quietTurns < 2 && turn < 40; turn++) {
      const before = this.moments;
      if (this.#isDead) {
        this.#watch?.close();
        return;
      }
      if (this.#wantsStart) this.#startRoles();
      vi.advanceTimersByTime(READY_LIMIT_MS);
      if (!this.#wantsStart) this.#desk?.look();
      quietTurns = this.moments === before && !this.#wantsStart ? quietTurns + 1 : 0;
    }
  }

  #startRoles(): void {
    this.#wantsStart = false;
    this.#desk = undefined;
    this.#watch?.begin();
    for (;;) {
      if (this.#isDead) return;
      const fate = this.fateOf(this.files.current());
      if (fate === 'takes the power down') this.#isDead = true;
      if (fate === 'runs' || fate === 'never comes up' || this.#isDead) {
        if (fate === 'runs') this.#runRole();
        return;
      }
      // Dealt with, or the supervisor starts the role again.
      if (this.#watch?.roleEnded('gateway', fate === 'is misuse' ? 2 : 3)) return;
    }
  }

  #runRole(): void {
    this.#runningText = this.files.current();
    this.#state = new StateStore(new Map(this.rows.entries('')));
    this.#desk = new ConfigurationDesk({
      place: this.#place(),
      config: parseConfig(this.#runningText, this.#path),
      state: this.#state,
      context: contextWith(),
      now: () => ({ unixMs: 1_700_000_000_000, uptimeMs: 5_000 }),
      add: (entry) => this.#add(entry),
      restart: () => {
        this.#wantsStart = true;
      },
      log: quiet,
    });
    this.#desk.start();
    if (!this.#wantsStart) this.#watch?.roleReady('gateway');
  }

  #place() {
    return {
      ...{ files: this.#filesOfNow(), path: this.#path },
      ...{ runningText: this.#runningText, isSupervised: true },
    };
  }

  #filesOfNow(): CuttableFiles {
    return new CuttableFiles(this.#path, (task) => this.#durably(task));
  }

  #add({ drafts, judgeState = [], onDurable }: PipelineEntry): void {
    this.#durably(() => {
      this.records.push(...drafts.flatMap(({ detail }) => (detail ? [detail] : [])));
      this.rows.apply(judgeState);
    });
    if (!this.#isDead) onDurable?.(0);
  }

  #durably(task: () => void): void {
    this.#pass();
    if (this.#isDead) return;
    task();
    this.#pass();
  }

  #pass(): void {
    this.moments += 1;
    if (this.moments >= this.cutAt) this.#isDead = true;
  }
}
