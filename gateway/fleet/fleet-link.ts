// A connection of a person's command to the broker of a fleet: made again when it is lost, and given up with a reason that the
// person can do something about. A broker that is not the one that was meant is given up at once.

import type { MqttClient } from 'mqtt';
import { BrokerLink, type LinkSettings } from '../publish/broker-link.js';
import { FleetError } from './fleet-error.js';

/** What a connection is worked with. */
export type FleetClient = MqttClient;

/** Words of TLS for a certificate that does not hold; a connection that broke in the handshake says others. */
const untrusted = /certificate|self.signed|altname|CERT_/i;
const refused = /not authorized|bad username|password|identifier rejected/i;

export interface FleetLinkParts {
  readonly settings: Omit<LinkSettings, 'will'>;
  /** A connection is new: subscribe here. */
  readonly onUp?: (client: MqttClient) => void;
  /** It is gone, or was not to be had. */
  readonly onDown?: (reason: string) => void;
}

export class FleetLink {
  readonly #link: BrokerLink;
  readonly #url: string;
  #client: MqttClient | undefined;
  #lastReason = 'no answer';
  #waiting:
    | { readonly up: (client: MqttClient) => void; readonly fail: (error: FleetError) => void }
    | undefined;
  #fail: (error: FleetError) => void = () => {};
  /** Rejects when the broker is not to be believed, or takes no login. */
  readonly failed: Promise<never>;

  constructor({ settings, onUp, onDown }: FleetLinkParts) {
    this.#url = String(settings.url);
    this.failed = new Promise((_resolve, reject) => {
      this.#fail = reject;
    });
    this.failed.catch(() => {});
    this.#link = new BrokerLink(settings, {
      onUp: (client) => {
        this.#client = client;
        onUp?.(client);
        this.#waiting?.up(client);
      },
      onDown: (reason) => {
        this.#client = undefined;
        this.#lastReason = reason;
        onDown?.(reason);
        const error = this.#finalError(reason);
        if (!error) return;
        this.#waiting?.fail(error);
        this.#fail(error);
      },
    });
    this.#link.open();
  }

  /** Undefined while there is no connection. */
  get client(): MqttClient | undefined {
    return this.#client;
  }

  /** The first connection. @throws FleetError BROKER_UNTRUSTED, BROKER_REFUSES, BROKER_UNREACHABLE */
  async ready(limitMs: number): Promise<MqttClient> {
    if (this.#client) return this.#client;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const hint = 'check the address, the network and the broker, then run the command again';
        const message = `${this.#url} is not reached: ${this.#lastReason}`;
        reject(new FleetError('BROKER_UNREACHABLE', message, hint));
      }, limitMs);
      this.#waiting = {
        up: (client) => {
          clearTimeout(timer);
          resolve(client);
        },
        fail: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
    });
  }

  close(): Promise<void> {
    return this.#link.close(() => {});
  }

  #finalError(reason: string): FleetError | undefined {
    if (untrusted.test(reason)) {
      const hint = 'give the certificate of the CA that signed the broker’s; the clock must be right as well';
      return new FleetError(
        'BROKER_UNTRUSTED',
        `${this.#url} is not the broker that was meant: ${reason}`,
        hint,
      );
    }
    if (!refused.test(reason)) return undefined;
    const hint = 'check --username and --password-file, and what the broker lets this user do';
    return new FleetError('BROKER_REFUSES', `${this.#url} takes no login: ${reason}`, hint);
  }
}
