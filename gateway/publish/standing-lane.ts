// Retained messages about how things stand, to one broker: each once on a connection, and again when it has changed.

import type { MqttClient } from 'mqtt';
import type { SideMessage } from './side-messages.js';

export class StandingLane {
  readonly #told = new Map<string, string>();
  #client: MqttClient | undefined;

  up(client: MqttClient): void {
    this.#client = client;
    this.#told.clear();
  }

  down(): void {
    this.#client = undefined;
  }

  /** All is told again at the next `tell`. */
  repeat(): void {
    this.#told.clear();
  }

  tell(messages: readonly SideMessage[]): void {
    for (const { topic, payload, isRetained } of messages) {
      if (!this.#client || this.#told.get(topic) === payload) continue;
      this.#told.set(topic, payload);
      this.#client.publish(topic, payload, { qos: 1, retain: isRetained });
    }
  }
}
