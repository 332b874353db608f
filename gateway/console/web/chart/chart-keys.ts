// What each key does in a chart. Pure.

import { stepFrom } from './chart-moment.js';
import { panned, type TimeWindow, zoomed } from './time-window.js';

const ZOOM = 0.5;
const PAN = 0.5;
/** With the shift key. */
const MANY_STEPS = 10;

/** The window after a key; undefined for keys that do not move it. */
export function windowKey(
  key: string,
  window: TimeWindow,
  whole: TimeWindow,
  cursorMs: number | undefined,
): TimeWindow | undefined {
  const around = cursorMs ?? (window.fromMs + window.toMs) / 2;
  switch (key) {
    case '+':
    case '=':
      return zoomed(window, ZOOM, around, whole);
    case '-':
    case '_':
      return zoomed(window, 1 / ZOOM, around, whole);
    case '0':
      return whole;
    case 'PageUp':
      return panned(window, -PAN, whole);
    case 'PageDown':
      return panned(window, PAN, whole);
    default:
      return undefined;
  }
}

/**
 * Where the cursor goes; undefined for keys that do not move it.
 * @param steps moments in sight, ascending
 */
export function cursorKey(
  { key, shiftKey }: { readonly key: string; readonly shiftKey: boolean },
  steps: readonly number[],
  cursorMs: number | undefined,
): number | undefined {
  const count = shiftKey ? MANY_STEPS : 1;
  switch (key) {
    case 'ArrowRight':
      return stepFrom(steps, cursorMs, count);
    case 'ArrowLeft':
      return stepFrom(steps, cursorMs, -count);
    case 'Home':
      return steps[0];
    case 'End':
      return steps.at(-1);
    default:
      return undefined;
  }
}
