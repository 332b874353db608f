// Legs side by side: each is this program again with one leg, and its last line is what it found. Two, as there are two
// cores at least: what a leg audits must not slow down the sensors of another. Those that are timed come first, each alone.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Outcome } from './campaign.js';
import type { CampaignOptions } from './campaign-options.js';
import { legs } from './legs.js';

const program = fileURLToPath(new URL('../faults.mjs', import.meta.url));
const AT_ONCE = 2;

export class LegProcesses {
  readonly #options: CampaignOptions;
  readonly #running = new Set<ChildProcess>();

  constructor(options: CampaignOptions) {
    this.#options = options;
  }

  /** Runs all legs. */
  async run(): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    const oneAfterTheOther = async (waiting: [name: string, times: number][]) => {
      for (let next = waiting.shift(); next; next = waiting.shift())
        outcomes.push(await this.#runOne(...next));
    };
    const isTimed = ([name]: readonly [string, number]) => legs[name]?.isTimed === true;
    const all = [...this.#options.times];
    await oneAfterTheOther(all.filter(isTimed));
    const others = all.filter((leg) => !isTimed(leg));
    await Promise.all(Array.from({ length: AT_ONCE }, () => oneAfterTheOther(others)));
    return outcomes;
  }

  /** Asks all to end, and waits until they have tidied up. */
  async end(): Promise<void> {
    await Promise.all(
      [...this.#running].map(async (child) => {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await ended;
      }),
    );
  }

  async #runOne(name: string, times: number): Promise<Outcome> {
    const { seed, minutes } = this.#options;
    const words = ['--only', name, `--${name}`, times, '--seed', seed, '--minutes', minutes].map(String);
    const child = spawn(process.execPath, [program, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#running.add(child);
    let said = '';
    child.stdout.on('data', (bytes: Buffer) => {
      said += bytes.toString('utf8');
    });
    await once(child, 'close');
    this.#running.delete(child);
    const line = said.trim().split('\n').at(-1);
    // What it said of it is above; the others go on.
    if (!line) return { summary: { brokenLegs: 1 }, notRun: {} };
    const { seed: _seed, notRun, broken: _broken, ...summary } = JSON.parse(line);
    return { summary, notRun };
  }
}
