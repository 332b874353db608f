// What is new since a moment ago, for everybody who watches. Each look compares everything with what was told last, so that
// whoever missed looks is told the same; the last events are kept for those whose line broke.

import { randomBytes } from 'node:crypto';
import type { AlertSummary } from '../api/alerts.js';
import type { LiveEventName, LiveEvents } from '../api/live.js';
import type { Now } from '../api/now.js';

const KEPT_EVENTS = 256;

interface LiveEvent {
  readonly number: number;
  readonly name: LiveEventName;
  readonly data: LiveEvents[LiveEventName];
}

export interface LiveListener {
  send(id: string, event: string, data: unknown): void;
}

interface Told {
  readonly now: Now;
  readonly alerts: readonly AlertSummary[];
}

/** Of an item without what changes by itself. */
function faceOf(item: object): string {
  return JSON.stringify(item, (key, value: unknown) =>
    key === 'ageMs' || key === 'recent' ? undefined : value,
  );
}

function changed<Item extends object>(
  before: readonly Item[],
  now: readonly Item[],
  keyOf: (item: Item) => string,
): Item[] {
  const known = new Map(before.map((item) => [keyOf(item), faceOf(item)]));
  return now.filter((item) => known.get(keyOf(item)) !== faceOf(item));
}

export class LiveFeed {
  readonly #read: () => Told;
  readonly #epoch = randomBytes(6).toString('hex');
  readonly #events: LiveEvent[] = [];
  readonly #listeners = new Set<LiveListener>();
  #number = 0;
  #told: Told | undefined;

  constructor(read: () => Told) {
    this.#read = read;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** Tells what has changed. @throws as `read` */
  look(): void {
    if (this.#listeners.size > 0) this.#compare();
  }

  /**
   * Adds somebody: first comes everything, or what was missed since the event of that id.
   * @returns takes it away again
   */
  join(listener: LiveListener, lastEventId: string | undefined): () => void {
    this.#compare();
    const everything = this.#told?.now ?? this.#read().now;
    const missed = this.#missed(lastEventId) ?? [{ number: this.#number, name: 'now', data: everything }];
    for (const event of missed) this.#sendTo(listener, event);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #numberOf(id: string | undefined): number {
    const [epoch, number] = (id ?? '').split('-');
    return epoch === this.#epoch && /^\d{1,15}$/.test(number ?? '') ? Number(number) : -1;
  }

  /** undefined: too long ago, or of another start. */
  #missed(lastEventId: string | undefined): LiveEvent[] | undefined {
    const last = this.#numberOf(lastEventId);
    if (last < 0 || last > this.#number) return undefined;
    const oldest = this.#events[0]?.number ?? this.#number + 1;
    return last + 1 < oldest ? undefined : this.#events.filter(({ number }) => number > last);
  }

  #compare(): void {
    const next = this.#read();
    const before = this.#told;
    this.#told = next;
    if (!before) return;
    const { now } = next;
    const { atMs } = now;
    const probes = changed(
      before.now.probes,
      now.probes,
      ({ sensorId, quantity }) => `${quantity} ${sensorId}`,
    );
    if (probes.length > 0) this.#tell('probes', { atMs, probes });
    const tags = changed(before.now.tags, now.tags, ({ epcHex }) => epcHex);
    if (tags.length > 0) this.#tell('tags', { atMs, tags });
    const doors = changed(before.now.doors, now.doors, ({ sensorId }) => sensorId);
    if (doors.length > 0) this.#tell('doors', { atMs, doors });
    const positions = changed(before.now.positions, now.positions, ({ sensorId }) => sensorId);
    if (positions.length > 0) this.#tell('positions', { atMs, positions });
    if (faceOf(before.now.shipments) !== faceOf(now.shipments))
      this.#tell('shipments', { atMs, shipments: now.shipments });
    if (faceOf(before.now.gateway) !== faceOf(now.gateway))
      this.#tell('gateway', { atMs, gateway: now.gateway });
    const alerts = changed(before.alerts, next.alerts, ({ id }) => id);
    if (alerts.length > 0) this.#tell('alerts', { atMs, alerts });
  }

  #tell<Name extends LiveEventName>(name: Name, data: LiveEvents[Name]): void {
    this.#number += 1;
    const event = { number: this.#number, name, data };
    this.#events.push(event);
    if (this.#events.length > KEPT_EVENTS) this.#events.shift();
    for (const listener of this.#listeners) this.#sendTo(listener, event);
  }

  #sendTo(listener: LiveListener, { number, name, data }: LiveEvent): void {
    listener.send(`${this.#epoch}-${number}`, name, data);
  }
}
