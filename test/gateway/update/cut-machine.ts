// A machine for updates whose power can be cut behind any operation: folder, link and state are real files; what runs is a
// word. After a cut everything that was done stays, and the next boot starts what the link says.

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Verdict } from '../../../gateway/update/probation.js';
import { UpdateError } from '../../../gateway/update/update-error.js';
import { UpdateRun, type UpdateWork } from '../../../gateway/update/update-run.js';
import type { UpdateState, VersionPlace } from '../../../gateway/update/update-state.js';
import { VersionsFolder } from '../../../gateway/update/versions-folder.js';

export class PowerCut extends Error {}

const healthy: Verdict = { isHealthy: true };
export const crashing: Verdict = { isHealthy: false, code: 'VERSION_CRASHES', message: 'it ended 3 times' };

const NEW = '0.2.0-0123456789ab';

class CutFolder extends VersionsFolder {
  constructor(
    path: string,
    readonly power: { requireOn(): void; after(what: string): void },
  ) {
    super(path);
  }

  override choose(name: string | undefined): void {
    this.power.requireOn();
    super.choose(name);
    this.power.after(`link ${name}`);
  }

  override write(state: UpdateState): void {
    this.power.requireOn();
    super.write(state);
    this.power.after(`state ${state.step}`);
  }
}

/** Hundreds of updates: in memory, where a flush takes no time. */
export function memoryFolder(onEnd: (remove: () => void) => void = onTestFinished): string {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'coldgate-update-'));
  onEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export class CutMachine {
  readonly path: string;
  readonly folder: VersionsFolder;
  /** Of the link when the roles were started last; undefined: the one that was installed. */
  running: string | undefined;
  readonly operations: string[] = [];
  readonly said: string[] = [];
  verdict: Verdict = healthy;
  isUnfit = false;
  #boot = 1;
  #left = Number.POSITIVE_INFINITY;

  constructor(path = memoryFolder()) {
    this.path = path;
    this.folder = new CutFolder(this.path, {
      requireOn: () => this.#requireOn(),
      after: (what) => this.#after(what),
    });
    this.folder.make();
  }

  get state(): UpdateState {
    const state = this.folder.state();
    if (!state) throw new Error('there is no state');
    return state;
  }

  /** Cuts the power behind so many operations from now. */
  cutAfter(operations: number): void {
    this.#left = operations;
  }

  boot(): void {
    this.#left = Number.POSITIVE_INFINITY;
    this.#boot += 1;
    this.running = this.folder.current();
  }

  begin(change: Partial<UpdateState> = {}): Promise<UpdateState> {
    return new UpdateRun(this.folder, this.#work()).begin({ ...this.begun(), ...change });
  }

  carryOn(): Promise<UpdateState | undefined> {
    return new UpdateRun(this.folder, this.#work()).carryOn();
  }

  begun(): UpdateState {
    const place = (software: string, name: string | null): VersionPlace => {
      const folder = name === null ? '/usr/lib/coldgate' : this.folder.folderOf(name);
      return { software, name, folder, journalLayout: 8 };
    };
    return {
      ...{ format: 'coldgate-update', version: 1, id: 'u1', step: 'installing' },
      ...{ from: place('0.1.0', null), to: place('0.2.0', NEW), before: null },
      package: { name: 'coldgate.deb', sha256: '00', signedBy: null },
      ...{ config: '/etc/coldgate.yaml', dataDir: this.path, restart: 'true', units: [] },
      ...{
        readyLimitMs: 1,
        probationMs: 1,
        beganAtMs: 1,
        endedAtMs: null,
        linkBootId: null,
        watches: 0,
        trouble: null,
      },
    };
  }

  /** A machine without power does nothing, whatever catches the cut. */
  #requireOn(): void {
    if (this.#left <= 0) throw new PowerCut('off');
  }

  #after(what: string): void {
    this.#requireOn();
    this.operations.push(what);
    this.#left -= 1;
    if (this.#left <= 0) throw new PowerCut(what);
  }

  #work(): UpdateWork {
    const did = (what: string) => this.#after(what);
    return {
      install: async ({ to }) => {
        mkdirSync(to.folder, { recursive: true });
        writeFileSync(join(to.folder, 'package.json'), '{}');
        did('install');
      },
      tryOut: async () => {
        did('try');
        if (this.isUnfit) throw new UpdateError('VERSION_UNFIT', 'it does not start', 'nothing');
      },
      undo: () => did('undo'),
      restart: () => {
        this.#requireOn();
        this.running = this.folder.current();
        did('restart');
      },
      watch: async (_state, { name }) => {
        did(`watch ${name}`);
        return name === null ? healthy : this.verdict;
      },
      letStepBack: () => did('step back'),
      ...{ bootId: () => `boot-${this.#boot}`, nowMs: () => 2, say: (text) => this.said.push(text) },
    };
  }
}

/** What must hold at an end, whatever happened before. */
export function endOf(machine: CutMachine) {
  const { step, trouble } = machine.state;
  const current = machine.folder.current();
  return {
    step,
    code: trouble?.code,
    isNew: current === NEW,
    isRunningWhatIsChosen: machine.running === current,
  };
}
