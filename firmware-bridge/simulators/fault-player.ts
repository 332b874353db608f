// Plays a fault script against a virtual device and its port, whatever the port is made of. Time is handed in.

import { type CancelTimer, systemTimers, type Timers } from '../clock.js';
import type { FaultStep, TagReadTrouble } from './fault-script.js';
import { seededRandom } from './simulated-device.js';

/** What a script can do to a device. FaultyWire is the first half, a SimulatedPort the second. */
export interface FaultTarget {
  readonly wire: {
    late(delayMs: number): void;
    duplicate(): void;
    dropByte(index: number): void;
    corruptByte(index: number, mask: number): void;
    insertNoise(noise: Uint8Array): void;
    isStuck: boolean;
    isMute: boolean;
    tagReads: TagReadTrouble;
  };
  unplug(): void | Promise<void>;
  plugIn(as: string | undefined): void | Promise<void>;
}

export interface FaultPlayerOptions {
  readonly timers?: Timers | undefined;
  /** Of the noise. Default 1. */
  readonly seed?: number | undefined;
  readonly onStep?: ((step: FaultStep) => void) | undefined;
}

export interface FaultPlayer {
  /** Resolves when the last step is over or the player is stopped; rejects with what an unplug or plug-in threw. */
  readonly done: Promise<void>;
  stop(): void;
}

/** Starts at once. Steps run one after the other: a slow plug-in delays those behind it. */
export function playFaults(
  steps: readonly FaultStep[],
  target: FaultTarget,
  { timers = systemTimers, seed = 1, onStep }: FaultPlayerOptions = {},
): FaultPlayer {
  const random = seededRandom(seed);
  const cancels: CancelTimer[] = [];
  let isStopped = false;
  let release: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => {
    release = resolve;
  });
  let chain = Promise.resolve();
  const due = steps.map(
    (step) =>
      new Promise<void>((resolve, reject) => {
        cancels.push(
          timers.after(step.atMs, () => {
            chain = chain.then(async () => {
              if (isStopped) return;
              onStep?.(step);
              await apply(step, target, random);
            });
            chain.then(resolve, reject);
          }),
        );
      }),
  );
  const all = Promise.all(due).then(() => undefined);
  return {
    done: Promise.race([stopped, all]),
    stop: () => {
      isStopped = true;
      for (const cancel of cancels) cancel();
      release();
    },
  };
}

async function apply(step: FaultStep, target: FaultTarget, random: () => number): Promise<void> {
  const { wire } = target;
  switch (step.kind) {
    case 'unplug':
      return target.unplug();
    case 'plug-in':
      return target.plugIn(step.as);
    case 'late':
      return wire.late(step.delayMs);
    case 'duplicate':
      return wire.duplicate();
    case 'drop-byte':
      return wire.dropByte(step.index);
    case 'corrupt-byte':
      return wire.corruptByte(step.index, step.mask);
    case 'noise':
      return wire.insertNoise(Uint8Array.from({ length: step.bytes }, () => Math.floor(random() * 256)));
    case 'stuck':
      wire.isStuck = step.isOn;
      return;
    case 'mute':
      wire.isMute = step.isOn;
      return;
    case 'tag-reads':
      wire.tagReads = step.trouble;
      return;
  }
}
