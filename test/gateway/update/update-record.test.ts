// What the log, the status and the doctor say of an update: each of its outcomes once, also over restarts, and nothing that is
// only under way.

import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { updateWord } from '../../../gateway/health/doctor/update-checks.js';
import { StateStore } from '../../../gateway/requests/state-store.js';
import type { PipelineEntry } from '../../../gateway/sealing/log-pipeline.js';
import { UpdateRecord } from '../../../gateway/update/update-record.js';
import type { UpdateState } from '../../../gateway/update/update-state.js';
import { updateProblems } from '../../../gateway/update/update-told.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { contextWith } from '../record-context.js';
import { CutMachine } from './cut-machine.js';

/** A gateway role with rows that outlive it. */
class Role {
  readonly machine = new CutMachine();
  readonly rows = new Map<string, string>();
  readonly entries: PipelineEntry[] = [];
  #atS = 1_800_000_000;

  /** The state changes; the role of `folder` looks twice, or is started anew and looks. */
  see(change: Partial<UpdateState>, folder = this.machine.begun().to.folder) {
    this.machine.folder.write({ ...this.machine.begun(), ...change });
    // Two states within one tick of the clock of files.
    this.#atS += 1;
    utimesSync(join(this.machine.path, 'update.json'), this.#atS, this.#atS);
    for (let start = 0; start < 2; start += 1) {
      const state = new StateStore(this.rows);
      const record = new UpdateRecord({
        ...{ state, context: contextWith(), now: () => ({ unixMs: 1, uptimeMs: 1 }) },
        ...{ versions: this.machine.path, folder, add: (entry) => this.#add(entry) },
      });
      record.look();
      record.look();
    }
    return this.problems;
  }

  #add(entry: PipelineEntry): void {
    this.entries.push(entry);
    for (const [key, value] of entry.judgeState ?? []) {
      if (value === undefined) this.rows.delete(key);
      else this.rows.set(key, value);
    }
  }

  get details() {
    return this.entries.flatMap(({ drafts }) => drafts.map(({ kind, detail }) => ({ kind, ...detail })));
  }

  get problems() {
    return updateProblems(new StateStore(this.rows));
  }
}

const trouble = { code: 'VERSION_CRASHES', message: 'it ended 3 times' };

describe('the log', () => {
  it('tells each outcome once, with versions and hash', () => {
    const role = new Role();
    role.see({ step: 'trying' });
    expect(role.details).toEqual([]);
    role.see({ step: 'probation' });
    role.see({ step: 'done', package: { name: 'p', sha256: 'abcd', signedBy: '0x01' } });
    const told = {
      kind: recordKinds.configurationChange,
      type: 'software',
      id: 'u1',
      from: '0.1.0',
      to: '0.2.0',
    };
    expect(role.details).toMatchObject([
      { ...told, event: 'applied', package: '00' },
      { ...told, event: 'in-force', package: 'abcd', signedBy: '0x01' },
    ]);
    expect(role.problems).toEqual([]);
  });

  it('tells no version as applied that the role is not', () => {
    const role = new Role();
    role.see({ step: 'probation' }, '/usr/lib/coldgate');
    expect(role.details).toEqual([]);
  });

  it('tells why a version was taken back, and the status does until another one is applied', () => {
    const role = new Role();
    role.see({ step: 'probation' });
    expect(role.see({ step: 'reverted', trouble }, '/usr/lib/coldgate')).toMatchObject([
      {
        role: 'software',
        code: 'VERSION_CRASHES',
        message: 'the update to 0.2.0 was taken back: it ended 3 times',
      },
    ]);
    expect(role.details.at(-1)).toMatchObject({
      event: 'reverted',
      code: 'VERSION_CRASHES',
      reason: 'it ended 3 times',
    });
    expect(role.see({ id: 'u2', step: 'probation' })).toEqual([]);
  });

  it('tells that somebody went back, which is no trouble', () => {
    const role = new Role();
    const asked = { code: 'ROLLBACK_ASKED', message: 'probes are lost since' };
    expect(role.see({ step: 'reverted', trouble: asked })).toEqual([]);
    expect(role.details).toMatchObject([{ event: 'reverted', reason: 'probes are lost since' }]);
  });

  it('tells what was never switched to', () => {
    const role = new Role();
    role.see({ step: 'abandoned', trouble }, '/usr/lib/coldgate');
    expect(role.details).toMatchObject([{ event: 'abandoned', code: 'VERSION_CRASHES' }]);
  });
});

describe('the doctor', () => {
  const wordOf = (change: Partial<UpdateState>) => {
    const { folder, begun } = withState(change);
    return { ...updateWord(folder), begun };
  };
  const withState = (change: Partial<UpdateState>) => {
    const machine = new CutMachine();
    machine.folder.write({ ...machine.begun(), ...change });
    return { folder: machine.folder, begun: machine.begun() };
  };

  it('finds an update that nobody is at, and not one that somebody is', async () => {
    const { folder } = withState({ step: 'probation' });
    expect(updateWord(folder)).toMatchObject({
      outcome: 'finding',
      found: expect.stringContaining('nobody is at it'),
    });
    await folder.hold(async () => expect(updateWord(folder).outcome).toBe('notice'));
  });

  it('finds a choice that leads nowhere', () => {
    const machine = new CutMachine();
    machine.folder.choose('gone');
    expect(updateWord(machine.folder)).toMatchObject({
      outcome: 'finding',
      found: expect.stringContaining('gone is chosen'),
    });
  });

  it('knows what is in force, and what did not come into force', () => {
    expect(updateWord(new CutMachine().folder).outcome).toBe('skipped');
    expect(wordOf({ step: 'done' })).toMatchObject({ outcome: 'fine', found: '0.2.0 is in force' });
    expect(wordOf({ step: 'reverted', trouble })).toMatchObject({
      ...{ outcome: 'notice', found: 'the update to 0.2.0 did not come into force: it ended 3 times' },
    });
  });
});
