// Joins the RMC and the GGA of one moment: one has date and speed, the other satellites and HDOP.
// Receivers send them in either order, and some send only one of them.

import type { Arrival } from '../observation.js';
import type { PositionFix } from '../position/fix-report.js';
import type { Gga } from './gga.js';
import type { Rmc } from './rmc.js';

export type EpochResult =
  | { readonly kind: 'fix'; readonly fix: PositionFix; readonly at: Arrival }
  | { readonly kind: 'no-fix'; readonly reason: string }
  /** The two sentences of one moment contradict each other: damage that the 8-bit checksum missed. */
  | { readonly kind: 'conflict' };

interface Moment {
  readonly timeOfDayMs: number;
  readonly at: Arrival;
  rmc?: Extract<Rmc, { isValid: true }>;
  gga?: Extract<Gga, { isValid: true }>;
  isTold: boolean;
}

/** Both are one solution, printed with different digits perhaps: 0.0001 degrees are 11 m. */
const maxDifferenceDegE7 = 1000;

export class Epoch {
  #moment: Moment | undefined;

  /** Takes one sentence; gives what is known by now, of its moment or of the one before, which got no partner. */
  take(sentence: { readonly rmc: Rmc } | { readonly gga: Gga }, at: Arrival): EpochResult | undefined {
    const decoded = 'rmc' in sentence ? sentence.rmc : sentence.gga;
    if (!decoded.isValid) {
      this.#moment = undefined;
      return { kind: 'no-fix', reason: decoded.reason };
    }
    const earlier = this.#moment;
    const isSame = earlier?.timeOfDayMs === decoded.timeOfDayMs;
    const moment = isSame ? earlier : { timeOfDayMs: decoded.timeOfDayMs, at, isTold: false };
    this.#moment = moment;
    if ('rmc' in sentence && sentence.rmc.isValid) moment.rmc = sentence.rmc;
    if ('gga' in sentence && sentence.gga.isValid) moment.gga = sentence.gga;
    if (!isSame) return earlier === undefined || earlier.isTold ? undefined : resultOf(earlier);
    if (moment.isTold || moment.rmc === undefined || moment.gga === undefined) return undefined;
    moment.isTold = true;
    return resultOf(moment);
  }
}

function resultOf({ rmc, gga, at }: Moment): EpochResult {
  const position = gga?.position ?? rmc?.position;
  if (position === undefined || (rmc && gga && isApart(rmc.position, gga.position)))
    return { kind: 'conflict' };
  return {
    kind: 'fix',
    at,
    fix: {
      ...position,
      speedMmPerS: rmc?.speedMmPerS,
      satellites: gga?.satellites,
      hdopCenti: gga?.hdopCenti,
      fixUnixMs: rmc?.unixMs,
    },
  };
}

function isApart(a: PositionFix, b: PositionFix): boolean {
  return (
    Math.abs(a.latitudeDegE7 - b.latitudeDegE7) > maxDifferenceDegE7 ||
    Math.abs(a.longitudeDegE7 - b.longitudeDegE7) > maxDifferenceDegE7
  );
}
