// Listens for Phychips RCP while an M100 reader is being identified. RCP readers look the same in a shop and begin their
// frames alike, and ignore every M100 command: without this they would only ever be called silent.

import { BridgeError } from '../bridge-error.js';
import { pause } from '../clock.js';
import { type DeviceLink, newCounters } from '../device.js';
import {
  encodeRcpEnvelope,
  maxRcpFrameBytes,
  type RcpEnvelope,
  tryRcpEnvelope,
} from '../framing/rcp-envelope.js';
import { Scanner } from '../framing/scanner.js';

/** Asks an RCP reader for its model; sets nothing, and to an M100 it is a frame with a wrong sum. */
const rcpQuestion = encodeRcpEnvelope({ type: 0x00, command: 0x03, parameters: Uint8Array.of(0x00) });
const rcpReplyMs = 500;

export class RcpEar {
  readonly #readerId: string;
  readonly #link: DeviceLink;
  readonly #onRcp: (reason: BridgeError) => void;
  readonly #stopping = new AbortController();
  #scanner: Scanner<RcpEnvelope> | undefined;
  #isHeard = false;

  /** `onRcp` is called with the reason why nothing else needs to be tried. */
  constructor(readerId: string, link: DeviceLink, onRcp: (reason: BridgeError) => void) {
    this.#readerId = readerId;
    this.#link = link;
    this.#onRcp = onRcp;
  }

  /** Runs `identify`; where nobody answers it, asks in RCP. Rejects with READER_CONFIG where RCP was heard. */
  async listen(identify: () => Promise<string>): Promise<string> {
    // Its own counters: these bytes are counted once, by the reader's scanner.
    this.#scanner = new Scanner(tryRcpEnvelope, maxRcpFrameBytes, newCounters());
    try {
      return await identify();
    } catch (error) {
      const isSilent = error instanceof BridgeError && error.code === 'REPLY_TIMEOUT';
      if (isSilent) {
        this.#link.write(rcpQuestion);
        await pause(this.#link.timers, rcpReplyMs, this.#stopping.signal);
      }
      throw this.#isHeard ? this.#reason() : error;
    } finally {
      this.#scanner = undefined;
    }
  }

  hear(bytes: Uint8Array): void {
    if (this.#isHeard || this.#scanner === undefined) return;
    if (this.#scanner.push(bytes).length === 0) return;
    this.#isHeard = true;
    this.#onRcp(this.#reason());
  }

  stop(): void {
    this.#stopping.abort();
  }

  #reason(): BridgeError {
    return new BridgeError(
      'READER_CONFIG',
      `${this.#readerId}: the reader speaks Phychips RCP, not the M100 protocol`,
      'Use a reader with an M100 or QM100 chip.',
    );
  }
}
