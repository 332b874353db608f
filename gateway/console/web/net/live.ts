// The live picture for all pages: one stream per browser tab, the console's clock, and how the line stands.

import { computed, effect, signal } from '@preact/signals';
import { session } from '../shell/session.js';
import { followEvents, type LineState } from './event-stream.js';
import { type Picture, withEvent } from './live-picture.js';

const TICK_MS = 1_000;

export const picture = signal<Picture | undefined>(undefined);
export const line = signal<LineState>({ kind: 'connecting' });
/** The console's clock when the line was cut; undefined while it stands. */
export const cutSinceMs = signal<number | undefined>(undefined);

/** Console's clock minus the page's own running time: a phone's clock may be wrong, its seconds are not. */
const offsetMs = signal(Date.now() - performance.now());
const tick = signal(performance.now());
/** The console's clock, as well as this page knows it; moves every second. */
export const nowMs = computed(() => Math.round(offsetMs.value + tick.value));

export const isHeard = computed(() => line.value.kind === 'live' && picture.value !== undefined);
/** Counts alerts' changes: pages that show alerts ask again when it moves. */
export const alertRound = signal(0);

function onState(state: LineState): void {
  line.value = state;
  if (state.kind === 'live') cutSinceMs.value = undefined;
  else if (state.kind !== 'connecting') cutSinceMs.value ??= nowMs.value;
}

function onEvent({ name, data }: { name: string; data: string }): void {
  let event: unknown;
  try {
    event = JSON.parse(data);
  } catch {
    // Half an event: the next whole one mends the picture.
    return;
  }
  picture.value = withEvent(picture.value, name, event);
  const { atMs } = event as { atMs?: number };
  if (typeof atMs === 'number') offsetMs.value = atMs - performance.now();
  if (name === 'alerts' || name === 'now') alertRound.value += 1;
}

/** Follows the console from now on, whenever somebody is logged in. */
export function startLive(): void {
  setInterval(() => {
    tick.value = performance.now();
  }, TICK_MS);
  effect(() => {
    if (!session.value) {
      picture.value = undefined;
      return;
    }
    return followEvents('/api/live', { onEvent, onState });
  });
}
