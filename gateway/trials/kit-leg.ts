// One leg of kits: what is added to each when it begins, while it goes on, and when it is over. Pure.

import { addUse, type KitUse } from '../excursions/kit-use.js';
import type { Shipment } from '../shipments/shipment.js';
import { isRunning } from '../shipments/shipment-states.js';
import { isUsable, type Kit, unplaced } from './kit.js';
import { causeOf, type TrialTerms } from './trial-terms.js';

/** What of a shipment matters to its kits. */
export interface LegCourse {
  readonly isArmed: boolean;
  readonly isOver: boolean;
  /** Unix ms; 0 before. */
  readonly armedAtMs: number;
  readonly deliveredAtMs: number;
}

export function legCourse({ state, history }: Shipment): LegCourse {
  const at = (wanted: Shipment['state']) => history.find((entry) => entry.state === wanted)?.atMs ?? 0;
  const armedAtMs = at('armed');
  return {
    isArmed: armedAtMs > 0,
    isOver: armedAtMs > 0 && !isRunning(state),
    armedAtMs,
    deliveredAtMs: Math.max(armedAtMs, at('delivered')),
  };
}

/**
 * The leg begins: what was between the last statement and now is unknown, all of it.
 * @param isClockTrusted false: nobody can tell how long that was
 */
export function begun(kit: Kit, { armedAtMs }: LegCourse, isClockTrusted: boolean): Kit {
  if (!kit.place) return kit;
  const holeMs = kit.knownToMs === undefined ? 0 : Math.max(0, armedAtMs - kit.knownToMs);
  const used = { ...kit.used, unknownMs: kit.used.unknownMs + holeMs };
  const started: Kit = { ...kit, used, place: { ...kit.place, isBegun: true } };
  return isClockTrusted || !isUsable(kit) ? started : { ...started, due: { cause: 'unknown' } };
}

/** With a quarantine that is due by what it has used, if one is. @param leg what the leg has added so far */
export function judged(kit: Kit, leg: KitUse, terms: TrialTerms): Kit {
  if (!isUsable(kit)) return kit;
  const cause = causeOf(terms, addUse(kit.used, leg), kit.accepted);
  return cause === undefined ? kit : { ...kit, due: { cause } };
}

/** The leg is over: it is added, and the kit is in nobody's hands until the next begins. */
export function ended(kit: Kit, leg: KitUse, { deliveredAtMs }: LegCourse): Kit {
  const used = addUse(kit.used, leg);
  return { ...unplaced(kit), used, legs: kit.legs + 1, knownToMs: deliveredAtMs };
}
