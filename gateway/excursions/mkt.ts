// Mean kinetic temperature as USP <1079.2> has it, weighted by time. Pure.
//
//   MKT = (dH/R) / -ln( sum(w * exp(-(dH/R) / T)) / sum(w) ),  T in kelvin
//
// Sums are integers: they do not depend on the order of the readings, nor on where an interval is cut in two, and an
// interrupted run adds up to exactly the same.

/** dH/R in kelvin: 83.144 kJ/mol over 8.3144e-3 kJ/(mol K). Another R for the same dH shifts 5 and 25 degC by 26 uK. */
const activationK = 10_000;
/** 0 degC. Factors are taken relative to it, so that they are near 1. */
const zeroCelsiusK = 273.15;
/** One in the fixed point of `kineticFactor`: 2^-40 moves an MKT of -50 degC by 0.02 micro-degrees. */
const fixedPointOne = 2 ** 40;
/** Beyond this nothing of a cargo was measured; the arithmetic would need other scales. */
const calculableMilliC = [-120_000, 200_000] as const;

export interface WeightedReading {
  readonly temperatureMilliC: number;
  /** How long it stands for the temperature. Not negative. */
  readonly weightMs: number;
}

/** exp(dH/R * (1/273.15 K - 1/T)) times 2^40, to the nearest integer. */
export function kineticFactor(temperatureMilliC: number): bigint {
  const [lowest, highest] = calculableMilliC;
  const milliC = Math.min(highest, Math.max(lowest, temperatureMilliC));
  const kelvin = milliC / 1000 + zeroCelsiusK;
  return BigInt(Math.round(fixedPointOne * Math.exp(activationK / zeroCelsiusK - activationK / kelvin)));
}

/** Micro-degrees Celsius of a sum of `kineticFactor * ms`; undefined without time. */
export function microCOfKineticSum(kineticSum: bigint, weightMs: number): number | undefined {
  if (weightMs <= 0 || kineticSum <= 0n) return undefined;
  const mean = Number(kineticSum) / weightMs / fixedPointOne;
  const kelvin = activationK / (activationK / zeroCelsiusK - Math.log(mean));
  // + 0: canonical JSON refuses the negative zero.
  return Math.round((kelvin - zeroCelsiusK) * 1_000_000) + 0;
}

/** MKT in micro-degrees Celsius, the six decimals of a report as an integer; undefined without weight. */
export function mktMicroC(readings: readonly WeightedReading[]): number | undefined {
  let kineticSum = 0n;
  let sumMs = 0;
  for (const { temperatureMilliC, weightMs } of readings) {
    kineticSum += kineticFactor(temperatureMilliC) * BigInt(weightMs);
    sumMs += weightMs;
  }
  return microCOfKineticSum(kineticSum, sumMs);
}

/** MKT in milli-degrees Celsius; undefined without weight. Compare limits with the finer `mktMicroC`. */
export function mktMilliC(readings: readonly WeightedReading[]): number | undefined {
  const microC = mktMicroC(readings);
  return microC === undefined ? undefined : Math.round(microC / 1000) + 0;
}

/** Under which conditions USP <1079.2> lets an MKT speak for a product. */
export interface MktTerms {
  /** MKT does not describe frozen product. */
  readonly isFrozen: boolean;
  /** The product's lower limit. MKT never excuses the cold: freezing is no matter of reaction rates. */
  readonly low: { readonly limitMilliC: number; readonly inclusive: boolean } | undefined;
  /** The mandated window: 24 h for 2 to 8 degC, 30 days for controlled room temperature. */
  readonly windowMs: number;
  /** Share of the window that may be missing, in millionths. */
  readonly maxMissingPpm: number;
}

export type MktAnswer =
  | {
      readonly kind: 'mkt';
      readonly mktMicroC: number;
      readonly missingPpm: number;
    }
  | { readonly kind: 'refused'; readonly reason: 'frozen-product' | 'no-readings' }
  | { readonly kind: 'refused'; readonly reason: 'low-side-violated'; readonly coldestMilliC: number }
  | {
      readonly kind: 'refused';
      readonly reason: 'window-incomplete';
      readonly missingPpm: number;
      readonly maxMissingPpm: number;
    };

/** What of a window is known, for `refusalOf`. */
export interface MktCoverage {
  readonly knownMs: number;
  readonly coldestMilliC: number | undefined;
}

/** Missing share of the window in millionths, rounded up: a hole never rounds to nothing. */
export function missingPpmOf({ windowMs }: MktTerms, knownMs: number): number {
  return Math.min(1_000_000, Math.max(0, Math.ceil(((windowMs - knownMs) / windowMs) * 1_000_000)));
}

/** Why no MKT may be told, the gravest reason first; undefined when it may. */
export function refusalOf(
  terms: MktTerms,
  { knownMs, coldestMilliC }: MktCoverage,
): (MktAnswer & { readonly kind: 'refused' }) | undefined {
  const { isFrozen, low, maxMissingPpm } = terms;
  if (isFrozen) return { kind: 'refused', reason: 'frozen-product' };
  if (coldestMilliC === undefined) return { kind: 'refused', reason: 'no-readings' };
  if (low && (coldestMilliC < low.limitMilliC || (low.inclusive && coldestMilliC === low.limitMilliC))) {
    return { kind: 'refused', reason: 'low-side-violated', coldestMilliC };
  }
  if (knownMs === 0) return { kind: 'refused', reason: 'no-readings' };
  const missingPpm = missingPpmOf(terms, knownMs);
  if (missingPpm > maxMissingPpm) {
    return { kind: 'refused', reason: 'window-incomplete', missingPpm, maxMissingPpm };
  }
  return undefined;
}

/** The MKT of readings that fill one window, or why it may not be told. */
export function answerMkt(readings: readonly WeightedReading[], terms: MktTerms): MktAnswer {
  const knownMs = readings.reduce((sum, { weightMs }) => sum + weightMs, 0);
  const coldestMilliC = readings.reduce<number | undefined>(
    (coldest, { temperatureMilliC }) => Math.min(coldest ?? temperatureMilliC, temperatureMilliC),
    undefined,
  );
  const refusal = refusalOf(terms, { knownMs, coldestMilliC });
  if (refusal) return refusal;
  const microC = mktMicroC(readings);
  if (microC === undefined) return { kind: 'refused', reason: 'no-readings' };
  return { kind: 'mkt', mktMicroC: microC, missingPpm: missingPpmOf(terms, knownMs) };
}
