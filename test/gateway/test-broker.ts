// An MQTT broker for the publisher: it notes each message before it acknowledges it, and can be killed and
// started again on its port. In front of it, if wanted, a relay that can go deaf or be cut.

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { onTestFinished } from 'vitest';
import { watchContract } from './contract/contract-watch.js';

/** Of a timer. */
const MOST_MS = 2 ** 31 - 1;

export interface Published {
  readonly topic: string;
  readonly payload: Buffer;
  readonly isRetained: boolean;
}

class Listener {
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();
  port = 0;

  async open(onSocket: (socket: Socket) => void): Promise<void> {
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      socket.on('error', () => {});
      onSocket(socket);
    });
    this.#server = server;
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.port = (server.address() as AddressInfo).port;
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    this.cut();
    await closed;
  }
}

export class TestBroker {
  /** Everything that clients published, over all of its lives. */
  readonly published: Published[] = [];
  /** Called for each message before its acknowledgement; false withholds it for ever. */
  mayAcknowledge: (message: Published) => boolean = () => true;
  readonly #listener = new Listener();
  #aedes: Aedes | undefined;

  get port(): number {
    return this.#listener.port;
  }

  async start(): Promise<void> {
    const aedes = await Aedes.createBroker({
      authorizePublish: (_client, { topic, payload, retain }, done) => {
        const message = { topic, payload: Buffer.from(payload), isRetained: retain };
        this.published.push(message);
        watchContract(topic, message.payload, retain);
        if (this.mayAcknowledge(message)) done(null);
      },
    });
    this.#aedes = aedes;
    await this.#listener.open((socket) => aedes.handle(socket));
  }

  /** Ends it at once, as a machine that loses its supply. What it retained is lost with it. */
  async kill(): Promise<void> {
    const aedes = this.#aedes;
    this.#aedes = undefined;
    await this.#listener.close();
    await new Promise<void>((resolve) => (aedes ? aedes.close(() => resolve()) : resolve()));
  }

  /** Payloads on a topic, as JSON. */
  on(topic: string): unknown[] {
    return this.published
      .filter((message) => message.topic === topic)
      .map(({ payload }) => JSON.parse(payload.toString()));
  }
}

export class TestRelay {
  /** While true nothing of the broker's answers goes through. */
  isDeaf = false;
  /** A connection is cut when the client has sent so much over it. */
  bytesPerConnection = Number.POSITIVE_INFINITY;
  /** What each byte needs from one end to the other. */
  oneWayMs = 0;
  /** A connection is cut so long after it began. */
  lifeMs = Number.POSITIVE_INFINITY;
  /** Called when it is. */
  onCut: () => void = () => {};
  readonly #listener = new Listener();

  get port(): number {
    return this.#listener.port;
  }

  start(brokerPort: number): Promise<void> {
    return this.#listener.open((socket) => {
      const inner = connect(brokerPort, '127.0.0.1');
      inner.on('error', () => {});
      let bytesLeft = this.bytesPerConnection;
      socket.on('data', (chunk) => {
        const part = chunk.subarray(0, Math.max(0, bytesLeft));
        bytesLeft -= chunk.length;
        const isLast = bytesLeft <= 0;
        if (isLast && bytesLeft + chunk.length > 0) this.onCut();
        this.#later(() => (isLast ? inner.end(part) : inner.write(part)));
      });
      inner.on('data', (chunk) => {
        if (!this.isDeaf) this.#later(() => socket.write(chunk));
      });
      const cut = setTimeout(
        () => {
          this.onCut();
          socket.destroy();
        },
        Math.min(this.lifeMs, MOST_MS),
      );
      socket.once('close', () => clearTimeout(cut));
      socket.once('close', () => inner.destroy());
      inner.once('close', () => socket.destroy());
    });
  }

  /** In the order in which it is called: timers of one length fire so. */
  #later(work: () => void): void {
    if (this.oneWayMs === 0) work();
    else setTimeout(work, this.oneWayMs);
  }

  cut(): void {
    this.#listener.cut();
  }

  close(): Promise<void> {
    return this.#listener.close();
  }
}

/** A running broker, gone when the test is over. */
export async function startTestBroker(): Promise<TestBroker> {
  const broker = new TestBroker();
  await broker.start();
  onTestFinished(() => broker.kill());
  return broker;
}

/** A relay to a broker, gone when the test is over. */
export async function startTestRelay(broker: TestBroker): Promise<TestRelay> {
  const relay = new TestRelay();
  await relay.start(broker.port);
  onTestFinished(() => relay.close());
  return relay;
}
