// What is known of the gateway now, folded from the live stream's events. Pure: an event in, the next picture out.

import type { AlertSummary } from '../../api/alerts.js';
import type { LiveEventName, LiveEvents } from '../../api/live.js';
import type { Now, ProbeNow } from '../../api/now.js';

export interface SeenProbe extends ProbeNow {
  /** When its newest reading was new, on the console's clock; null: it has none. */
  readonly freshAtMs: number | null;
}

export interface Picture {
  /** The console's clock at the newest event. */
  readonly atMs: number;
  readonly gateway: Now['gateway'];
  readonly probes: readonly SeenProbe[];
  readonly tags: Now['tags'];
  readonly doors: Now['doors'];
  readonly positions: Now['positions'];
  readonly shipments: Now['shipments'];
  /** Alerts that have changed since the stream began, the newest change first; at most 50. */
  readonly changedAlerts: readonly AlertSummary[];
}

const MAX_CHANGED = 50;

/** The old ones with the changed ones in their place, and the new ones behind. */
function merged<Item>(old: readonly Item[], changed: readonly Item[], keyOf: (item: Item) => string): Item[] {
  const byKey = new Map(changed.map((item) => [keyOf(item), item]));
  const kept = old.map((item) => {
    const next = byKey.get(keyOf(item));
    byKey.delete(keyOf(item));
    return next ?? item;
  });
  return [...kept, ...byKey.values()];
}

const seen = (probe: ProbeNow, atMs: number): SeenProbe => ({
  ...probe,
  freshAtMs: probe.ageMs === null ? null : atMs - probe.ageMs,
});

/** The whole as one answer or event tells it. */
export function pictureOf({ probes, ...now }: Now, before?: Picture): Picture {
  return {
    ...now,
    probes: probes.map((probe) => seen(probe, now.atMs)),
    changedAlerts: before?.changedAlerts ?? [],
  };
}

/** Folds one event; undefined before the first whole one. An event that this program does not know changes nothing. */
export function withEvent(before: Picture | undefined, name: string, data: unknown): Picture | undefined {
  if (name === 'now') return pictureOf(data as LiveEvents['now'], before);
  if (!before || !Object.hasOwn(changes, name)) return before;
  const change = changes[name as Exclude<LiveEventName, 'now'>] as (
    picture: Picture,
    event: unknown,
  ) => Partial<Picture>;
  return { ...before, ...change(before, data), atMs: (data as { atMs: number }).atMs };
}

type Changes = {
  readonly [Name in Exclude<LiveEventName, 'now'>]: (
    picture: Picture,
    event: LiveEvents[Name],
  ) => Partial<Picture>;
};

const changes: Changes = {
  probes: (before, { atMs, probes }) => ({
    probes: merged(
      before.probes,
      probes.map((probe) => seen(probe, atMs)),
      ({ sensorId, quantity }) => `${sensorId} ${quantity}`,
    ),
  }),
  tags: (before, { tags }) => ({
    tags: merged(before.tags, tags, ({ epcHex, readerId }) => `${epcHex} ${readerId}`),
  }),
  doors: (before, { doors }) => ({ doors: merged(before.doors, doors, ({ sensorId }) => sensorId) }),
  positions: (before, { positions }) => ({
    positions: merged(before.positions, positions, ({ sensorId }) => sensorId),
  }),
  shipments: (_before, { shipments }) => ({ shipments }),
  gateway: (_before, { gateway }) => ({ gateway }),
  alerts: (before, { alerts }) => {
    const ids = new Set(alerts.map(({ id }) => id));
    const others = before.changedAlerts.filter(({ id }) => !ids.has(id));
    return { changedAlerts: [...alerts, ...others].slice(0, MAX_CHANGED) };
  },
};

/** `unjudged`: it is read, but nobody has said what is right for it. */
export type ShownState = ProbeNow['state'] | 'unjudged';

/**
 * How a probe may be shown: what the gateway said of it, or `unknown` once nobody can say any more.
 * @param isHeard whether the line to the gateway stands
 */
export function shownState(probe: SeenProbe, nowMs: number, isHeard: boolean): ShownState {
  const { state, stateReason, freshAtMs, maxGapMs } = probe;
  // What is wrong stays wrong until somebody says otherwise.
  if (state === 'excursion') return state;
  if (!isHeard) return 'unknown';
  const isOld = freshAtMs !== null && maxGapMs !== null && nowMs - freshAtMs > maxGapMs;
  if (isOld) return 'unknown';
  return stateReason === 'no-limits' ? 'unjudged' : state;
}
