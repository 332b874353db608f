// A Transport over TCP: serial device servers (raw mode) and the simulators of this folder.
// No TLS and no telnet negotiation: a serial server belongs on a closed network.

import { connect, type Socket } from 'node:net';
import { BridgeError } from '../bridge-error.js';
import { streamTransport } from './stream-transport.js';
import type { Transport } from './transport.js';

export interface TcpAddress {
  readonly host: string;
  readonly port: number;
}

const connectTimeoutMs = 5000;
/** Without keep-alive probes a peer that lost power looks connected for ever. */
const keepAliveMs = 10_000;

/** "tcp://host:port" as an address; undefined where the text is something else. */
export function parseTcpAddress(text: string): TcpAddress | undefined {
  const match = /^tcp:\/\/(\[[0-9a-fA-F:.]+\]|[^:/[\]]+):(\d{1,5})$/.exec(text);
  const host = match?.[1]?.replace(/^\[|\]$/g, '');
  const port = Number(match?.[2]);
  return host !== undefined && port >= 1 && port <= 65_535 ? { host, port } : undefined;
}

/** Connects once. Rejects with BridgeError PORT_ABSENT when nobody answers. */
export function connectTcp(path: string, address: TcpAddress, signal?: AbortSignal): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      ...address,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: keepAliveMs,
    });
    const refuse = (reason: string, cause?: unknown): void => {
      settled();
      socket.on('error', () => undefined);
      socket.destroy();
      reject(new BridgeError('PORT_ABSENT', `${path}: ${reason}`, absentHint, cause));
    };
    const onError = (error: Error): void => refuse(error.message, error);
    const onTimeout = (): void => refuse(`no connection within ${connectTimeoutMs} ms`);
    const onAbort = (): void => refuse('given up');
    const settled = (): void => {
      socket.off('error', onError).off('timeout', onTimeout);
      socket.setTimeout(0);
      signal?.removeEventListener('abort', onAbort);
    };
    socket.setTimeout(connectTimeoutMs);
    socket.once('error', onError).once('timeout', onTimeout);
    socket.once('connect', () => {
      settled();
      resolve(streamTransport(path, socket, (done) => shutSocket(socket, done)));
    });
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
  });
}

const absentHint =
  'Check the address, and that the serial server or simulator runs; it is tried again by itself.';

function shutSocket(socket: Socket, done: () => void): void {
  if (socket.destroyed) {
    done();
    return;
  }
  socket.once('close', () => done());
  socket.destroy();
}
