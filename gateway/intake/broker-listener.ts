// A door of the sensor broker: a TCP or TLS server that counts its connections before it hands them over.

import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from 'node:tls';
import { type BrokerTls, serverCertificates, watchCertificates } from './broker-certificates.js';
import { networkOf } from './client-address.js';
import type { ConnectionLimits } from './connection-limits.js';
import { IntakeError } from './intake-error.js';
import type { Visitor } from './login.js';

const HANDSHAKE_TIMEOUT_MS = 5000;
/** A sensor that lost its power says nothing; its place is free again after about two minutes. */
const PROBE_AFTER_MS = 30_000;

export interface ListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly tls?: BrokerTls | undefined;
  /** Absent: all may come. */
  readonly limits?: ConnectionLimits | undefined;
  readonly onVisitor: (socket: Socket, visitor: Visitor) => void;
  /** Told of a connection that ended before anything was said. */
  readonly onRefused: (network: string, reason: IntakeError) => void;
  readonly onRenewed: () => void;
  readonly onUnusable: (reason: IntakeError) => void;
  readonly lookEveryMs?: number | undefined;
}

export interface Listener {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Only of a certificate that the CA has signed. Several names in one certificate are none. */
function certificateNameOf(socket: TLSSocket): string | undefined {
  if (!socket.authorized) return undefined;
  const name: unknown = socket.getPeerCertificate().subject?.CN;
  return typeof name === 'string' ? name : undefined;
}

/** The visitor behind a socket; `gone` when it closes. */
function visitorOf(socket: Socket, certificateName: string | undefined): Visitor {
  const gone = new AbortController();
  socket.once('close', () => gone.abort());
  return { network: networkOf(socket.remoteAddress), certificateName, gone: gone.signal };
}

function tlsRefused(reason: string, cause?: Error): IntakeError {
  return new IntakeError(
    'TLS_REFUSED',
    `no TLS connection was agreed (${reason})`,
    'check that the client uses TLS 1.2 or later, trusts the certificate, and has one of its own if it must',
    cause,
  );
}

function tlsServer(options: ListenerOptions, tls: BrokerTls): TlsServer {
  const certificates = { ...serverCertificates(tls), handshakeTimeout: HANDSHAKE_TIMEOUT_MS };
  const server = createTlsServer(certificates, (socket) => {
    const network = networkOf(socket.remoteAddress);
    if (tls.requireClientCertificate && !socket.authorized) {
      socket.destroy();
      options.onRefused(network, tlsRefused(String(socket.authorizationError)));
      return;
    }
    options.onVisitor(socket, visitorOf(socket, certificateNameOf(socket)));
  });
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    // A connection that was refused or lost has no address any more.
    if (socket.remoteAddress === undefined || error.code === 'ECONNRESET') return;
    options.onRefused(networkOf(socket.remoteAddress), tlsRefused(error.code ?? error.message, error));
  });
  return server;
}

/** Counts connections from their first packet, long before the TLS handshake. */
function countConnections(server: Server, options: ListenerOptions): Set<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    const network = networkOf(socket.remoteAddress);
    const refusal = options.limits?.admit(network);
    if (refusal) {
      socket.destroy();
      options.onRefused(network, refusal);
      return;
    }
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      options.limits?.leave(network);
    });
    socket.setNoDelay(true);
    socket.setKeepAlive(true, PROBE_AFTER_MS);
  });
  return sockets;
}

/**
 * Opens the door.
 * @throws IntakeError BROKER_PORT_TAKEN, BROKER_CANNOT_LISTEN, CERTIFICATE_UNUSABLE
 */
export async function openListener(options: ListenerOptions): Promise<Listener> {
  const { host, port, tls } = options;
  const secure = tls && tlsServer(options, tls);
  const server = secure ?? createServer();
  const sockets = countConnections(server, options);
  // Behind the counting: what was refused is destroyed by now.
  if (!secure) {
    server.on('connection', (socket: Socket) => {
      if (!socket.destroyed) options.onVisitor(socket, visitorOf(socket, undefined));
    });
  }
  await listen(server, host, port);
  const stopWatching =
    tls && secure ? watchCertificates(tls, secure, options, options.lookEveryMs) : undefined;
  const address = server.address();
  const bound = typeof address === 'object' && address ? address : { address: host, port };
  return {
    host: bound.address,
    port: bound.port,
    close: async () => {
      stopWatching?.();
      const ended = new Promise<void>((resolve) => server.close(() => resolve()));
      // The broker ends its clients, but knows nothing of a connection that never said hello.
      for (const socket of sockets) socket.destroy();
      await ended;
    },
  };
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      reject(
        new IntakeError(
          isTaken ? 'BROKER_PORT_TAKEN' : 'BROKER_CANNOT_LISTEN',
          `the sensor broker cannot listen on ${host}:${port} (${error.code ?? error.message})`,
          isTaken
            ? 'stop the other program on that port, or change mqttIntake.listen.port'
            : 'check mqttIntake.listen',
          error,
        ),
      );
    });
    server.listen(port, host, resolve);
  });
}
