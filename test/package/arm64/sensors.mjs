// MQTT sensors outside of the machine: each keeps what is not acknowledged and sends it again on its next connection. A reading's
// value is its number, in 0.001 degrees, so that the log shows which ones it has.

import mqtt from 'mqtt';

/** Unacknowledged messages of one sensor. */
const WINDOW = 8;
const KNOCK_MS = 20;
const PERIOD_MS = 20;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export const topicOf = (id) => `sensors/${id}`;

/** Connects as soon as somebody lets it in. @throws Error when nobody does for `limitMs` */
async function knock(port, limitMs) {
  for (const endMs = performance.now() + limitMs; performance.now() < endMs; await sleep(KNOCK_MS)) {
    const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0, connectTimeout: 10_000 });
    client.on('error', () => {});
    const isIn = await new Promise((resolve) => {
      client.once('connect', () => resolve(true));
      for (const name of ['error', 'close']) client.once(name, () => resolve(false));
    });
    if (isIn) return client;
    client.end(true);
  }
  throw new Error('the gateway lets no sensor in');
}

export class Sensors {
  #sensors;
  #timer;

  constructor(ids) {
    this.#sensors = ids.map((id) => ({ id, next: 1, pending: new Set(), acknowledged: new Set() }));
  }

  get acknowledged() {
    return this.#sensors.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0);
  }

  get pending() {
    return this.#sensors.reduce((sum, { pending }) => sum + pending.size, 0);
  }

  /** All connect and send what they owe; the first sends until it has an acknowledgement. @returns when that came, ms */
  async connect(port, limitMs) {
    for (const sensor of this.#sensors) {
      const client = await knock(port, limitMs);
      sensor.client = client;
      for (const value of sensor.pending) this.#send(sensor, value);
      if (sensor === this.#sensors[0]) {
        const before = this.acknowledged;
        if (sensor.pending.size === 0) this.#sendNext(sensor);
        for (const endMs = performance.now() + limitMs; this.acknowledged === before; await sleep(1)) {
          if (performance.now() > endMs) throw new Error('no reading was acknowledged');
        }
        this.firstMs = performance.now();
      }
    }
    return this.firstMs;
  }

  /** Each sends a reading every 20 ms, as long as few enough are not acknowledged. */
  begin() {
    this.#timer = setInterval(() => {
      for (const sensor of this.#sensors) if (sensor.pending.size < WINDOW) this.#sendNext(sensor);
    }, PERIOD_MS);
  }

  pause() {
    clearInterval(this.#timer);
  }

  disconnect() {
    this.pause();
    for (const sensor of this.#sensors) {
      sensor.client?.end(true);
      sensor.client = undefined;
    }
  }

  #sendNext(sensor) {
    const value = sensor.next++;
    sensor.pending.add(value);
    this.#send(sensor, value);
  }

  #send(sensor, value) {
    const { client } = sensor;
    client?.publish(topicOf(sensor.id), JSON.stringify({ value }), { qos: 1 }, (error) => {
      // An acknowledgement of a connection that was given up never arrived.
      if (error || sensor.client !== client) return;
      sensor.acknowledged.add(value);
      sensor.pending.delete(value);
    });
  }

  /** @param readings per sensor the values in the log. @returns how many were acknowledged and are not there */
  missingIn(readings) {
    return this.#sensors.reduce((sum, { id, acknowledged }) => {
      const found = new Set(readings.get(id));
      return sum + [...acknowledged].filter((value) => !found.has(value)).length;
    }, 0);
  }
}
