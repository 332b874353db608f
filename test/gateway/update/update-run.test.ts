// An update step by step, and with the power cut behind each of its operations: whatever is found at the next boot is finished or
// undone, and what runs is what was chosen.

import { mkdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CutMachine, crashing, endOf, memoryFolder, PowerCut } from './cut-machine.js';

const done = { step: 'done', code: undefined, isNew: true, isRunningWhatIsChosen: true };
const takenBack = (code: string) => ({ step: 'reverted', code, isNew: false, isRunningWhatIsChosen: true });
const givenUp = (code: string) => ({ step: 'abandoned', code, isNew: false, isRunningWhatIsChosen: true });

/** Operations of a whole update, so that there is a cut behind each. */
async function operationsOf(prepare: (machine: CutMachine) => void): Promise<readonly string[]> {
  let remove = () => {};
  const machine = new CutMachine(
    memoryFolder((task) => {
      remove = task;
    }),
  );
  prepare(machine);
  await machine.begin();
  remove();
  return machine.operations;
}

describe('an update', () => {
  it('tries before it switches, and is in force only after it was watched', async () => {
    const machine = new CutMachine();
    await machine.begin();
    expect(endOf(machine)).toEqual(done);
    expect(machine.operations).toEqual([
      ...['state installing', 'install', 'state trying', 'try', 'state switching'],
      ...['link 0.2.0-0123456789ab', 'state starting', 'restart', 'state probation', 'state probation'],
      ...['watch 0.2.0-0123456789ab', 'state done'],
    ]);
  });

  it('that fails its trial never touches the link nor the roles', async () => {
    const machine = new CutMachine();
    machine.isUnfit = true;
    await expect(machine.begin()).rejects.toThrow('it does not start');
    expect(endOf(machine)).toEqual(givenUp('VERSION_UNFIT'));
    expect(machine.operations.some((what) => /link|restart/.test(what))).toBe(false);
    expect(machine.operations).toContain('undo');
  });

  it('that is not healthy goes back to what ran before, and says why', async () => {
    const machine = new CutMachine();
    machine.verdict = crashing;
    await machine.begin();
    expect(endOf(machine)).toEqual(takenBack('VERSION_CRASHES'));
    expect(machine.operations.slice(-7)).toEqual([
      ...['state returning', 'step back', 'link undefined', 'state starting-old', 'restart'],
      ...['watch null', 'state reverted'],
    ]);
    expect(machine.state.trouble?.message).toBe('it ended 3 times');
  });

  it('is left alone where somebody chose another version by hand meanwhile', async () => {
    const machine = new CutMachine();
    machine.cutAfter(9);
    await expect(machine.begin()).rejects.toThrow(PowerCut);
    machine.boot();
    mkdirSync(machine.folder.folderOf('by-hand'));
    machine.folder.choose('by-hand');
    machine.boot();
    await machine.carryOn();
    expect(endOf(machine)).toEqual(givenUp('UPDATE_OVERTAKEN'));
    expect(machine.folder.names()).toEqual(['by-hand']);
  });

  it('over which the machine goes down again and again is taken back', async () => {
    const machine = new CutMachine();
    machine.cutAfter((await operationsOf(() => {})).indexOf('watch 0.2.0-0123456789ab') + 1);
    await expect(machine.begin()).rejects.toThrow(PowerCut);
    for (let boot = 0; boot < 2; boot += 1) {
      machine.boot();
      machine.cutAfter(2);
      await expect(machine.carryOn()).rejects.toThrow(PowerCut);
    }
    machine.boot();
    await machine.carryOn();
    expect(endOf(machine)).toEqual(takenBack('VERSION_UNFIT'));
  });

  it('is over once: nothing is carried on afterwards', async () => {
    const machine = new CutMachine();
    await machine.begin();
    expect(await machine.carryOn()).toBeUndefined();
  });
});

describe('a power cut', async () => {
  const whole = await operationsOf(() => {});
  const firstChange = whole.indexOf('state switching');

  it.each(whole.slice(0, -1).map((what, at) => [what, at] as const))(
    'behind "%s" (%i) is finished or undone at the next boot',
    async (_what, at) => {
      const machine = new CutMachine();
      machine.cutAfter(at + 1);
      await expect(machine.begin()).rejects.toThrow(PowerCut);
      machine.boot();
      await machine.carryOn();
      const isDone = at >= firstChange;
      expect(endOf(machine)).toEqual(isDone ? done : givenUp('UPDATE_INTERRUPTED'));
      expect(machine.folder.names()).toEqual(isDone ? [machine.state.to.name] : []);
    },
  );

  const failing = await operationsOf((machine) => {
    machine.verdict = crashing;
  });

  it.each(failing.slice(0, -1).map((what, at) => [what, at] as const))(
    'behind "%s" (%i) of an update that does not run ends with the version before',
    async (_what, at) => {
      const machine = new CutMachine();
      machine.verdict = crashing;
      machine.cutAfter(at + 1);
      await expect(machine.begin()).rejects.toThrow(PowerCut);
      machine.boot();
      await machine.carryOn();
      expect(endOf(machine)).toEqual(
        at < firstChange ? givenUp('UPDATE_INTERRUPTED') : takenBack('VERSION_CRASHES'),
      );
      // Room for a version that nobody goes back to.
      expect(machine.folder.names()).toEqual([]);
    },
  );

  it.each(failing.slice(0, -1).map((what, at) => [what, at] as const))(
    'behind "%s" (%i), and one more behind each operation of the next boot, ends the same',
    async (_what, at) => {
      for (let second = 1; second < failing.length; second += 1) {
        const machine = new CutMachine();
        machine.verdict = crashing;
        machine.cutAfter(at + 1);
        await expect(machine.begin()).rejects.toThrow(PowerCut);
        machine.boot();
        machine.cutAfter(second);
        await machine.carryOn().catch(() => {});
        machine.boot();
        await machine.carryOn();
        expect(endOf(machine)).toEqual(
          at < firstChange ? givenUp('UPDATE_INTERRUPTED') : takenBack('VERSION_CRASHES'),
        );
      }
    },
  );

  it('of the process alone has the roles started by whoever goes on, in the same boot', async () => {
    const machine = new CutMachine();
    machine.cutAfter(whole.indexOf('state starting') + 1);
    await expect(machine.begin()).rejects.toThrow(PowerCut);
    machine.cutAfter(Number.POSITIVE_INFINITY);
    await machine.carryOn();
    expect(endOf(machine)).toEqual(done);
  });
});
