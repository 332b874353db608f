// The newest readings to one broker. While one lot is under way the next gathers, newest only: a slow link gets fewer of
// them, never old ones.

import type { MqttClient } from 'mqtt';
import type { PartSealer } from '../privacy/part-sealer.js';
import type { LatestReadings } from './latest-readings.js';
import { sealedMessages } from './sealed-message.js';

export class LatestLane {
  readonly #readings: LatestReadings;
  readonly #sealer: PartSealer | undefined;
  #client: MqttClient | undefined;
  #told = 0;
  #underWay = 0;

  constructor(readings: LatestReadings, sealer?: PartSealer) {
    this.#readings = readings;
    this.#sealer = sealer;
  }

  /** All is told on a connection that is new: the broker may have forgotten it. */
  up(client: MqttClient): void {
    this.#client = client;
    this.#told = 0;
    this.#underWay = 0;
  }

  /** All is told again. */
  repeat(): void {
    this.#told = 0;
    this.pump();
  }

  down(): void {
    this.#client = undefined;
  }

  pump(): void {
    const client = this.#client;
    if (!client || this.#underWay > 0) return;
    const messages = sealedMessages(this.#readings.since(this.#told), this.#sealer);
    this.#told = this.#readings.changes;
    this.#underWay = messages.length;
    for (const { topic, payload, isRetained } of messages) {
      client.publish(topic, payload, { qos: 1, retain: isRetained }, () => {
        if (this.#client !== client) return;
        this.#underWay -= 1;
        this.pump();
      });
    }
  }
}
