// An MQTT server that records what an edge node does, in order: CONNECT packets with their wills, subscriptions and
// messages. It can speak as a host, and cut every connection as a bad cable does.

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { Aedes, type ConnectPacket } from 'aedes';
import type { Payload } from '../../../gateway/sparkplug/payload.js';
import { decodePayload } from '../../../gateway/sparkplug/payload-reader.js';

export interface Connected {
  readonly what: 'connect';
  readonly server: string;
  readonly packet: ConnectPacket;
}

export interface Subscribed {
  readonly what: 'subscribe';
  readonly server: string;
  readonly topic: string;
  readonly qos: number;
}

export interface Sent {
  readonly what: 'publish';
  readonly server: string;
  readonly topic: string;
  /** NBIRTH, DDATA and so on. */
  readonly type: string;
  readonly device: string | undefined;
  readonly bytes: Buffer;
  readonly payload: Payload;
  readonly qos: number;
  readonly isRetained: boolean;
  /** When the server had it, Unix ms. */
  readonly atMs: number;
}

export interface Gone {
  readonly what: 'gone';
  readonly server: string;
}

export type Event = Connected | Subscribed | Sent | Gone;

export class RecordingServer {
  readonly events: Event[];
  readonly #sockets = new Set<Socket>();
  readonly #tls: TlsOptions | undefined;
  #aedes: Aedes | undefined;
  #server: Server | undefined;
  port = 0;

  /** @param events may be shared by servers, so that they are in one order */
  constructor(
    readonly name: string,
    events: Event[] = [],
    tls?: TlsOptions,
  ) {
    this.events = events;
    this.#tls = tls;
  }

  get url(): string {
    return `${this.#tls ? 'mqtts' : 'mqtt'}://127.0.0.1:${this.port}`;
  }

  async open(): Promise<void> {
    const aedes = await Aedes.createBroker({
      preConnect: (_client, packet, done) => {
        this.events.push({ what: 'connect', server: this.name, packet });
        done(null, true);
      },
      authorizeSubscribe: (_client, subscription, done) => {
        const { topic, qos } = subscription;
        this.events.push({ what: 'subscribe', server: this.name, topic, qos });
        done(null, subscription);
      },
      authorizePublish: (_client, { topic, payload, qos, retain }, done) => {
        const [, , type = '', , device] = topic.split('/');
        const bytes = Buffer.from(payload);
        this.events.push({
          ...{ what: 'publish', server: this.name, topic, type, device, bytes, qos, isRetained: retain },
          payload: decodePayload(bytes),
          atMs: Date.now(),
        });
        done(null);
      },
    });
    aedes.on('clientDisconnect', () => this.events.push({ what: 'gone', server: this.name }));
    this.#aedes = aedes;
    const take = (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => this.#sockets.delete(socket));
      aedes.handle(socket);
    };
    this.#server = this.#tls ? createTlsServer(this.#tls, take) : createServer(take);
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const [aedes, server] = [this.#aedes, this.#server];
    const closed = new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
    this.cut();
    await closed;
    await new Promise<void>((resolve) => (aedes ? aedes.close(() => resolve()) : resolve()));
  }

  /** Says something as a host does, or as anyone who may. */
  async say(topic: string, payload: Uint8Array | string, isRetained = false): Promise<void> {
    const packet = { cmd: 'publish', dup: false, qos: 1, topic, retain: isRetained } as const;
    await new Promise<void>((resolve, reject) => {
      this.#aedes?.publish({ ...packet, payload: Buffer.from(payload as string) }, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }

  /** The connections break, without a word. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

export const sentBy = (events: readonly Event[]): Sent[] =>
  events.filter((event): event is Sent => event.what === 'publish');

export const ofType = (events: readonly Event[], ...types: readonly string[]): Sent[] =>
  sentBy(events).filter(({ type }) => types.includes(type));

export const connectsOf = (events: readonly Event[]): Connected[] =>
  events.filter((event): event is Connected => event.what === 'connect');
