// A port in memory with a virtual device behind it: it can be unplugged, plugged back and given another device.

import { BridgeError } from '../../firmware-bridge/bridge-error.js';
import type { SimulatedDevice } from '../../firmware-bridge/simulators/simulated-device.js';
import type { OpenTransport, Transport } from '../../firmware-bridge/transport/transport.js';

export class MemoryPort {
  /** What the host wrote, per connection. */
  readonly written: Uint8Array[][] = [];
  opens = 0;
  openTransports = 0;
  #device: SimulatedDevice | undefined;
  #hangUp: ((reason: string) => void) | undefined;
  #deliver: ((bytes: Uint8Array) => void) | undefined;

  constructor(device?: SimulatedDevice) {
    this.#device = device;
  }

  readonly open: OpenTransport = async () => {
    const device = this.#device;
    if (device === undefined) throw new BridgeError('PORT_ABSENT', 'memory: no such port', 'Plug it in.');
    this.opens += 1;
    this.openTransports += 1;
    return this.#connect(device);
  };

  plugIn(device: SimulatedDevice): void {
    this.#device = device;
  }

  unplug(): void {
    this.#device = undefined;
    this.#hangUp?.('memory: unplugged');
  }

  /** Bytes that no device sent: noise on the line. */
  deliver(bytes: Uint8Array): void {
    this.#deliver?.(bytes);
  }

  #connect(device: SimulatedDevice): Transport {
    let isOpen = true;
    let tellClosed: ((reason: string) => void) | undefined;
    const sent: Uint8Array[] = [];
    this.written.push(sent);
    const close = (): void => {
      if (!isOpen) return;
      isOpen = false;
      this.openTransports -= 1;
      device.attach(undefined);
    };
    this.#hangUp = (reason) => {
      if (!isOpen) return;
      close();
      tellClosed?.(reason);
    };
    return {
      path: 'memory',
      write: async (bytes) => {
        if (!isOpen) throw new BridgeError('PORT_CLOSED', 'memory: closed', 'None.');
        sent.push(bytes);
        device.receive(bytes);
      },
      close: async () => close(),
      onData: (listener) => {
        this.#deliver = (bytes) => {
          if (isOpen) listener(bytes);
        };
        device.attach(this.#deliver);
      },
      onClose: (listener) => {
        tellClosed = listener;
      },
    };
  }
}
