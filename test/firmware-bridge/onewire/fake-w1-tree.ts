// The kernel's 1-Wire directory in memory, with its manners: a conversion takes time, a triggered one is given out by the
// next read however old it has become, a chip that does not answer has an empty file, a dropped one has none.

import type { W1Files } from '../../../firmware-bridge/onewire/w1-files.js';
import { type OnewireFault, w1SlaveText } from '../../../firmware-bridge/simulators/onewire-simulator.js';
import type { FakeTime } from '../fake-time.js';

export class FakeW1Tree implements W1Files {
  /** What the chips are at, changed by the test. */
  temperatureMilliC = 4000;
  masters = ['w1_bus_master1'];
  bulk: 'works' | 'denied' | 'fails-silently' = 'works';
  /** Reads of this chip never end. */
  hangsAt: string | undefined;
  readonly faults = new Map<string, OnewireFault>();
  readonly reads: string[] = [];
  readonly written: string[] = [];
  mostAtOnce = 0;
  #atOnce = 0;
  readonly #time: FakeTime;
  /** Triggered conversions that nobody has read, by chip. */
  readonly #pending = new Map<string, number>();
  readonly #chips: readonly string[];

  constructor(time: FakeTime, chips: readonly string[]) {
    this.#time = time;
    this.#chips = chips;
  }

  /** A conversion that somebody triggered before and nobody has read. */
  leaveConverted(temperatureMilliC: number): void {
    for (const chip of this.#chips) this.#pending.set(chip, temperatureMilliC);
  }

  async list(directory: string): Promise<readonly string[]> {
    if (this.masters.length === 0) throw fileError('ENOENT', directory);
    return [...this.masters, ...this.#chips];
  }

  write(path: string, text: string): Promise<void> {
    return this.#busy(async () => {
      this.written.push(`${path} ${text}`);
      if (this.bulk === 'denied') throw fileError('EACCES', path);
      // The kernel compares eight bytes and reports no error for others.
      if (text !== 'trigger\n') return;
      if (this.bulk === 'works') {
        await this.#passes(750);
        this.leaveConverted(this.temperatureMilliC);
      } else {
        // Marked as converted although the bus did not answer: the chips hold what they held.
        this.leaveConverted(99_000);
      }
    });
  }

  read(path: string): Promise<string> {
    return this.#busy(async () => {
      const chip = path.split('/').at(-2) ?? '';
      this.reads.push(chip);
      if (this.hangsAt === chip) return new Promise<never>(() => undefined);
      const fault = this.faults.get(chip);
      if (fault === 'absent' || !this.#chips.includes(chip)) throw fileError('ENOENT', path);
      const pending = this.#pending.get(chip);
      this.#pending.delete(chip);
      await this.#passes(pending === undefined ? 760 : 10);
      return w1SlaveText(pending ?? this.temperatureMilliC, fault);
    });
  }

  async #busy<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#atOnce);
    try {
      return await work();
    } finally {
      this.#atOnce -= 1;
    }
  }

  #passes(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#time.after(ms, resolve);
    });
  }
}

function fileError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
