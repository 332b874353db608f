import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { playFaults } from '../../../firmware-bridge/simulators/fault-player.js';
import {
  type FaultStep,
  faultText,
  parseFaultScript,
} from '../../../firmware-bridge/simulators/fault-script.js';
import { FaultyWire } from '../../../firmware-bridge/simulators/wire-faults.js';
import { FakeTime } from '../fake-time.js';

const everyFault = `# a bad day
4s unplug          # the driver brakes
9s plug-in as ttyUSB1

9.5s late 400ms
10s duplicate
10s stuck on
11s stuck off
12s mute on
13s mute off
14s drop-byte 5
15s corrupt-byte 3 0x10
16000ms noise 64
17s plug-in
18s tag-reads wrong-tag
`;

function stepsOf(text: string): readonly FaultStep[] {
  const script = parseFaultScript(text);
  if (script.kind === 'refused') throw new Error(JSON.stringify(script.problems));
  return script.steps;
}

describe('a fault script', () => {
  it('is read line by line, with comments', () => {
    const steps = stepsOf(everyFault);
    expect(steps).toHaveLength(13);
    expect(steps[1]).toEqual({ atMs: 9000, line: 3, kind: 'plug-in', as: 'ttyUSB1' });
    expect(steps[2]).toEqual({ atMs: 9500, line: 5, kind: 'late', delayMs: 400 });
    expect(steps[9]).toEqual({ atMs: 15_000, line: 12, kind: 'corrupt-byte', index: 3, mask: 0x10 });
  });

  it('is written as it is read', () => {
    const steps = stepsOf(everyFault);
    const text = steps.map((step) => `${step.atMs}ms ${faultText(step)}`).join('\n');
    const again = stepsOf(text).map(({ line: _line, ...step }) => step);
    expect(again).toEqual(steps.map(({ line: _line, ...step }) => step));
  });

  it.each([
    ['4 unplug', 'no time'],
    ['soon unplug', 'no time'],
    ['4s', 'no fault'],
    ['4s explode', 'known are unplug'],
    ['4s unplug now', 'no value'],
    ['4s plug-in as ../etc', 'plug-in as ttyUSB1'],
    ['4s late', 'late 400ms'],
    ['4s late 400', 'late 400ms'],
    ['4s drop-byte -1', 'position'],
    ['4s corrupt-byte 3 0x100', '1 to 255'],
    ['4s corrupt-byte 3', '1 to 255'],
    ['4s noise 0', '1 to 65536'],
    ['4s stuck maybe', 'on or off'],
    ['4s tag-reads sometimes', 'ok, refused, late'],
    ['4s constructor', 'no fault'],
    ['5s unplug\n4s plug-in', 'before the step'],
  ])('%j is refused with its line and the way to write it', (text, reason) => {
    expect(parseFaultScript(text)).toEqual({
      kind: 'refused',
      problems: [{ line: text.split('\n').length, reason: expect.stringContaining(reason) }],
    });
  });

  it('tells all its problems at once', () => {
    const script = parseFaultScript('1s explode\n\n2s late\nx mute on\n');
    expect(script).toMatchObject({ problems: [{ line: 1 }, { line: 3 }, { line: 4 }] });
  });

  it('never throws on text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseFaultScript(text)));
  });
});

describe('playing a script', () => {
  function bench() {
    const time = new FakeTime();
    const told: string[] = [];
    let send: ((bytes: Uint8Array) => void) | undefined;
    const device = {
      isStuck: false,
      isMute: false,
      attach: (to: typeof send) => {
        send = to;
      },
      receive: () => undefined,
      stop: () => undefined,
    };
    const wire = new FaultyWire(device, time);
    const got: number[][] = [];
    wire.attach((bytes) => got.push([...bytes]));
    const target = {
      wire,
      unplug: () => void told.push('unplug'),
      plugIn: (as: string | undefined) => void told.push(`plug-in ${as}`),
    };
    const say = (...bytes: number[]): void => send?.(Uint8Array.from(bytes));
    return { time, told, got, device, wire, target, say };
  }

  it('does each step at its time and is over after the last', async () => {
    const { time, told, device, target } = bench();
    const steps = stepsOf(
      '1s unplug\n2s plug-in as ttyUSB1\n3s stuck on\n3s mute on\n3s tag-reads late\n4s stuck off',
    );
    const player = playFaults(steps, target, { timers: time });
    await time.pass(1500);
    expect(told).toEqual(['unplug']);
    await time.pass(1600);
    expect(told).toEqual(['unplug', 'plug-in ttyUSB1']);
    expect(device).toMatchObject({ isStuck: true, isMute: true, tagReads: 'late' });
    await time.pass(1000);
    await player.done;
    expect(device).toMatchObject({ isStuck: false, isMute: true });
  });

  it('spoils the next frames, one fault each', async () => {
    const { time, got, target, say } = bench();
    playFaults(
      stepsOf('0s drop-byte 1\n0s corrupt-byte 0 0x01\n0s duplicate\n0s late 400ms\n0s noise 2'),
      target,
      { timers: time, seed: 7 },
    );
    await time.pass(0);
    for (let frame = 1; frame <= 6; frame += 1) say(frame * 16, 0xff);
    expect(got.slice(0, 4)).toEqual([[16], [33, 255], [48, 255], [48, 255]]);
    expect(got[4]).toHaveLength(4);
    expect(got[5]).toEqual([96, 255]);
    expect(got).toHaveLength(6);
    await time.pass(400);
    expect(got[6]).toEqual([64, 255]);
  });

  it('a late frame does not reach another host', async () => {
    const { time, got, wire, say } = bench();
    wire.late(100);
    say(1);
    const other: number[][] = [];
    wire.attach((bytes) => other.push([...bytes]));
    await time.pass(200);
    expect([...got, ...other]).toEqual([]);
  });

  it('stops at once when told to', async () => {
    const { time, told, target } = bench();
    const player = playFaults(stepsOf('1s unplug'), target, { timers: time });
    player.stop();
    await player.done;
    await time.pass(2000);
    expect(told).toEqual([]);
    expect(time.waiting).toBe(0);
  });

  it('a plug-in that fails is told', async () => {
    const { time, target } = bench();
    const broken = {
      ...target,
      plugIn: () => Promise.reject(new Error('no tty')),
    };
    const player = playFaults(stepsOf('1s plug-in'), broken, { timers: time });
    const outcome = player.done.catch((error: unknown) => error);
    await time.pass(1000);
    expect(await outcome).toMatchObject({ message: 'no tty' });
  });
});
