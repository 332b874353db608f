// Requests that come over MQTT: each becomes a row like any other, and the answer goes to a topic of its own. A broker is
// no proof of who asks, so that only what a person has signed is taken, and nothing in which a secret would travel.
// Whoever floods the topic is told to wait; a message that cannot be read is counted and dropped.

import type { MqttClient } from 'mqtt';
import * as z from 'zod';
import { JournalError } from '../journal/journal-error.js';
import { MAX_REQUEST_BYTES, type RequestRows } from '../journal/request-rows.js';
import { jsonOf } from './json-payload.js';
import type { GatewayTopics } from './topics.js';

const MAX_OPEN = 64;
/** Message ids that are remembered: QoS 1 may deliver a request twice. */
const MAX_KNOWN = 1000;

export const requestMessage = z.strictObject({
  version: z.literal(1),
  /** Chosen by whoever asks; the answer comes to .../answer/{id}. */
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  kind: z.string().regex(/^(shipment|alert)\.[a-z-]{1,32}$/),
  document: z.record(z.string(), z.json()),
  authorization: z.record(z.string(), z.json()),
});

interface Open {
  readonly id: string;
  readonly row: number;
  readonly client: MqttClient;
}

export class RemoteRequests {
  readonly #rows: RequestRows;
  readonly #topics: GatewayTopics;
  readonly #now: () => number;
  readonly #known = new Set<string>();
  #open: readonly Open[] = [];
  /** Messages that were no request. */
  unreadable = 0;

  /** @param rows opened as peer; @param now Unix ms */
  constructor(rows: RequestRows, topics: GatewayTopics, now: () => number) {
    this.#rows = rows;
    this.#topics = topics;
    this.#now = now;
  }

  /** Listens on a connection that is new. */
  attach(client: MqttClient): void {
    client.on('message', (topic, payload) => {
      if (topic === this.#topics.request) this.#take(client, payload);
    });
    client.subscribe(this.#topics.request, { qos: 1 });
  }

  /** Answers what has been decided; call it several times a second. */
  look(): void {
    this.#open = this.#open.filter(({ id, row, client }) => {
      const outcome = this.#rows.outcome(row);
      if (!outcome) return true;
      this.#answer(client, id, { ...(JSON.parse(outcome.outcome) as object), sequence: outcome.sequence });
      return false;
    });
  }

  #take(client: MqttClient, payload: Uint8Array): void {
    const parsed = payload.length > MAX_REQUEST_BYTES ? undefined : requestMessage.safeParse(jsonOf(payload));
    if (!parsed?.success) {
      this.unreadable += 1;
      return;
    }
    const { id, kind, document, authorization } = parsed.data;
    if (this.#known.has(id)) return;
    if (this.#open.length >= MAX_OPEN) {
      this.#refuse(client, id, 'too many requests wait');
      return;
    }
    this.#known.add(id);
    if (this.#known.size > MAX_KNOWN) {
      const [oldest] = this.#known;
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    try {
      const row = this.#rows.add(kind, JSON.stringify(document), JSON.stringify(authorization), this.#now());
      this.#open = [...this.#open, { id, row, client }];
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
      this.#refuse(client, id, error.message);
    }
  }

  #refuse(client: MqttClient, id: string, reason: string): void {
    const hint = 'ask again later, with another id';
    this.#answer(client, id, { ok: false, code: 'REQUESTS_BUSY', reason, hint });
  }

  #answer(client: MqttClient, id: string, answer: object): void {
    client.publish(this.#topics.answer(id), JSON.stringify({ version: 1, id, ...answer }), { qos: 1 });
  }
}
