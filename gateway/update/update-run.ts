// An update from its first step to one of its ends. Before each step the state is on the disk; each step can be done again. So a
// power cut at any moment leaves it to `carryOn`, at the next call or the next boot.

import type { Verdict } from './probation.js';
import { saidBy, UpdateError } from './update-error.js';
import type { UpdateState, UpdateStep, VersionPlace } from './update-state.js';
import { isOver, keptAfter } from './update-state.js';
import type { VersionsFolder } from './versions-folder.js';

/** Power cuts while a version is watched: one that takes the machine down with it is given up. */
const MAX_WATCHES = 3;

/** What steps do beyond the link, which is this file's own. */
export interface UpdateWork {
  /** Brings the new version to its place; may find it there. @throws UpdateError */
  install(state: UpdateState): Promise<void>;
  /** @throws UpdateError VERSION_UNFIT */
  tryOut(state: UpdateState): Promise<void>;
  /** Takes away what the first two steps made. */
  undo(state: UpdateState): void;
  /** Starts the roles anew. @throws Error */
  restart(state: UpdateState): void;
  watch(state: UpdateState, place: VersionPlace): Promise<Verdict>;
  /** Lets the version before set a journal aside that it cannot read. */
  letStepBack(state: UpdateState): void;
  readonly bootId: () => string;
  readonly nowMs: () => number;
  readonly say: (text: string) => void;
}

type Change = Partial<Omit<UpdateState, 'step'>>;

export class UpdateRun {
  readonly #folder: VersionsFolder;
  readonly #work: UpdateWork;

  constructor(folder: VersionsFolder, work: UpdateWork) {
    this.#folder = folder;
    this.#work = work;
  }

  /** Carries out what was decided. @returns the end @throws UpdateError of the first two steps; nothing has changed then */
  async begin(state: UpdateState): Promise<UpdateState> {
    this.#folder.write(state);
    return this.#goOn(state);
  }

  /** Finishes or undoes what was cut off, and takes away what nobody needs of it; undefined where nothing was. */
  async carryOn(): Promise<UpdateState | undefined> {
    const found = this.#folder.state();
    if (!found || isOver(found)) return undefined;
    const end = await this.#finish(found);
    // Also what somebody has chosen by hand meanwhile.
    this.#folder.keepOnly([...keptAfter(end), this.#folder.current()]);
    return end;
  }

  async #finish(found: UpdateState): Promise<UpdateState> {
    const { say } = this.#work;
    if (found.step === 'installing' || found.step === 'trying') {
      say(`the update to ${found.to.software} was interrupted before anything had changed; it is undone`);
      this.#work.undo(found);
      const trouble = {
        code: 'UPDATE_INTERRUPTED',
        message: 'it was interrupted before anything had changed',
      };
      return this.#end(found, 'abandoned', { trouble });
    }
    say(`the update to ${found.to.software} was interrupted (${found.step}); it goes on`);
    const isChosen = found.step === 'starting' || found.step === 'probation';
    if (isChosen && this.#folder.current() !== (found.to.name ?? undefined)) {
      const trouble = { code: 'UPDATE_OVERTAKEN', message: 'another version was chosen by hand' };
      return this.#end(found, 'abandoned', { trouble });
    }
    return this.#goOn(found);
  }

  async #goOn(begun: UpdateState): Promise<UpdateState> {
    let state = begun;
    while (!isOver(state)) state = await this.#step(state);
    return state;
  }

  async #step(state: UpdateState): Promise<UpdateState> {
    const { say } = this.#work;
    switch (state.step) {
      case 'installing':
        return this.#prepared(state, 'trying', () => this.#work.install(state));
      case 'trying':
        say(`trying ${state.to.software} on the configuration and a copy of the journal`);
        return this.#prepared(state, 'switching', () => this.#work.tryOut(state));
      case 'switching':
        this.#folder.choose(state.to.name ?? undefined);
        return this.#next(state, 'starting', { linkBootId: this.#work.bootId() });
      case 'starting':
        say(`starting the roles with ${state.to.software}`);
        return this.#start(state);
      case 'probation':
        return this.#watch(state);
      case 'returning':
        say(`going back to ${state.from.software}: ${state.trouble?.message ?? ''}`);
        this.#work.letStepBack(state);
        this.#folder.choose(state.from.name ?? undefined);
        return this.#next(state, 'starting-old', { linkBootId: this.#work.bootId() });
      default:
        return this.#startOld(state);
    }
  }

  /** Nothing has changed for the roles yet: a failure is the end of it. */
  async #prepared(state: UpdateState, next: UpdateStep, task: () => Promise<void>): Promise<UpdateState> {
    try {
      await task();
    } catch (error) {
      this.#work.undo(state);
      const code = error instanceof UpdateError ? error.code : 'VERSION_UNFIT';
      this.#end(state, 'abandoned', { trouble: { code, message: saidBy(error) } });
      throw error;
    }
    return this.#next(state, next);
  }

  #start(state: UpdateState): UpdateState {
    try {
      this.#restartInBoot(state);
    } catch (error) {
      return this.#goBack(state, 'VERSION_UNSTARTABLE', `the roles could not be started: ${saidBy(error)}`);
    }
    return this.#next(state, 'probation');
  }

  async #watch(state: UpdateState): Promise<UpdateState> {
    if (state.watches >= MAX_WATCHES)
      return this.#goBack(
        state,
        'VERSION_UNFIT',
        'the machine went down again and again while it was watched',
      );
    const watched = this.#next(state, 'probation', { watches: state.watches + 1 });
    const verdict = await this.#work.watch(watched, watched.to);
    if (verdict.isHealthy) return this.#end(watched, 'done', {});
    return this.#goBack(watched, verdict.code, verdict.message);
  }

  async #startOld(state: UpdateState): Promise<UpdateState> {
    const { say } = this.#work;
    try {
      this.#restartInBoot(state);
      const verdict = await this.#work.watch(state, state.from);
      if (!verdict.isHealthy) say(`${state.from.software} is back, and does not run: ${verdict.message}`);
    } catch (error) {
      say(`${state.from.software} is back, and could not be started: ${saidBy(error)}`);
    }
    return this.#end(state, 'reverted', {});
  }

  /** In a later boot the roles were started with the link as it is. */
  #restartInBoot(state: UpdateState): void {
    if (state.linkBootId === this.#work.bootId()) this.#work.restart(state);
  }

  #goBack(state: UpdateState, code: string, message: string): UpdateState {
    return this.#next(state, 'returning', { trouble: { code, message } });
  }

  #end(state: UpdateState, step: UpdateStep, change: Change): UpdateState {
    return this.#next(state, step, { ...change, endedAtMs: this.#work.nowMs() });
  }

  /** Durable before the step is done. */
  #next(state: UpdateState, step: UpdateStep, change: Change = {}): UpdateState {
    const next = { ...state, ...change, step };
    this.#folder.write(next);
    return next;
  }
}
