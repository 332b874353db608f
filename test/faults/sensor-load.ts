// MQTT sensors as a truck has them: each keeps what is not acknowledged and sends it again on the next connection.
// Every reading says which one it is (the topic names the sensor, the value is its number), and what was
// acknowledged, and how often it was sent, is noted outside the gateway.

import mqtt, { type MqttClient } from 'mqtt';
import { topicOf } from './gateway-folder.js';

/** Unacknowledged messages per sensor. */
const WINDOW = 8;

class Sensor {
  readonly id: string;
  readonly acknowledged = new Set<number>();
  /** Times that a reading was handed to the network. */
  readonly sent: number[] = [];
  #client: MqttClient | undefined;
  #isPaused = false;
  readonly #pending = new Set<number>();

  constructor(id: string) {
    this.id = id;
  }

  get pending(): number {
    return this.#pending.size;
  }

  /** Connects, sends first what it still owes, then new readings as fast as they are acknowledged. */
  connect(port: number): void {
    this.disconnect();
    this.#isPaused = false;
    const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
    this.#client = client;
    client.on('error', () => {});
    client.once('connect', () => {
      for (const value of [...this.#pending]) this.#send(client, value);
      this.#fill(client);
    });
  }

  /** Sends no new readings; what it owes it still owes. */
  pause(): void {
    this.#isPaused = true;
  }

  disconnect(): void {
    const client = this.#client;
    this.#client = undefined;
    client?.end(true);
  }

  #fill(client: MqttClient): void {
    while (!this.#isPaused && this.#client === client && this.#pending.size < WINDOW) {
      const value = this.sent.length;
      this.sent.push(0);
      this.#pending.add(value);
      this.#send(client, value);
    }
  }

  #send(client: MqttClient, value: number): void {
    this.sent[value] = (this.sent[value] ?? 0) + 1;
    client.publish(topicOf(this.id), JSON.stringify({ value }), { qos: 1 }, (error) => {
      // An acknowledgement of a connection that was given up never arrived.
      if (error || this.#client !== client) return;
      this.acknowledged.add(value);
      this.#pending.delete(value);
      // Not at once: a burst of new readings would go out before the others of the same commit are acknowledged.
      setImmediate(() => this.#fill(client));
    });
  }
}

export class SensorLoad {
  readonly sensors: readonly Sensor[];

  constructor(ids: readonly string[]) {
    this.sensors = ids.map((id) => new Sensor(id));
  }

  /** Readings that the gateway has acknowledged. */
  get acknowledged(): number {
    return this.sensors.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0);
  }

  /** Readings that wait for their acknowledgement. */
  get pending(): number {
    return this.sensors.reduce((sum, { pending }) => sum + pending, 0);
  }

  connect(port: number): void {
    for (const sensor of this.sensors) sensor.connect(port);
  }

  pause(): void {
    for (const sensor of this.sensors) sensor.pause();
  }

  disconnect(): void {
    for (const sensor of this.sensors) sensor.disconnect();
  }

  /**
   * Compares what was acknowledged with what the log holds.
   * @param readings per sensor the values in the order of the log
   */
  compare(readings: ReadonlyMap<string, readonly number[]>): LoadComparison {
    const result = { acknowledged: this.acknowledged, lost: 0, repeated: 0, unexplained: 0, reordered: 0 };
    for (const { id, acknowledged, sent } of this.sensors) {
      const times = new Map<number, number>();
      let newest = -1;
      for (const value of readings.get(id) ?? []) {
        if (!times.has(value) && value < newest) result.reordered += 1;
        newest = Math.max(newest, value);
        times.set(value, (times.get(value) ?? 0) + 1);
      }
      for (const value of acknowledged) if (!times.has(value)) result.lost += 1;
      for (const [value, count] of times) {
        result.repeated += count - 1;
        result.unexplained += Math.max(0, count - (sent[value] ?? 0));
      }
    }
    return result;
  }
}

export interface LoadComparison {
  readonly acknowledged: number;
  /** Acknowledged and not in the log: must be 0. */
  readonly lost: number;
  /** In the log again because the sensor, without acknowledgement, had to send it again. */
  readonly repeated: number;
  /** In the log more often than it was sent: must be 0. */
  readonly unexplained: number;
  /** First in the log behind one that was sent later: must be 0. */
  readonly reordered: number;
}
