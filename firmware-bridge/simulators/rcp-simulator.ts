// A virtual Phychips RCP reader: it tells who it is and which tags it sees. Made to be found at the end of a wire
// where an M100 was expected.

import { type CancelTimer, systemTimers, type Timers } from '../clock.js';
import {
  encodeRcpEnvelope,
  maxRcpFrameBytes,
  type RcpEnvelope,
  tryRcpEnvelope,
} from '../framing/rcp-envelope.js';
import { Scanner } from '../framing/scanner.js';
import { rcpCommands, rcpTypes } from '../rcp/codes.js';
import type { SimulatedDevice } from './simulated-device.js';

export interface RcpSimulatorOptions {
  /** EPCs in hex, whole 16-bit words, up to 62 bytes. Default: none. */
  readonly epcs?: readonly string[];
  /** Model, firmware, manufacturer: in the order of the information kinds. */
  readonly identity?: readonly string[];
  /** It reads from power-on, as when it was left so. Default false. */
  readonly isReading?: boolean;
  /** Default 100 ms. */
  readonly roundMs?: number;
  readonly timers?: Timers;
}

const undefinedCommand = 0x18;
const done = Uint8Array.of(0x00);

export class RcpSimulator implements SimulatedDevice {
  /** It has no values that could move. */
  isStuck = false;
  isMute = false;
  isReading: boolean;
  readonly #options: RcpSimulatorOptions;
  readonly #timers: Timers;
  #scanner = newScanner();
  #send: ((bytes: Uint8Array) => void) | undefined;
  #cancelRound: CancelTimer = () => undefined;

  constructor(options: RcpSimulatorOptions = {}) {
    this.#options = options;
    this.isReading = options.isReading ?? false;
    this.#timers = options.timers ?? systemTimers;
  }

  attach(send: ((bytes: Uint8Array) => void) | undefined): void {
    this.#send = send;
    this.#scanner = newScanner();
    this.#cancelRound();
    if (send !== undefined) this.#scheduleRound();
  }

  receive(bytes: Uint8Array): void {
    for (const frame of this.#scanner.push(bytes)) {
      if (frame.type === rcpTypes.command) this.#obey(frame);
    }
  }

  stop(): void {
    this.#cancelRound();
  }

  #obey({ command, parameters }: RcpEnvelope): void {
    switch (command) {
      case rcpCommands.readerInformation: {
        const { identity = ['PRM92x0', 'V3.1.2', 'PHYCHIPS'] } = this.#options;
        const text = identity[parameters[0] ?? 0] ?? '';
        this.#tell(rcpTypes.response, command, Uint8Array.from(Buffer.from(text, 'ascii')));
        return;
      }
      case rcpCommands.startReading:
      case rcpCommands.stopReading:
        this.isReading = command === rcpCommands.startReading;
        this.#tell(rcpTypes.response, command, done);
        return;
      default:
        this.#tell(rcpTypes.response, rcpCommands.failure, Uint8Array.of(undefinedCommand));
        return;
    }
  }

  #scheduleRound(): void {
    this.#cancelRound = this.#timers.after(this.#options.roundMs ?? 100, () => {
      if (this.isReading) this.#round();
      this.#scheduleRound();
    });
  }

  #round(): void {
    for (const epc of this.#options.epcs ?? []) {
      const bytes = Buffer.from(epc, 'hex');
      // The top five bits of the PC count the EPC's 16-bit words.
      const parameters = Uint8Array.of((bytes.length / 2) << 3, 0x00, ...bytes);
      this.#tell(rcpTypes.notice, rcpCommands.readEpc, parameters);
    }
  }

  #tell(type: number, command: number, parameters: Uint8Array): void {
    if (!this.isMute) this.#send?.(encodeRcpEnvelope({ type, command, parameters }));
  }
}

function newScanner(): Scanner<RcpEnvelope> {
  const counters = { bytes: 0, frames: 0, badChecks: 0, discardedBytes: 0 };
  return new Scanner(tryRcpEnvelope, maxRcpFrameBytes, counters);
}
