// Judges one sensor against a lower and an upper limit with a delay. Pure: state in, state out.
// Durations are monotonic, so a step of the wall clock neither makes nor hides an excursion. A reading that is
// not good is UNKNOWN: it never closes an excursion and never counts as inside.

/** One sensor's limits. A reading at the limit itself is inside. */
export interface LimitRule {
  readonly sensorId: string;
  readonly lowMilliC: number | undefined;
  readonly highMilliC: number | undefined;
  /** Time outside before an excursion opens, ms. 0 opens at the first reading outside. */
  readonly delayMs: number;
}

/** A temperature reading as the judge needs it. */
export interface JudgedReading {
  readonly temperatureMilliC: number;
  readonly isGood: boolean;
  readonly observedAtMs: number;
  readonly uptimeMs: number;
  readonly bootCount: number;
}

export type Verdict = 'OK' | 'OUTSIDE' | 'EXCURSION' | 'UNKNOWN';
export type Side = 'low' | 'high';

/** A stay outside the limits, from its first reading on. */
interface Stay {
  readonly id: string;
  readonly side: Side;
  readonly startedAtMs: number;
  readonly outsideMs: number;
  readonly extremeMilliC: number;
  readonly isOpen: boolean;
  readonly lastUptimeMs: number;
  readonly lastObservedAtMs: number;
  readonly lastBootCount: number;
}

/** What must survive a restart; plain JSON. */
export interface JudgeState {
  readonly verdict: Verdict;
  readonly stay: Stay | undefined;
}

export interface ExcursionEvent {
  readonly event: 'opened' | 'closed';
  readonly excursionId: string;
  readonly side: Side;
  readonly limitMilliC: number;
  readonly delayMs: number;
  readonly startedAtMs: number;
  readonly outsideMs: number;
  readonly extremeMilliC: number;
}

export const initialState: JudgeState = { verdict: 'UNKNOWN', stay: undefined };

function sideOf(rule: LimitRule, temperatureMilliC: number): Side | undefined {
  if (rule.lowMilliC !== undefined && temperatureMilliC < rule.lowMilliC) return 'low';
  if (rule.highMilliC !== undefined && temperatureMilliC > rule.highMilliC) return 'high';
  return undefined;
}

/** Time since the stay's last reading; over a reboot only the wall clock can tell, and never less than 0. */
function elapsedMs(stay: Stay, reading: JudgedReading): number {
  const isSameBoot = stay.lastBootCount === reading.bootCount;
  const elapsed = isSameBoot
    ? reading.uptimeMs - stay.lastUptimeMs
    : reading.observedAtMs - stay.lastObservedAtMs;
  return Math.max(0, elapsed);
}

const limitOf = (rule: LimitRule, side: Side) => (side === 'low' ? rule.lowMilliC : rule.highMilliC) ?? 0;

function begin(rule: LimitRule, side: Side, reading: JudgedReading): Stay {
  return {
    // One reading may begin a stay under several rules of its sensor.
    id: `${rule.sensorId}-${reading.bootCount}-${reading.uptimeMs}-${limitOf(rule, side)}-${rule.delayMs}`,
    side,
    startedAtMs: reading.observedAtMs,
    outsideMs: 0,
    extremeMilliC: reading.temperatureMilliC,
    isOpen: false,
    lastUptimeMs: reading.uptimeMs,
    lastObservedAtMs: reading.observedAtMs,
    lastBootCount: reading.bootCount,
  };
}

function extend(stay: Stay, reading: JudgedReading): Stay {
  const extreme = stay.side === 'low' ? Math.min : Math.max;
  return {
    ...stay,
    outsideMs: stay.outsideMs + elapsedMs(stay, reading),
    extremeMilliC: extreme(stay.extremeMilliC, reading.temperatureMilliC),
    lastUptimeMs: reading.uptimeMs,
    lastObservedAtMs: reading.observedAtMs,
    lastBootCount: reading.bootCount,
  };
}

function eventOf(rule: LimitRule, stay: Stay, event: 'opened' | 'closed'): ExcursionEvent {
  return {
    event,
    excursionId: stay.id,
    side: stay.side,
    limitMilliC: limitOf(rule, stay.side),
    delayMs: rule.delayMs,
    startedAtMs: stay.startedAtMs,
    outsideMs: stay.outsideMs,
    extremeMilliC: stay.extremeMilliC,
  };
}

/** Takes one reading; returns the new state and what opened or closed, in that order. */
export function judge(
  rule: LimitRule,
  state: JudgeState,
  reading: JudgedReading,
): { readonly state: JudgeState; readonly events: readonly ExcursionEvent[] } {
  const before = state.stay;
  if (!reading.isGood) return { state: { ...state, verdict: 'UNKNOWN' }, events: [] };
  const side = sideOf(rule, reading.temperatureMilliC);
  const events: ExcursionEvent[] = [];
  const isOver = before !== undefined && side !== before.side;
  if (isOver && before.isOpen) {
    const outsideMs = before.outsideMs + elapsedMs(before, reading);
    events.push(eventOf(rule, { ...before, outsideMs }, 'closed'));
  }
  if (side === undefined) return { state: { verdict: 'OK', stay: undefined }, events };
  let stay = before && !isOver ? extend(before, reading) : begin(rule, side, reading);
  if (!stay.isOpen && stay.outsideMs >= rule.delayMs) {
    stay = { ...stay, isOpen: true };
    events.push(eventOf(rule, stay, 'opened'));
  }
  return { state: { verdict: stay.isOpen ? 'EXCURSION' : 'OUTSIDE', stay }, events };
}
