// Feeds a target and notes what it did with its inputs. What it throws is a crash, kept with the input; an input that
// takes more than a second of CPU hangs; memory is looked at on the way.

import type { FuzzTarget } from './fuzz-target.js';
import { watched } from './hang-watch.js';
import { Mutation } from './mutation.js';
import { Noise } from './noise.js';

/** CPU of one input. */
export const MOST_MS = 1000;
/** Over what the process held when the target's run began: its inputs have 80 kB at most. */
export const MOST_GROWTH_MIB = 400;
const LOOK_EVERY = 256;
const MAX_KEPT = 5;
const MAX_SHOWN_BYTES = 2_000;
const MIB = 1024 * 1024;

export interface Outcome {
  readonly fuzz: string;
  readonly seed: string;
  inputs: number;
  refused: number;
  accepted: number;
  crashes: number;
  slowestMs: number;
  peakRssMiB: number;
  seconds: number;
}

export interface Findings {
  readonly outcome: Outcome;
  readonly growthMiB: number;
  /** The first few, with the input. */
  readonly kept: readonly string[];
}

/** Feeds so many inputs. The same seed gives the same ones. */
export async function fuzz(target: FuzzTarget, inputs: number, seed: string): Promise<Findings> {
  const mutation = new Mutation(target, new Noise(`${seed} ${target.name}`));
  const outcome: Outcome = {
    ...{ fuzz: target.name, seed, inputs: 0, refused: 0, accepted: 0 },
    ...{ crashes: 0, slowestMs: 0, peakRssMiB: 0, seconds: 0 },
  };
  const kept: string[] = [];
  const keep = (what: string, input: Uint8Array) => {
    if (kept.length < MAX_KEPT) kept.push(`${what}\n  input ${outcome.inputs} ${shown(input)}`);
  };
  const startRss = process.memoryUsage.rss();
  const startedMs = performance.now();
  let peakRss = startRss;
  const watch = watched(target.name, seed);
  while (outcome.inputs < inputs) {
    const input = mutation.next();
    watch.beat(outcome.inputs);
    const before = process.cpuUsage();
    try {
      const word = target.feed(input);
      outcome[typeof word === 'string' ? word : await word] += 1;
    } catch (error) {
      outcome.crashes += 1;
      keep(error instanceof Error ? (error.stack ?? error.message) : String(error), input);
    }
    const { user, system } = process.cpuUsage(before);
    const tookMs = (user + system) / 1000;
    if (tookMs > MOST_MS) keep(`${tookMs} ms of CPU`, input);
    outcome.slowestMs = Math.max(outcome.slowestMs, tookMs);
    outcome.inputs += 1;
    if (outcome.inputs % LOOK_EVERY === 0) {
      peakRss = Math.max(peakRss, process.memoryUsage.rss());
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  watch.end();
  outcome.peakRssMiB = Math.round(peakRss / MIB);
  outcome.seconds = Math.round(performance.now() - startedMs) / 1000;
  return { outcome, growthMiB: (peakRss - startRss) / MIB, kept };
}

function shown(input: Uint8Array): string {
  const hex = Buffer.from(input.subarray(0, MAX_SHOWN_BYTES)).toString('hex');
  return `(${input.length} bytes): ${hex}${input.length > MAX_SHOWN_BYTES ? '...' : ''}`;
}
