// What is known of a sensor that SensorFaultWatch judges, and what it says of a reading.

import type { qualityCodes } from '../../ledger-sync/evidence/record.js';
import type { DisagreementLimit } from './dispute-check.js';
import type { RateLimit, Resolution, SiblingReach } from './rate-check.js';
import type { ReadingTime } from './reading-time.js';

export type QualityName = keyof typeof qualityCodes;

/** What is known of one sensor. Whatever is undefined is not judged. */
export interface WatchedSensor {
  readonly sensorId: string;
  /** Sensors in the same air or load, named by one of the two: without them nothing is stuck, nothing disagrees. */
  readonly siblings: readonly string[];
  /** For a buffered probe: 1000 milli-degrees a minute. Air at an open door is faster. */
  readonly rate: RateLimit | undefined;
  /** More than so much apart from a sibling for so long. */
  readonly disagreement: DisagreementLimit | undefined;
  /** What the element can measure. */
  readonly rangeMilliC: readonly [lowest: number, highest: number] | undefined;
  readonly sibling: SiblingReach;
}

export interface RawReading extends ReadingTime {
  readonly sensorId: string;
  readonly temperatureMilliC: number;
  /** As its driver judged it. */
  readonly quality: QualityName;
}

/** Told once when it begins and once when it ends; a detail document for a device condition. */
export type SensorCondition = {
  readonly type: 'sensor-condition';
  readonly sensor: string;
  readonly condition: 'stuck' | 'moving-again' | 'disagreement' | 'agreement';
  /** The sibling that it disagrees with; for `stuck` the first of the equal readings. */
  readonly sibling: string | null;
  readonly sinceMs: number;
};

export interface FaultVerdict {
  readonly quality: QualityName;
  /** The reading's sensor disagrees with a sibling. Which one is wrong nobody knows, so both still count. */
  readonly isDisputed: boolean;
  /** What became of earlier readings, of this sensor or of a sibling. */
  readonly resolutions: readonly Resolution[];
  readonly conditions: readonly SensorCondition[];
}
