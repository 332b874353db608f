// One connection to one MQTT broker, kept for ever: a new client per connection with full-jitter back-off.
// mqtt.js' own reconnect is off, since it resends one message per round trip and loses what is published
// meanwhile; its default message ids silently overwrite beyond 65,535. The journal is the queue, not the client.

import mqtt, { type IClientOptions, type MqttClient, UniqueMessageIdProvider } from 'mqtt';

const BACKOFF_FIRST_MS = 500;
const BACKOFF_LAST_MS = 60_000;
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

/** Full jitter, so that a fleet does not come back as one herd. */
export function backoffMs(attempt: number, random: () => number): number {
  const ceiling = Math.min(BACKOFF_LAST_MS, BACKOFF_FIRST_MS * 2 ** attempt);
  return Math.round(ceiling * (0.5 + random() / 2));
}

export class BrokerLink {
  readonly #settings: LinkSettings;
  readonly #events: LinkEvents;
  #client: MqttClient | undefined;
  #timer: NodeJS.Timeout | undefined;
  #attempt = 0;
  #isClosed = false;
  #lastError = '';

  constructor(settings: LinkSettings, events: LinkEvents) {
    this.#settings = settings;
    this.#events = events;
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
    const client = mqtt.connect(url, options);
    this.#client = client;
    let wasUp = false;
    // mqtt.js writes the CONNECT packet before there is a connection; only an open socket carries it.
    client.stream.once(url.startsWith('mqtts:') ? 'secureConnect' : 'connect', () =>
      this.#events.onConnectSent?.(),
    );
    client.on('connect', () => {
      wasUp = true;
      this.#attempt = 0;
      this.#events.onUp(client);
    });
    client.on('error', (error) => {
      this.#lastError = error.message || String(error);
      client.end(true);
    });
    client.once('close', () => {
      client.end(true);
      if (this.#client !== client || this.#isClosed) return;
      this.#client = undefined;
      this.#tryLater(this.#lastError || (wasUp ? 'the connection was closed' : 'no answer'));
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
    this.#timer = setTimeout(() => this.open(), backoffMs(this.#attempt++, Math.random));
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
