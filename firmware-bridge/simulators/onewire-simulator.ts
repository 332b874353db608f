// A directory that looks like /sys/bus/w1/devices, with real files: probes whose text is written anew every second, and
// faults at their time. A plain file answers at once and does not convert when it is asked, unlike the kernel's.

import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CancelTimer, systemClock, systemTimers, type Timers } from '../clock.js';
import type { Clock } from '../observation.js';
import { crc8Maxim } from '../onewire/crc8.js';

/** What can be wrong with a probe. `no-answer`: the kernel still lists it, its file is empty. */
export type OnewireFault =
  | 'absent'
  | 'no-answer'
  | 'stale'
  | 'bad-crc'
  | 'all-zero'
  | 'all-ones'
  | 'power-on';

export interface VirtualChip {
  /** As in '28-0123456789ab'. */
  readonly romId: string;
  /** Milli-degrees at an uptime in ms. */
  readonly temperatureMilliC: (uptimeMs: number) => number;
}

export interface OnewireSimulatorOptions {
  /** A folder that exists; it stands for /sys/bus/w1/devices. */
  readonly directory: string;
  /** Default: one chip in a cool box, 2 to 6 degC. */
  readonly chips?: readonly VirtualChip[];
  /** Faults to come, by ms since start; undefined heals. */
  readonly script?: readonly {
    readonly afterMs: number;
    readonly romId: string;
    readonly fault?: OnewireFault;
  }[];
  readonly clock?: Clock;
  readonly timers?: Timers;
}

const refreshMs = 1000;
const coolBox: VirtualChip = {
  romId: '28-0123456789ab',
  temperatureMilliC: (uptimeMs) => 4000 + 2000 * Math.sin((2 * Math.PI * uptimeMs) / 1_200_000),
};

export class OnewireSimulator {
  /** A hung driver: the files are not written any more, and what they hold has become old. */
  isMute = false;
  readonly #directory: string;
  readonly #chips: readonly VirtualChip[];
  readonly #script: OnewireSimulatorOptions['script'];
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #faults = new Map<string, OnewireFault>();
  readonly #cancels: CancelTimer[] = [];
  #stuckAtUptimeMs: number | undefined;
  #isOn = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: OnewireSimulatorOptions) {
    const { directory, chips = [coolBox], script = [], clock = systemClock, timers = systemTimers } = options;
    this.#directory = directory;
    this.#chips = chips;
    this.#script = script;
    this.#clock = clock;
    this.#timers = timers;
  }

  get isStuck(): boolean {
    return this.#stuckAtUptimeMs !== undefined;
  }

  set isStuck(isStuck: boolean) {
    this.#stuckAtUptimeMs = isStuck ? this.#clock.now().uptimeMs : undefined;
  }

  /** Writes the tree and keeps it fresh until stopped. */
  async start(): Promise<void> {
    this.#isOn = true;
    const master = join(this.#directory, 'w1_bus_master1');
    await mkdir(master, { recursive: true });
    await writeFile(join(master, 'therm_bulk_read'), '0\n');
    for (const { afterMs, romId, fault } of this.#script ?? []) {
      this.#cancels.push(this.#timers.after(afterMs, () => this.setFault(romId, fault)));
    }
    await this.refresh();
    this.#keepFresh();
  }

  /** Resolves when nothing is written any more. */
  async stop(): Promise<void> {
    this.#isOn = false;
    for (const cancel of this.#cancels.splice(0)) cancel();
    await this.#writing;
  }

  /** From the next refresh on. */
  setFault(romId: string, fault: OnewireFault | undefined): void {
    if (fault === undefined) this.#faults.delete(romId);
    else this.#faults.set(romId, fault);
  }

  /** Writes every chip's file as it is now, after what is being written already. */
  refresh(): Promise<void> {
    this.#writing = this.#writing.then(() => (this.isMute ? undefined : this.#writeChips()));
    return this.#writing;
  }

  async #writeChips(): Promise<void> {
    for (const { romId, temperatureMilliC } of this.#chips) {
      const folder = join(this.#directory, romId);
      const fault = this.#faults.get(romId);
      if (fault === 'absent') {
        await rm(folder, { recursive: true, force: true });
        continue;
      }
      await mkdir(folder, { recursive: true });
      const uptimeMs = this.#stuckAtUptimeMs ?? this.#clock.now().uptimeMs;
      // Whole or not at all, as the kernel gives it.
      const path = join(folder, 'w1_slave');
      await writeFile(`${path}.new`, w1SlaveText(temperatureMilliC(uptimeMs), fault));
      await rename(`${path}.new`, path);
    }
  }

  #keepFresh(): void {
    const cancel = this.#timers.after(refreshMs, () => {
      this.#cancels.splice(this.#cancels.indexOf(cancel), 1);
      void this.refresh().then(() => {
        if (this.#isOn) this.#keepFresh();
      });
    });
    this.#cancels.push(cancel);
  }
}

/** The two lines that the kernel writes for a DS18B20 at 12 bit. */
export function w1SlaveText(temperatureMilliC: number, fault?: OnewireFault): string {
  if (fault === 'no-answer') return '';
  const sixteenths = fault === 'power-on' ? 0x0550 : Math.round((temperatureMilliC * 16) / 1000);
  const pattern = [sixteenths & 0xff, (sixteenths >> 8) & 0xff, 0x4b, 0x46, 0x7f, 0xff, 0x0c, 0x10, 0];
  const bytes = Uint8Array.from(pattern);
  bytes[8] = crc8Maxim(bytes, 8);
  if (fault === 'all-zero') bytes.fill(0);
  if (fault === 'all-ones') bytes.fill(0xff);
  const retained = hexLine(bytes);
  if (fault === 'stale' || fault === 'bad-crc') bytes[0] = (bytes[0] ?? 0) ^ 0x10;
  const crc = crc8Maxim(bytes, 8);
  // An all-ones scratchpad and damage both fail the kernel's check; 'bad-crc' is a kernel that says YES all the same.
  const isRight = crc === bytes[8] || fault === 'bad-crc';
  const kernelMilliC = Math.trunc((sixteenths * 1000) / 16);
  const verdict = `crc=${crc.toString(16).padStart(2, '0')} ${isRight ? 'YES' : 'NO'}`;
  return `${hexLine(bytes)} : ${verdict}\n${retained} t=${kernelMilliC}\n`;
}

function hexLine(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
