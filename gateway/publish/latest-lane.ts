// The newest readings to one broker. While one lot is under way, and for a moment after it was sent, the next gathers, newest only: a slow
// link gets fewer of them, never old ones, and under a flood no broker keeps a value that nobody could have seen.

import type { MqttClient } from 'mqtt';
import type { PartSealer } from '../privacy/part-sealer.js';
import type { LatestReadings } from './latest-readings.js';
import { sealedMessages } from './sealed-message.js';

/** Between two lots. A message costs the gateway's thread as much as ten readings on their way through the log. */
const LOT_INTERVAL_MS = 250;

export class LatestLane {
  readonly #readings: LatestReadings;
  readonly #sealer: PartSealer | undefined;
  #client: MqttClient | undefined;
  #told = 0;
  #underWay = 0;
  #lotAtMs = Number.NEGATIVE_INFINITY;
  #pause: NodeJS.Timeout | undefined;

  constructor(readings: LatestReadings, sealer?: PartSealer) {
    this.#readings = readings;
    this.#sealer = sealer;
  }

  /** All is told on a connection that is new: the broker may have forgotten it. */
  up(client: MqttClient): void {
    this.#client = client;
    this.#told = 0;
    this.#underWay = 0;
    this.#lotAtMs = Number.NEGATIVE_INFINITY;
  }

  /** All is told again. */
  repeat(): void {
    this.#told = 0;
    this.pump();
  }

  down(): void {
    this.#client = undefined;
    clearTimeout(this.#pause);
    this.#pause = undefined;
  }

  pump(): void {
    const client = this.#client;
    if (!client || this.#underWay > 0 || this.#mustPause()) return;
    const messages = sealedMessages(this.#readings.since(this.#told), this.#sealer);
    this.#told = this.#readings.changes;
    this.#underWay = messages.length;
    if (messages.length > 0) this.#lotAtMs = performance.now();
    for (const { topic, payload, isRetained } of messages) {
      client.publish(topic, payload, { qos: 1, retain: isRetained }, () => {
        if (this.#client !== client) return;
        this.#underWay -= 1;
        this.pump();
      });
    }
  }

  #mustPause(): boolean {
    if (this.#pause) return true;
    const waitMs = this.#lotAtMs + LOT_INTERVAL_MS - performance.now();
    if (waitMs <= 0) return false;
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.pump();
    }, waitMs);
    return true;
  }
}
