// Judges what a reading is worth by the readings around it: the value of a chip that has not converted yet, a change
// faster than the probe can, a converter that stands still, siblings that contradict each other. Pure. What one reading
// alone shows (checksums, open and shorted elements) its driver has judged before. No reading is ever dropped.

import { type Dispute, judgeDispute } from './dispute-check.js';
import {
  corroborates,
  freshRate,
  isReachable,
  judgeRate,
  type RateLimit,
  type RateState,
  type ReadingReference,
  type Resolution,
} from './rate-check.js';
import { elapsedMs } from './reading-time.js';
import { countEqual, freshStuck, isStuck, noteSibling, type StuckState } from './stuck-check.js';
import type { FaultVerdict, RawReading, SensorCondition, WatchedSensor } from './watched-sensor.js';

/** A DS18B20 holds this until its first conversion (data sheet, table 1). */
const powerOnMilliC = 85_000;
/** From a last reading this near, 85 degC is where a ramp arrived. */
const rampMilliC = 5_000;

/** Plain JSON. */
interface SensorState {
  readonly rate: RateState;
  readonly stuck: StuckState;
  readonly isStuck: boolean;
  /** The last good reading of its driver, believed or not. */
  readonly latest: ReadingReference | null;
  readonly disputes: readonly Dispute[];
}

/** What must survive a restart of the role, of one sensor: what people were told, and what waits for a word. */
export interface RememberedFault {
  readonly suspect: ReadingReference | null;
  readonly isStuck: boolean;
  /** Those that were told. */
  readonly disputes: readonly Dispute[];
}

const fresh: SensorState = { rate: freshRate, stuck: freshStuck, isStuck: false, latest: null, disputes: [] };

export class SensorFaultWatch {
  readonly #sensors: ReadonlyMap<string, WatchedSensor>;
  readonly #states: Map<string, SensorState>;
  readonly #siblings = new Map<string, Set<string>>();

  /** @param remembered what `remembered` gave; sensors that it does not name begin anew */
  constructor(
    sensors: readonly WatchedSensor[],
    remembered: ReadonlyMap<string, RememberedFault> = new Map(),
  ) {
    this.#sensors = new Map(sensors.map((sensor) => [sensor.sensorId, sensor]));
    this.#states = new Map();
    for (const [sensorId, { suspect, isStuck, disputes }] of remembered) {
      this.#states.set(sensorId, { ...fresh, rate: { believed: null, suspect }, isStuck, disputes });
    }
    for (const { sensorId, siblings } of sensors) {
      for (const sibling of siblings) {
        if (sibling === sensorId || !this.#sensors.has(sibling)) continue;
        this.#siblings.set(sensorId, (this.#siblings.get(sensorId) ?? new Set()).add(sibling));
        this.#siblings.set(sibling, (this.#siblings.get(sibling) ?? new Set()).add(sensorId));
      }
    }
  }

  /** The sensor lost its power or its connection: what it says next stands in no row with what it said before. */
  restart(sensorId: string): readonly Resolution[] {
    const { suspect } = this.#stateOf(sensorId).rate;
    this.#change(sensorId, { rate: freshRate, stuck: freshStuck });
    return suspect ? [{ outcome: 'unresolved', by: 'restart', sensorId, reading: suspect }] : [];
  }

  /** Judges one reading. A sensor that is not watched keeps its driver's word. */
  take(reading: RawReading): FaultVerdict {
    const sensor = this.#sensors.get(reading.sensorId);
    const isDisputed = this.#stateOf(reading.sensorId).disputes.some(({ isTold }) => isTold);
    const nothing = { isDisputed, resolutions: [], conditions: [] };
    if (!sensor || reading.quality !== 'good') return { quality: reading.quality, ...nothing };
    const { temperatureMilliC } = reading;
    const [lowest, highest] = sensor.rangeMilliC ?? [temperatureMilliC, temperatureMilliC];
    if (temperatureMilliC < lowest || temperatureMilliC > highest)
      return { quality: 'out-of-range', ...nothing };
    if (this.#isPowerOnValue(sensor, reading)) return { quality: 'power-on-value', ...nothing };
    return this.#judge(sensor, referenceOf(reading));
  }

  knows(sensorId: string): boolean {
    return this.#sensors.has(sensorId);
  }

  /** For the commit of the reading that was taken last; undefined: nothing that a restart must not forget. */
  remembered(sensorId: string): RememberedFault | undefined {
    const { rate, isStuck: isToldStuck, disputes } = this.#stateOf(sensorId);
    const told = disputes.filter(({ isTold }) => isTold);
    if (!rate.suspect && !isToldStuck && told.length === 0) return undefined;
    return { suspect: rate.suspect, isStuck: isToldStuck, disputes: told };
  }

  /** Sensors in the same air or load. */
  siblingsOf(sensorId: string): readonly string[] {
    return [...(this.#siblings.get(sensorId) ?? [])];
  }

  #stateOf(sensorId: string): SensorState {
    return this.#states.get(sensorId) ?? fresh;
  }

  #isPowerOnValue({ rate }: WatchedSensor, reading: RawReading): boolean {
    if (reading.temperatureMilliC !== powerOnMilliC) return false;
    const { believed } = this.#stateOf(reading.sensorId).rate;
    if (!believed || believed.bootCount !== reading.bootCount) return true;
    const ramp: RateLimit = { milliCPerMinute: rate?.milliCPerMinute ?? 0, toleranceMilliC: rampMilliC };
    return !isReachable(ramp, believed, referenceOf(reading));
  }

  #judge(sensor: WatchedSensor, reading: ReadingReference): FaultVerdict {
    const { sensorId } = sensor;
    const resolutions: Resolution[] = [];
    const before = this.#stateOf(sensorId);
    const judged = sensor.rate ? judgeRate(sensor.rate, before.rate, reading) : undefined;
    if (judged?.resolved && before.rate.suspect) {
      resolutions.push({
        outcome: judged.resolved,
        by: 'next-reading',
        sensorId,
        reading: before.rate.suspect,
      });
    }
    const isSuspect = (judged?.isSuspect ?? false) && !this.#siblingSpeaksFor(sensor, reading);
    const rate = isSuspect && judged ? judged.state : { believed: reading, suspect: null };
    const stuck = countEqual(before.stuck, reading.temperatureMilliC, reading);
    this.#states.set(sensorId, { ...before, rate, stuck, latest: reading });
    resolutions.push(...this.#speakForSiblings(sensorId, reading));
    if (!isSuspect) this.#tellSiblings(sensorId, reading);
    const conditions = [...this.#watchStuck(sensorId), ...this.#watchDisputes(sensorId, reading)];
    const { isStuck: isNowStuck, disputes } = this.#stateOf(sensorId);
    const quality = isNowStuck ? 'probe-fault' : isSuspect ? 'suspect-rate' : 'good';
    return { quality, isDisputed: disputes.some(({ isTold }) => isTold), resolutions, conditions };
  }

  #change(sensorId: string, change: Partial<SensorState>): void {
    this.#states.set(sensorId, { ...this.#stateOf(sensorId), ...change });
  }

  /** Whether a sibling has just said what the suspect reading says. */
  #siblingSpeaksFor(sensor: WatchedSensor, suspect: ReadingReference): boolean {
    const { believed } = this.#stateOf(sensor.sensorId).rate;
    return this.siblingsOf(sensor.sensorId).some((sibling) => {
      const { latest } = this.#stateOf(sibling);
      return (
        latest !== null && corroborates(sensor.sibling, believed, suspect, latest, elapsedMs(latest, suspect))
      );
    });
  }

  /** Whether a reading speaks for what siblings said before. */
  #speakForSiblings(sensorId: string, reading: ReadingReference): Resolution[] {
    const resolutions: Resolution[] = [];
    for (const sibling of this.siblingsOf(sensorId)) {
      const sensor = this.#sensors.get(sibling);
      const { believed, suspect } = this.#stateOf(sibling).rate;
      if (!sensor || !suspect) continue;
      if (!corroborates(sensor.sibling, believed, suspect, reading, elapsedMs(suspect, reading))) continue;
      this.#change(sibling, { rate: { believed: suspect, suspect: null } });
      resolutions.push({ outcome: 'confirmed', by: 'sibling', sensorId: sibling, reading: suspect });
    }
    return resolutions;
  }

