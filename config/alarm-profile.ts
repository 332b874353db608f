// What an alarm profile says, once it is read and checked: limits, delays and what else a quality team has written
// down for a product. Temperatures are milli-degrees, times milliseconds.

export type Severity = 'notice' | 'minor' | 'major' | 'critical';

/** One rule. Times and limits are of the stay outside: `side` says outside of what. */
export interface AlarmRule {
  /** Unique in its profile, /^[A-Za-z0-9_.-]{1,64}$/. */
  readonly id: string;
  /** `both`: outside of lowMilliC..highMilliC on either side counts for one rule. */
  readonly side: 'high' | 'low' | 'both';
  /** Set for `high` and `both`. */
  readonly highMilliC: number | undefined;
  /** Set for `low` and `both`; below highMilliC. */
  readonly lowMilliC: number | undefined;
  /** A reading at the limit itself violates it. */
  readonly inclusive: boolean;
  /** `single`: one unbroken stay of delayMs. `cumulative`: all stays of a shipment together. */
  readonly type: 'single' | 'cumulative';
  /** 0 fires at the first violating reading. */
  readonly delayMs: number;
  /** How far back inside a reading must be to end a stay; 0: the first reading that does not violate. */
  readonly clearHysteresisMilliC: number;
  readonly severity: Severity;
}

/** Mean kinetic temperature over a mandated window (USP <1079.2>). */
export interface MktRule {
  readonly windowMs: number;
  readonly limitMilliC: number;
}

/** Time that a product may spend in a band over its whole life, from gateway to gateway. */
export interface StabilityBand {
  readonly id: string;
  /** From this temperature on ... */
  readonly fromMilliC: number;
  /** ... up to, and not including, this one. */
  readonly toMilliC: number;
  readonly allowanceMs: number;
}

export interface AlarmProfile {
  /** /^[A-Za-z0-9_.-]{1,64}$/ */
  readonly name: string;
  /** Chosen by whoever maintains the profile; any change of the content changes the hash as well. */
  readonly version: string;
  readonly title: string;
  /** Where the numbers come from. */
  readonly source: string;
  /** At most 6 each of side high, low and both. */
  readonly rules: readonly AlarmRule[];
  /** How often a reading is expected. */
  readonly intervalMs: number;
  /** A longer hole is a gap: the state is UNKNOWN. Default 2 x intervalMs. */
  readonly maxGapMs: number;
  /** From the start: recorded and shown, not judged (pre-conditioning). */
  readonly ignoreMs: number;
  readonly mkt: MktRule | undefined;
  readonly stability: readonly StabilityBand[];
  /** Frozen product: MKT does not apply. */
  readonly isFrozen: boolean;
  /** SHA-256 of the profile's RFC 8785 JSON, lower-case hex: goes into every record that a rule of it makes. */
  readonly hash: string;
}
