// One connection to one MQTT broker, kept for ever: a new client per connection with full-jitter back-off.
// mqtt.js' own reconnect is off, since it resends one message per round trip and loses what is published
// meanwhile; its default message ids silently overwrite beyond 65,535. The journal is the queue, not the client.

import mqtt, { type IClientOptions, type MqttClient, UniqueMessageIdProvider } from 'mqtt';
import { keepNoPacketNumbers } from '../packet-numbers.js';
import { refuseNumberless } from './numberless-packets.js';

const BACKOFF_FIRST_MS = 500;
const BACKOFF_LAST_MS = 60_000;
const BACKOFF_LEAST_MS = 100;
/** Until it has stood so long a connection proves nothing: a broker may throw out each one that it takes. */
const STANDS_AFTER_MS = 10_000;
/** The pause after a connection in which something was acknowledged is at most a second: a bad link, not a bad broker. */
const ATTEMPTS_AFTER_ANSWER = 1;
const KEEPALIVE_SECONDS = 15;
const CONNECT_TIMEOUT_MS = 10_000;

export interface LinkSecrets {
  readonly password?: string;
  readonly ca?: Buffer;
  /** The gateway's own certificate, PEM, with its key: mutual TLS. */
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** What the broker tells when the connection is lost without a farewell; QoS 1. */
export interface LinkWill {
  readonly topic: string;
  readonly payload: string | Buffer;
  /** True where it is left out. */
  readonly isRetained?: boolean;
}

export interface LinkSettings {
  /** Asked anew for each connection where it is a function, so that one server can follow another. */
  readonly url: string | (() => string);
  readonly clientId: string;
  readonly username?: string;
  /** Asked anew for each connection, so that a renewed certificate needs no restart. */
  readonly secrets?: () => LinkSecrets;
  readonly mqttVersion?: '3.1.1' | '5';
  /** Made anew for each connection where it is a function. */
  readonly will?: LinkWill | (() => LinkWill);
}

export interface LinkEvents {
  /** The socket is open, so the CONNECT packet with its will is on its way. */
  onConnectSent?(): void;
  /** A fresh, healthy connection. */
  onUp(client: MqttClient): void;
  /** It is gone; nothing in flight will be acknowledged any more. */
  onDown(reason: string): void;
}

/** Full jitter, so that a fleet does not come back as one herd, nor two gateways with one name in step. */
export function backoffMs(attempt: number, random: () => number): number {
  const ceiling = Math.min(BACKOFF_LAST_MS, BACKOFF_FIRST_MS * 2 ** attempt);
  return Math.max(BACKOFF_LEAST_MS, Math.round(ceiling * random()));
}

const HTTP_SPOKEN = 'the server speaks HTTP and not MQTT: a captive portal, or another port';

/** mqtt.js says of it that some bits of a header are invalid, which helps nobody. */
function watchForHttp(stream: MqttClient['stream'], onHttp: () => void): void {
  stream.once('data', (first: Uint8Array) => {
    if (Buffer.from(first.subarray(0, 5)).toString('latin1') === 'HTTP/') onHttp();
  });
}

export class BrokerLink {
  readonly #settings: LinkSettings;
  readonly #events: LinkEvents;
  #client: MqttClient | undefined;
  #timer: NodeJS.Timeout | undefined;
  #attempt = 0;
  #isClosed = false;
  #lastError = '';
  readonly #random: () => number;

  /** @param random in [0, 1) */
  constructor(settings: LinkSettings, events: LinkEvents, random: () => number = Math.random) {
    this.#settings = settings;
    this.#events = events;
    this.#random = random;
  }

  open(): void {
    const { clientId, username, mqttVersion } = this.#settings;
    const fresh = this.#readFresh();
    if (fresh === undefined) return;
    const { url, will, secrets } = fresh;
    const options: IClientOptions = {
      clientId,
      protocolVersion: mqttVersion === '5' ? 5 : 4,
      clean: true,
      keepalive: KEEPALIVE_SECONDS,
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectPeriod: 0,
      queueQoSZero: false,
      messageIdProvider: new UniqueMessageIdProvider(),
      ...(will && {
        will: {
          topic: will.topic,
          payload: typeof will.payload === 'string' ? Buffer.from(will.payload) : will.payload,
          qos: 1,
          retain: will.isRetained ?? true,
        },
      }),
      ...(username === undefined ? {} : { username }),
      ...secrets,
    };
    keepNoPacketNumbers();
    const client = mqtt.connect(url, options);
    this.#client = client;
    refuseNumberless(client);
    let upAtMs: number | undefined;
    watchForHttp(client.stream, () => {
      this.#lastError = HTTP_SPOKEN;
    });
    // mqtt.js writes the CONNECT packet before there is a connection; only an open socket carries it.
    client.stream.once(url.startsWith('mqtts:') ? 'secureConnect' : 'connect', () =>
      this.#events.onConnectSent?.(),
    );
    client.on('connect', () => {
      upAtMs = performance.now();
      this.#events.onUp(client);
    });
    client.on('packetreceive', ({ cmd }) => {
      if (cmd === 'puback') this.#attempt = Math.min(this.#attempt, ATTEMPTS_AFTER_ANSWER);
    });
    client.on('error', (error) => {
      if (this.#lastError !== HTTP_SPOKEN) this.#lastError = error.message || String(error);
      client.end(true);
    });
    client.once('close', () => {
      client.end(true);
      if (this.#client !== client || this.#isClosed) return;
      this.#client = undefined;
      if (upAtMs !== undefined && performance.now() - upAtMs >= STANDS_AFTER_MS) this.#attempt = 0;
      this.#tryLater(this.#lastError || (upAtMs !== undefined ? 'the connection was closed' : 'no answer'));
    });
  }

  /** What each connection asks for anew. */
  #readFresh(): { url: string; will: LinkWill | undefined; secrets: LinkSecrets } | undefined {
    const { url, will, secrets } = this.#settings;
    try {
      return {
        url: typeof url === 'function' ? url() : url,
        secrets: secrets?.() ?? {},
        will: typeof will === 'function' ? will() : will,
      };
    } catch (error) {
      this.#tryLater(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  #tryLater(reason: string): void {
    this.#lastError = '';
    this.#events.onDown(reason);
    this.#timer = setTimeout(() => this.open(), backoffMs(this.#attempt++, this.#random));
  }

  /** Breaks a connection that makes no progress; a new one follows. */
  reset(reason: string): void {
    this.#lastError = reason;
    this.#client?.end(true);
    // mqtt.js emits 'close' only while a stream is open.
    this.#client?.stream.destroy();
  }

  /** Ends in order, after `farewell` was acknowledged or half a second passed. */
  async close(farewell: (client: MqttClient) => void): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const client = this.#client;
    if (!client) return;
    if (client.connected) farewell(client);
    await Promise.race([client.endAsync(false), new Promise((resolve) => setTimeout(resolve, 500))]);
    client.end(true);
  }
}
