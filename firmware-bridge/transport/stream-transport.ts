// A Transport over any Node duplex stream: what serial ports and sockets have in common.
// It belongs to one connection and is thrown away with it.

import type { Duplex } from 'node:stream';
import { BridgeError, messageOf } from '../bridge-error.js';
import type { Transport } from './transport.js';

/** More unsent bytes than this mean that nobody takes them: a stuck flow control, a dead peer. */
const maxUnsentBytes = 4096;
/** The last command (stop transmitting) should still leave. */
const lastWriteTimeoutMs = 200;

/** `shut` closes the stream and calls back when the path is free again. */
export function streamTransport(path: string, stream: Duplex, shut: (done: () => void) => void): Transport {
  let goneReason: string | undefined;
  let closing: Promise<void> | undefined;
  let lastWrite: Promise<void> = Promise.resolve();
  let tellGone: ((reason: string) => void) | undefined;

  const gone = (reason: string): void => {
    if (goneReason !== undefined || closing !== undefined) return;
    goneReason = reason;
    tellGone?.(reason);
  };
  stream.on('error', (error) => gone(`${path}: ${error.message}`));
  stream.on('close', (cause: unknown) => {
    gone(cause instanceof Error ? `${path}: ${cause.message}` : `${path}: closed by the other side`);
  });
  stream.on('end', () => gone(`${path}: ended by the other side`));

  return {
    path,
    write: (bytes) => {
      // A port object keeps bytes that are written while it is closed and sends them to whatever comes next.
      const isOpen = goneReason === undefined && closing === undefined && !stream.destroyed;
      if (!isOpen) return Promise.reject(closedError(path));
      lastWrite = writeTo(path, stream, bytes);
      return lastWrite;
    },
    close: () => {
      closing ??= stream.destroyed ? Promise.resolve() : overSoon(lastWrite).then(() => new Promise(shut));
      return closing;
    },
    onData: (listener) => {
      stream.on('data', (chunk: Uint8Array) => {
        if (closing === undefined) listener(chunk);
      });
    },
    onClose: (listener) => {
      tellGone = listener;
      if (goneReason !== undefined) listener(goneReason);
    },
  };
}

/** Resolves when the write is over, or soon: a stuck line must not hold the port. */
function overSoon(write: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, lastWriteTimeoutMs);
    const over = (): void => {
      clearTimeout(timer);
      resolve();
    };
    write.then(over, over);
  });
}

function writeTo(path: string, stream: Duplex, bytes: Uint8Array): Promise<void> {
  if (stream.writableLength > maxUnsentBytes) {
    return Promise.reject(
      new BridgeError(
        'PORT_STALLED',
        `${path}: ${stream.writableLength} bytes are still unsent`,
        'Check the cable and that nothing holds the flow control lines; the port is opened again by itself.',
      ),
    );
  }
  return new Promise((resolve, reject) => {
    stream.write(bytes, (error) => {
      if (error) {
        reject(new BridgeError('PORT_CLOSED', `${path}: ${messageOf(error)}`, closedHint, error));
      } else resolve();
    });
  });
}

const closedHint = 'The port is opened again by itself; look at the cable if this stays.';

function closedError(path: string): BridgeError {
  return new BridgeError('PORT_CLOSED', `${path}: write to a closed port`, closedHint);
}
