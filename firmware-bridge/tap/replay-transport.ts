// A recording as a port: each opening gives the next connection of the file. What the host writes goes nowhere.

import { BridgeError } from '../bridge-error.js';
import { systemTimers, type Timers } from '../clock.js';
import type { OpenTransport, Transport } from '../transport/transport.js';
import { connectionsOf, type Pace, SegmentPlayer } from './segment-player.js';
import type { Tap, TapEntry } from './tap-file.js';

export interface ReplayOptions {
  /** Default 1: as it was. */
  readonly pace?: Pace | undefined;
  readonly timers?: Timers | undefined;
}

/**
 * A recording in the place of its port, for a driver under test. Openings beyond the last recorded connection reject
 * with BridgeError PORT_ABSENT. Throws RangeError for a pace that is not positive.
 */
export function replayTransport(
  tap: Tap,
  { pace = 1, timers = systemTimers }: ReplayOptions = {},
): OpenTransport {
  if (typeof pace === 'number' && !(pace > 0)) throw new RangeError(`pace ${pace} is not positive`);
  const connections = connectionsOf(tap);
  const path = `replay of ${tap.header.port}`;
  return async () => {
    const entries = connections.shift();
    if (entries === undefined) {
      throw new BridgeError('PORT_ABSENT', `${path}: no connection is left`, 'The recording is over.');
    }
    return replayed(path, entries, pace, timers);
  };
}

function replayed(path: string, entries: readonly TapEntry[], pace: Pace, timers: Timers): Transport {
  let isOpen = true;
  let goneReason: string | undefined;
  let tellBytes: (bytes: Uint8Array) => void = () => undefined;
  let tellGone: (reason: string) => void = () => undefined;
  const player = new SegmentPlayer(entries, pace, timers, {
    onBytes: (bytes) => tellBytes(bytes),
    onGone: (reason) => {
      isOpen = false;
      goneReason = reason;
      tellGone(reason);
    },
    onOver: () => undefined,
  });
  return {
    path,
    write: async () => {
      if (!isOpen) throw new BridgeError('PORT_CLOSED', `${path}: closed`, 'The recording went on.');
      player.hostWrote();
    },
    close: async () => {
      isOpen = false;
      player.stop();
    },
    onData: (listener) => {
      tellBytes = listener;
      player.start();
    },
    onClose: (listener) => {
      tellGone = listener;
      if (goneReason !== undefined) listener(goneReason);
    },
  };
}
