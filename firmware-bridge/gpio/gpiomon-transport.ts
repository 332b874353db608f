// A Transport over gpiomon: its standard output is the byte stream. The kernel's character device needs ioctl, which
// Node cannot call, and GPIO in sysfs is obsolete; so Debian's own programs do it, without a native module.
// A line belongs to one program at a time: to read the level, gpiomon is ended, gpioget asked, gpiomon started again.

import { BridgeError, messageOf } from '../bridge-error.js';
import type { OpenTransport, Transport } from '../transport/transport.js';
import { decodeRequest } from './contact-line.js';
import {
  defaultChip,
  detectCall,
  type GpiodMajor,
  type GpioLine,
  getCall,
  gpiodMajor,
  monitorCall,
  versionCall,
} from './gpiod-tools.js';
import { outputOf, ToolProcess, toolError } from './tool-process.js';

/** How to reach a line. Opens nothing yet. */
export function openGpiomon(gpioLine: GpioLine): OpenTransport {
  return async (signal) => {
    const path = `${gpioLine.chip ?? defaultChip} line ${gpioLine.line}`;
    const version = await outputOf(versionCall);
    const major = gpiodMajor(version);
    if (major === undefined) {
      throw new BridgeError(
        'PORT_FAILED',
        `${path}: "${version.split('\n')[0]}" is neither version 1 nor 2 of gpiod`,
        'Install gpiod of Debian 12 or 13.',
      );
    }
    const chip = chipNamed(gpioLine.chip ?? defaultChip, path, await outputOf(detectCall));
    if (signal?.aborted) {
      throw new BridgeError(
        'PORT_CLOSED',
        `${path}: given up while opening`,
        'Nothing: the gateway is stopping.',
      );
    }
    return new GpiomonTransport(path, chip, major, gpioLine);
  };
}

class GpiomonTransport implements Transport {
  readonly path: string;
  readonly #chip: string;
  readonly #major: GpiodMajor;
  readonly #gpioLine: GpioLine;
  #listener: ((bytes: Uint8Array) => void) | undefined;
  #tellGone: ((reason: string) => void) | undefined;
  #goneReason: string | undefined;
  #monitor: ToolProcess | undefined;
  /** Reads one after the other; closing waits for the last. */
  #reading: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(path: string, chip: string, major: GpiodMajor, gpioLine: GpioLine) {
    this.path = path;
    this.#chip = chip;
    this.#major = major;
    this.#gpioLine = gpioLine;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const isOpen = !this.#isClosed && this.#goneReason === undefined;
    if (!isOpen)
      throw new BridgeError('PORT_CLOSED', `${this.path}: closed`, 'It is opened again by itself.');
    const request = decodeRequest(bytes);
    if (request === 'chip') this.#deliver(`chip ${this.#chip}\n`);
    if (request === 'level') this.#reading = this.#reading.then(() => this.#read());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#reading;
    await this.#endMonitor();
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
  }

  onClose(listener: (reason: string) => void): void {
    this.#tellGone = listener;
    if (this.#goneReason !== undefined) listener(this.#goneReason);
  }

  async #read(): Promise<void> {
    try {
      await this.#endMonitor();
      if (this.#isClosed) return;
      const level = (await outputOf(getCall(this.#major, this.#gpioLine))).trim();
      this.#deliver(`level ${level}\n`);
      if (!this.#isClosed) this.#startMonitor();
    } catch (error) {
      const hint = error instanceof BridgeError ? ` ${error.hint}` : '';
      this.#gone(`${messageOf(error)}.${hint}`);
    }
  }

  #startMonitor(): void {
    const call = monitorCall(this.#major, this.#gpioLine);
    const monitor = new ToolProcess(call, (bytes) => this.#listener?.(bytes));
    this.#monitor = monitor;
    void monitor.ended.then((end) => {
      if (this.#monitor !== monitor) return;
      const { message, hint } = toolError(call, end);
      this.#gone(`${message}. ${hint}`);
    });
  }

  async #endMonitor(): Promise<void> {
    const monitor = this.#monitor;
    this.#monitor = undefined;
    await monitor?.kill();
  }

  #deliver(text: string): void {
    this.#listener?.(Uint8Array.from(text, (character) => character.charCodeAt(0)));
  }

  #gone(reason: string): void {
    if (this.#isClosed || this.#goneReason !== undefined) return;
    this.#goneReason = `${this.path}: ${reason}`;
    this.#tellGone?.(this.#goneReason);
  }
}

/** The chip's line of gpiodetect: the label in it shows when a kernel numbers its chips anew. */
function chipNamed(name: string, path: string, detected: string): string {
  const chips = detected.split('\n').map((line) => line.replace(/[^\x20-\x7e]/g, '').slice(0, 100));
  const chip = chips.find((line) => line.startsWith(`${name} `));
  if (chip !== undefined) return chip;
  const known = chips.filter((line) => line !== '').join(', ');
  throw new BridgeError(
    'PORT_ABSENT',
    `${path}: no such chip; ${known === '' ? 'this machine shows none' : `there are ${known}`}`,
    'Set the chip that `gpiodetect` shows for the pin header; the user of the gateway must be in the group `gpio`.',
  );
}