  #tellSiblings(sensorId: string, { temperatureMilliC }: ReadingReference): void {
    for (const sibling of this.siblingsOf(sensorId)) {
      const { stuck } = this.#stateOf(sibling);
      this.#change(sibling, { stuck: noteSibling(stuck, sensorId, temperatureMilliC) });
    }
  }

  #watchStuck(sensor: string): SensorCondition[] {
    const { stuck, isStuck: wasStuck, latest } = this.#stateOf(sensor);
    const isNowStuck = isStuck(stuck);
    if (isNowStuck === wasStuck) return [];
    this.#change(sensor, { isStuck: isNowStuck });
    const sinceMs = (isNowStuck ? stuck.since : latest)?.observedAtMs ?? 0;
    const condition = isNowStuck ? 'stuck' : 'moving-again';
    return [{ type: 'sensor-condition', sensor, condition, sibling: null, sinceMs }];
  }

  #watchDisputes(sensorId: string, reading: ReadingReference): SensorCondition[] {
    const conditions: SensorCondition[] = [];
    for (const sibling of this.siblingsOf(sensorId)) {
      const [first = '', second = ''] = [sensorId, sibling].sort();
      const limit = this.#sensors.get(first)?.disagreement ?? this.#sensors.get(second)?.disagreement;
      const { latest } = this.#stateOf(sibling);
      const maxAgeMs = this.#sensors.get(sibling)?.sibling.maxAgeMs ?? 0;
      if (!limit || !latest || elapsedMs(latest, reading) > maxAgeMs) continue;
      const before = this.#disputeOf(sensorId, sibling);
      const { dispute, told } = judgeDispute(limit, before, reading, { sensorId: sibling, latest });
      this.#setDispute(sensorId, sibling, dispute);
      this.#setDispute(sibling, sensorId, dispute);
      if (!told) continue;
      const sinceMs = (told === 'disagreement' ? dispute?.since : reading)?.observedAtMs ?? 0;
      conditions.push(
        { type: 'sensor-condition', sensor: sensorId, condition: told, sibling, sinceMs },
        { type: 'sensor-condition', sensor: sibling, condition: told, sibling: sensorId, sinceMs },
      );
    }
    return conditions;
  }

  #disputeOf(sensorId: string, sibling: string): Dispute | undefined {
    return this.#stateOf(sensorId).disputes.find((known) => known.sibling === sibling);
  }

  #setDispute(sensorId: string, sibling: string, dispute: Dispute | undefined): void {
    const others = this.#stateOf(sensorId).disputes.filter((known) => known.sibling !== sibling);
    this.#change(sensorId, { disputes: dispute ? [...others, { ...dispute, sibling }] : others });
  }
}

function referenceOf({ temperatureMilliC, observedAtMs, uptimeMs, bootCount }: RawReading): ReadingReference {
  return { observedAtMs, uptimeMs, bootCount, temperatureMilliC };
}
