// An external MQTT broker on a fixed port that comes and goes: it can be down, and it can break the gateway's
// connection in the middle of a drain, with messages taken but not acknowledged.

import { createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { watchContract } from '../gateway/contract/contract-watch.js';

export class FickleBroker {
  readonly port: number;
  /** Payloads of log messages in the order in which they came, acknowledged or not. */
  readonly taken: Uint8Array[] = [];
  /** Breaks the connection when this says so, before the message at hand is acknowledged. */
  breaksAt: (taken: number) => boolean = () => false;
  breaks = 0;
  #server: Server | undefined;
  #aedes: Aedes | undefined;
  readonly #sockets = new Set<Socket>();

  private constructor(port: number) {
    this.port = port;
  }

  /** A broker that is down, on a port that was free a moment ago. */
  static async down(): Promise<FickleBroker> {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
    await new Promise((resolve) => server.close(resolve));
    return new FickleBroker(port);
  }

  async up(): Promise<void> {
    const aedes = await Aedes.createBroker({
      authorizePublish: (_client, { topic, payload, retain }, done) => {
        watchContract(topic, payload as Buffer, retain);
        if (!topic.endsWith('/log')) return done(null);
        this.taken.push(Buffer.from(payload));
        if (!this.breaksAt(this.taken.length)) return done(null);
        this.breaks += 1;
        this.#breakAll();
      },
    });
    aedes.on('clientError', () => {});
    aedes.on('connectionError', () => {});
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      aedes.handle(socket);
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.#server = server;
    this.#aedes = aedes;
  }

  async goDown(): Promise<void> {
    const [server, aedes] = [this.#server, this.#aedes];
    this.#server = undefined;
    this.#breakAll();
    if (aedes) await new Promise<void>((resolve) => aedes.close(() => resolve()));
    if (server) await new Promise((resolve) => server.close(resolve));
  }

  #breakAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
