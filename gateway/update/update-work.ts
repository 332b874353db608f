// What the steps of an update do on a real machine.

import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readBootId } from '../intake/boot.js';
import { journalPathOf } from '../journal/paths.js';
import { orderStepBack } from '../recovery/step-back.js';
import { Probation, type Verdict } from './probation.js';
import { restartRoles } from './roles-restart.js';
import { clearTrial, tryVersion } from './trial-run.js';
import { UpdateError } from './update-error.js';
import { programIn } from './update-plan.js';
import type { UpdateWork } from './update-run.js';
import type { UpdateState, VersionPlace } from './update-state.js';
import { isSignAlive, readSign } from './version-sign.js';
import type { VersionsFolder } from './versions-folder.js';

const LOOK_MS = 250;

export class MachineWork implements UpdateWork {
  readonly say: (text: string) => void;
  readonly bootId = readBootId;
  readonly nowMs = Date.now;
  readonly #folder: VersionsFolder;
  readonly #staging: string | undefined;
  #signBefore: string | undefined;

  /** @param staging where a plan has unpacked the new version; only the first step needs it */
  constructor(folder: VersionsFolder, say: (text: string) => void, staging?: string) {
    this.#folder = folder;
    this.say = say;
    this.#staging = staging;
  }

  async install({ to }: UpdateState): Promise<void> {
    if (to.name === null || this.#staging === undefined)
      throw new UpdateError('UPDATE_UNWRITABLE', 'nothing is unpacked', 'apply the package again');
    flushDisk(this.#staging);
    this.#folder.settle(programIn(this.#staging), to.name);
    rmSync(this.#staging, { recursive: true, force: true });
  }

  async tryOut({ to, config, dataDir }: UpdateState): Promise<void> {
    await tryVersion(to.folder, config, dataDir);
  }

  undo({ to, from, dataDir }: UpdateState): void {
    clearTrial(dataDir);
    if (this.#staging !== undefined) rmSync(this.#staging, { recursive: true, force: true });
    if (to.name !== null && to.name !== from.name && to.name !== this.#folder.current())
      rmSync(to.folder, { recursive: true, force: true });
  }

  restart(state: UpdateState): void {
    this.#signBefore = readSign(state.dataDir)?.id;
    restartRoles(state);
  }

  async watch(state: UpdateState, { folder, software }: VersionPlace): Promise<Verdict> {
    const { dataDir, readyLimitMs, probationMs } = state;
    const terms = { folder, signBefore: this.#signBefore, readyLimitMs, probationMs };
    this.say(
      `watching ${software}: a record on the disk within ${readyLimitMs / 1000} s, then ${probationMs / 1000} s without an end`,
    );
    const probation = new Probation(terms, performance.now());
    for (;;) {
      const sign = readSign(dataDir);
      const verdict = probation.look(sign, sign !== undefined && isSignAlive(sign), performance.now());
      if (verdict) return verdict;
      await sleep(LOOK_MS);
    }
  }

  /** Also where the newer version may only now bring the journal to its layout. */
  letStepBack({ from, to, dataDir }: UpdateState): void {
    const path = journalPathOf(dataDir);
    if (to.journalLayout > from.journalLayout && existsSync(path)) orderStepBack(path, to.journalLayout);
  }
}

/** Everything of a folder is on the disk before it gets its name. @throws UpdateError UPDATE_UNWRITABLE */
function flushDisk(folder: string): void {
  const { status, stderr, error } = spawnSync('sync', ['-f', folder], { encoding: 'utf8' });
  if (status === 0) return;
  const said = error?.message ?? stderr.trim();
  throw new UpdateError(
    'UPDATE_UNWRITABLE',
    `the disk did not take the new version: ${said}`,
    'check the card',
  );
}
