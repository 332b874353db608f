// The client for integrators: proves what a gateway publishes. Runs in Node and in browsers; MQTT is handed in, so that any
// client library and any transport will do.

import type { RecordMoment } from '../../ledger-sync/evidence/time-references.js';
import { TOPIC_ROOT, topicsOf } from '../publish/topics.js';
import { AlertProofs } from './alert-proofs.js';
import { ClientError } from './client-error.js';
import type { ClientEvent, StreamEvent } from './client-event.js';
import { LogStream } from './log-stream.js';
import { receiptOf } from './receipt.js';
import { parseSideMessage } from './side-message.js';
import type { StreamState } from './stream-state.js';

/** What is needed of an MQTT client: mqtt.js has it, in Node and in browsers. */
export interface MqttPort {
  subscribe(topics: string[], options: { qos: 1 }): unknown;
  publish(topic: string, payload: string, options: { qos: 1 }): unknown;
  on(event: 'message', listener: (topic: string, payload: Uint8Array) => void): unknown;
}

export interface ColdgateClientOptions {
  /** As in the topics. */
  readonly gatewayName: string;
  /**
   * Address of the gateway's key with 0x. Without it the first key that proves a message is taken, and told as `learnt`:
   * whoever publishes first can then be the gateway. Pin it where you can.
   */
  readonly gateway?: string;
  /** What `state()` gave before. */
  readonly state?: StreamState;
  /** Where to begin without a state: `0` waits for the whole log, `first-message` (the usual) begins with what comes. */
  readonly from?: 0 | 'first-message';
  /** Called for everything, in order. What it throws reaches the MQTT client. */
  readonly onEvent: (event: ClientEvent) => void;
}

/** Proves the messages of one gateway. */
export class ColdgateClient {
  readonly #options: ColdgateClientOptions;
  readonly #stream: LogStream;
  readonly #alerts = new AlertProofs();
  readonly #base: string;

  /** @throws ClientError CLIENT_OPTION for a malformed name or address, CLIENT_STATE for a state that does not prove itself */
  constructor(options: ColdgateClientOptions) {
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(options.gatewayName)) {
      throw new ClientError(
        'CLIENT_OPTION',
        'the name of a gateway has 1 to 64 letters, digits, - and _',
        'take the name from its topics: coldgate/1/{name}/log',
      );
    }
    this.#options = options;
    this.#base = `${TOPIC_ROOT}/${options.gatewayName}/`;
    const { onEvent: _all, ...rest } = options;
    this.#stream = new LogStream({ ...rest, onEvent: (event) => this.#onStream(event) });
  }

  /** Records that were told: the sequence of the next one. */
  get size(): number {
    return this.#stream.size;
  }

  /**
   * When a record was made, Unix ms, if its own clock was not trusted and a record that was told since says when; else
   * undefined. Known for the boots of this session: keep what `time-known` tells.
   */
  placedMs(record: RecordMoment): number | undefined {
    return this.#stream.placedMs(record);
  }

  /** Plain JSON to store on each `checkpoint`, and to go on from; undefined before the first record. */
  state(): StreamState | undefined {
    return this.#stream.state();
  }

  /** Subscribes, and takes what comes. Once per MQTT client: it subscribes again by itself after a loss. */
  attach(mqtt: MqttPort): void {
    const { log, status, alert, alertReview, sensor } = topicsOf(this.#options.gatewayName);
    mqtt.on('message', (topic, payload) => this.take(topic, payload));
    mqtt.subscribe([log, status, alert('+'), alertReview('+'), sensor('+')], { qos: 1 });
  }

  /** Takes one message. Those of other topics are let pass. */
  take(topic: string, payload: Uint8Array): void {
    if (!topic.startsWith(this.#base)) return;
    const path = topic.slice(this.#base.length);
    if (path === 'log') this.#stream.take(payload);
    else if (/^(status$|alert\/|sensor\/)/.test(path)) this.#takeSide(path, payload);
  }

  /** Gives up the records that a `gap` told of, and goes on with those that wait. */
  skipGap(): void {
    this.#stream.skipGap();
  }

  /**
   * Tells the gateway what is durable here. Store the state first.
   * @param state what was stored, which may be older than `state()`
   * @throws ClientError CLIENT_OPTION for a malformed name
   */
  sendReceipt(mqtt: MqttPort, consumer: string, state: StreamState): void {
    const { topic, payload } = receiptOf(this.#options.gatewayName, consumer, state);
    mqtt.publish(topic, payload, { qos: 1 });
  }

  #takeSide(path: string, payload: Uint8Array): void {
    const event = parseSideMessage(path, payload);
    if (!event) {
      this.#options.onEvent({ type: 'refused', reason: 'malformed', detail: `not what ${path} should say` });
    } else if (event.type === 'alert') {
      const isProven = this.#alerts.settle(event.alertId, event.record);
      if (isProven === false) this.#refuseAlert(event.alertId);
      else this.#options.onEvent({ ...event, isProven: isProven === true });
    } else this.#options.onEvent(event);
  }

  #onStream(event: StreamEvent): void {
    this.#options.onEvent(event);
    if (event.type !== 'record') return;
    for (const { alertId, isProven } of this.#alerts.take(event)) {
      const { sequence } = event.record;
      if (isProven) this.#options.onEvent({ type: 'alert-proven', alertId, sequence });
      else this.#refuseAlert(alertId);
    }
  }

  #refuseAlert(alertId: string): void {
    const detail = `alert ${alertId} is not what the log says`;
    this.#options.onEvent({ type: 'refused', reason: 'alert-contradicted', detail });
  }
}
