// A bad cable between a virtual device and its port: drops, flips, delays and repeats what goes to the host.
// Each fault takes one of the next frames; they queue in the order of the calls.

import { systemTimers, type Timers } from '../clock.js';
import type { TagReadTrouble } from './fault-script.js';
import type { SimulatedDevice } from './simulated-device.js';

type Send = (bytes: Uint8Array) => void;
/** What becomes of one frame. */
type Fault = (bytes: Uint8Array, send: Send) => void;

export class FaultyWire implements SimulatedDevice {
  readonly #device: SimulatedDevice;
  readonly #timers: Timers;
  readonly #faults: Fault[] = [];
  #send: Send | undefined;

  constructor(device: SimulatedDevice, timers: Timers = systemTimers) {
    this.#device = device;
    this.#timers = timers;
  }

  /** Drops one byte of the next frame that the device sends. */
  dropByte(index: number): void {
    this.#faults.push((bytes, send) => send(bytes.filter((_, position) => position !== index)));
  }

  /** Flips the bits of `mask` in one byte of the next frame. */
  corruptByte(index: number, mask: number): void {
    this.#faults.push((bytes, send) =>
      send(bytes.map((byte, position) => (position === index ? byte ^ mask : byte))),
    );
  }

  /** Puts noise before the next frame. */
  insertNoise(noise: Uint8Array): void {
    this.#faults.push((bytes, send) => send(Uint8Array.of(...noise, ...bytes)));
  }

  /** The next frame comes `delayMs` late; later ones may overtake it. It is lost if the host goes meanwhile. */
  late(delayMs: number): void {
    this.#faults.push((bytes, send) => {
      this.#timers.after(delayMs, () => {
        if (this.#send === send) send(bytes);
      });
    });
  }

  /** The next frame comes twice. */
  duplicate(): void {
    this.#faults.push((bytes, send) => {
      send(bytes);
      send(bytes);
    });
  }

  get isStuck(): boolean {
    return this.#device.isStuck;
  }

  set isStuck(isStuck: boolean) {
    this.#device.isStuck = isStuck;
  }

  get isMute(): boolean {
    return this.#device.isMute;
  }

  set isMute(isMute: boolean) {
    this.#device.isMute = isMute;
  }

  get tagReads(): TagReadTrouble {
    return this.#device.tagReads ?? 'ok';
  }

  set tagReads(trouble: TagReadTrouble) {
    this.#device.tagReads = trouble;
  }

  attach(send: Send | undefined): void {
    this.#send = send;
    this.#device.attach(
      send &&
        ((bytes) => {
          const fault = this.#faults.shift();
          if (fault === undefined) send(bytes);
          else fault(bytes, send);
        }),
    );
  }

  receive(bytes: Uint8Array): void {
    this.#device.receive(bytes);
  }

  stop(): void {
    this.#device.stop();
  }
}
