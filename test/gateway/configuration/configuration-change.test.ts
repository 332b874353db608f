// A change of configuration over power cuts: whatever the moment, the file is whole, what runs is in the log, and a text
// that does not run is taken back.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { configurationHash } from '../../../gateway/configuration/configuration-hash.js';
import {
  readInForce,
  readPending,
  readReverted,
} from '../../../gateway/configuration/configuration-state.js';
import { configurationFolder, textWith } from './configuration-folder.js';
import { type Fate, TestMachine } from './test-machine.js';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => vi.useRealTimers());

const OLD = textWith(1000);
const NEW = textWith(500);

async function machineWith(fateOfNew: Fate): Promise<TestMachine> {
  const machine = new TestMachine(await configurationFolder(OLD));
  machine.fateOf = (text) => (text === NEW ? fateOfNew : 'runs');
  machine.powerOn();
  return machine;
}

/** All that can be looked at when it is over. */
function standing({ files, events, rows }: TestMachine) {
  return {
    ...{ events, text: files.current(), lastGood: files.lastGood(), trial: files.trial() },
    ...{ pending: readPending(rows), inForce: readInForce(rows)?.hash, reverted: readReverted(rows)?.code },
  };
}

const untouched = {
  ...{ events: [], text: OLD, lastGood: OLD, trial: undefined },
  ...{ pending: undefined, inForce: configurationHash(OLD), reverted: undefined },
};
const changed = {
  ...{ events: ['applied', 'in-force'], text: NEW, lastGood: NEW, trial: undefined },
  ...{ pending: undefined, inForce: configurationHash(NEW), reverted: undefined },
};
const takenBack = (code: string) => ({ ...untouched, events: ['applied', 'reverted'], reverted: code });

test('a text that runs comes into force, and the one before it is kept', async () => {
  const machine = await machineWith('runs');
  expect(standing(machine)).toEqual(untouched);
  expect(machine.apply(NEW)).toBe('ok');
  expect(standing(machine)).toEqual(changed);
  expect(machine.files.previous()).toBe(OLD);
  expect(machine.records).toMatchObject([
    { event: 'applied', diff: [{ path: 'commit.windowMs', before: '1000', after: '500' }] },
    { event: 'in-force', from: configurationHash(OLD), to: configurationHash(NEW) },
  ]);
  expect(machine.records[0]?.id).toBe(machine.records[1]?.id);
});

test.each<[Fate, string]>([
  ['is misuse', 'CONFIGURATION_UNFIT'],
  ['crashes', 'CONFIGURATION_UNFIT'],
  ['never comes up', 'CONFIGURATION_SLOW'],
])('a text with which a role %s is taken back, by a record, and status knows why', async (fate, code) => {
  const machine = await machineWith(fate);
  expect(machine.apply(NEW)).toBe('ok');
  expect(standing(machine)).toEqual(takenBack(code));
  expect(machine.apply(textWith(600))).toBe('ok');
  expect(standing(machine)).toMatchObject({ text: textWith(600), reverted: undefined });
});

test('the record of a configuration that comes into force names the probes that came and went', async () => {
  const probes = (...sensors: string[]) => {
    const each = sensors.map(
      (sensor, index) => `{ sensorId: ${sensor}, unit: ${index + 1}, profile: shtc3 }`,
    );
    const bus = `{ id: bus, type: modbus, port: 'tcp://127.0.0.1:4001', probes: [ ${each.join(', ')} ] }`;
    return textWith(1000, `devices: [ ${bus} ]`);
  };
  const machine = new TestMachine(await configurationFolder(probes('front', 'rear')));
  machine.powerOn();
  machine.apply(probes('front', 'roof'));
  expect(machine.records.at(-1)).toMatchObject({
    event: 'in-force',
    probesAdded: ['roof'],
    probesRemoved: ['rear'],
  });
});

test('a change by hand is a record at the next start, and tells what differs', async () => {
  const machine = await machineWith('runs');
  machine.files.replace(textWith(700));
  machine.powerOn();
  expect(machine.records).toMatchObject([
    { event: 'in-force', diff: [{ path: 'commit.windowMs', before: '1000', after: '700' }] },
  ]);
  expect([machine.files.lastGood(), machine.files.previous()]).toEqual([textWith(700), OLD]);
});

test('a text that takes the power down each time is taken back after three starts', async () => {
  const machine = await machineWith('takes the power down');
  machine.apply(NEW);
  let starts = 0;
  for (; machine.isDead && starts < 10; starts++) machine.powerOn();
  expect(standing(machine)).toEqual(takenBack('CONFIGURATION_UNFIT'));
  expect(starts).toBe(3);
});

describe('a power cut at any moment', () => {
  const fates: readonly (readonly [Fate, object])[] = [
    ['runs', changed],
    ['is misuse', takenBack('CONFIGURATION_UNFIT')],
  ];

  test.each(fates)('where the new text %s: it is as if there had been none', async (fate, wanted) => {
    const whole = await machineWith(fate);
    const begin = whole.moments;
    whole.apply(NEW);
    const moments = whole.moments - begin;
    expect(moments).toBeGreaterThan(10);
    for (let moment = 1; moment <= moments; moment++) {
      const machine = await machineWith(fate);
      machine.cutAt = machine.moments + moment;
      machine.apply(NEW);
      machine.cutAt = Number.POSITIVE_INFINITY;
      machine.powerOn();
      // Before the commit nothing has happened; the row of the request is decided again by whoever has it.
      expect(standing(machine), `cut ${moment}`).toEqual(moment === 1 ? untouched : wanted);
    }
  });

  test.each(fates)('where the new text %s: and another one during the next start', async (fate, wanted) => {
    for (let moment = 2; moment <= 12; moment += 2) {
      for (let later = 1; later <= 10; later += 3) {
        const machine = await machineWith(fate);
        machine.cutAt = machine.moments + moment;
        machine.apply(NEW);
        machine.cutAt = machine.moments + later;
        machine.powerOn();
        machine.cutAt = Number.POSITIVE_INFINITY;
        machine.powerOn();
        expect(standing(machine), `cuts ${moment} and ${later}`).toEqual(wanted);
      }
    }
  });
});
