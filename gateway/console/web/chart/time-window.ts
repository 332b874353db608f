// The part of time that a chart shows, and how keys, buttons and the wheel move it. Pure.

export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A handful of readings of the fastest probe. */
const MIN_SPAN_MS = 10_000;

const spanOf = ({ fromMs, toMs }: TimeWindow) => toMs - fromMs;

/** The window moved into the whole, as wide as it was where that fits. */
function within(window: TimeWindow, whole: TimeWindow): TimeWindow {
  const span = Math.min(spanOf(window), spanOf(whole));
  const fromMs = Math.min(Math.max(window.fromMs, whole.fromMs), whole.toMs - span);
  return { fromMs: Math.round(fromMs), toMs: Math.round(fromMs + span) };
}

/**
 * Nearer or farther; the moment under the cursor stays where it is.
 * @param factor of the span: 0.5 shows half of it
 */
export function zoomed(window: TimeWindow, factor: number, aroundMs: number, whole: TimeWindow): TimeWindow {
  const span = Math.min(Math.max(spanOf(window) * factor, MIN_SPAN_MS), spanOf(whole));
  const around = Math.min(Math.max(aroundMs, window.fromMs), window.toMs);
  const share = spanOf(window) === 0 ? 0.5 : (around - window.fromMs) / spanOf(window);
  const fromMs = around - share * span;
  return within({ fromMs, toMs: fromMs + span }, whole);
}

/** Earlier or later by a share of what is shown. */
export function panned(window: TimeWindow, share: number, whole: TimeWindow): TimeWindow {
  const step = spanOf(window) * share;
  return within({ fromMs: window.fromMs + step, toMs: window.toMs + step }, whole);
}

/** A stretch that somebody has marked; at least as wide as can be shown. */
export function chosen(aMs: number, bMs: number, whole: TimeWindow): TimeWindow {
  const fromMs = Math.min(aMs, bMs);
  return within({ fromMs, toMs: Math.max(Math.max(aMs, bMs), fromMs + MIN_SPAN_MS) }, whole);
}

export const isSame = (a: TimeWindow, b: TimeWindow): boolean => a.fromMs === b.fromMs && a.toMs === b.toMs;

/** A stretch with room around it, so that one sees how it began and ended. */
export function withRoom({ fromMs, toMs }: TimeWindow, share = 0.5, leastMs = 600_000): TimeWindow {
  const room = Math.max((toMs - fromMs) * share, leastMs);
  return { fromMs: Math.max(0, Math.round(fromMs - room)), toMs: Math.round(toMs + room) };
}
