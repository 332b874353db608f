// A bad cable between a virtual device and its port: drops and flips bytes on the way to the host, as a script says.

import type { SimulatedDevice } from './simulated-device.js';

export class FaultyWire implements SimulatedDevice {
  readonly #device: SimulatedDevice;
  #faults: ((bytes: Uint8Array) => Uint8Array)[] = [];

  constructor(device: SimulatedDevice) {
    this.#device = device;
  }

  /** Drops one byte of the next frame that the device sends. */
  dropByte(index: number): void {
    this.#faults.push((bytes) => bytes.filter((_, position) => position !== index));
  }

  /** Flips the bits of `mask` in one byte of the next frame. */
  corruptByte(index: number, mask: number): void {
    this.#faults.push((bytes) => bytes.map((byte, position) => (position === index ? byte ^ mask : byte)));
  }

  /** Puts noise before the next frame. */
  insertNoise(noise: Uint8Array): void {
    this.#faults.push((bytes) => Uint8Array.of(...noise, ...bytes));
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

  attach(send: ((bytes: Uint8Array) => void) | undefined): void {
    this.#device.attach(send && ((bytes) => send(this.#faults.shift()?.(bytes) ?? bytes)));
  }

  receive(bytes: Uint8Array): void {
    this.#device.receive(bytes);
  }

  stop(): void {
    this.#device.stop();
  }
}
