// The readings of one probe in one shipment, gathered until their window is over. A window is a span of the gateway's
// clock that begins at a whole multiple of its length, so that every start of the gateway cuts the log alike.

import type { MilliCSummary } from './telemetry-event.js';

/** Plain JSON. */
export interface WindowState {
  readonly shipment: string;
  readonly sensorId: string;
  /** Told by the sensor later than it was measured. Such readings have a window of their own. */
  readonly isLate: boolean;
  readonly index: number;
  /** Index of the time at which its readings arrived; differs from the other for late ones. */
  readonly arrivedIndex: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** All readings, good or not. */
  readonly readings: number;
  /** Those that count. */
  readonly good: number;
  readonly sumMilliC: number;
  /** Sum of the squares: below 2^53 for a thousand readings of 90 degrees. */
  readonly squares: number;
  readonly minMilliC: number;
  readonly maxMilliC: number;
  /** The clock stood without a source at one of them. */
  readonly isClockDoubted: boolean;
}

export interface WindowReading {
  readonly shipment: string;
  readonly sensorId: string;
  readonly isLate: boolean;
  readonly atMs: number;
  readonly arrivedMs: number;
  readonly sequence: number;
  /** undefined where the reading does not count. */
  readonly milliC: number | undefined;
  readonly isClockDoubted: boolean;
}

export const windowIndex = (atMs: number, windowMs: number): number => Math.floor(atMs / windowMs);

/** Whether the reading belongs to the window. */
export function isOfWindow(window: WindowState, reading: WindowReading, windowMs: number): boolean {
  return isOfLane(window, reading) && window.index === windowIndex(reading.atMs, windowMs);
}

/** Whether the two follow each other: same shipment, probe and lane. */
export function isOfLane(window: WindowState, { shipment, sensorId, isLate }: WindowReading): boolean {
  return window.shipment === shipment && window.sensorId === sensorId && window.isLate === isLate;
}

/** The window with the reading in it; without one a new window. */
export function withReading(
  window: WindowState | undefined,
  reading: WindowReading,
  windowMs: number,
): WindowState {
  const { shipment, sensorId, isLate, atMs, arrivedMs, sequence, milliC, isClockDoubted } = reading;
  const counts = milliC !== undefined;
  return {
    ...{ shipment, sensorId, isLate, index: windowIndex(atMs, windowMs) },
    arrivedIndex: windowIndex(arrivedMs, windowMs),
    // The clock may have been set back within the window.
    startMs: Math.min(window?.startMs ?? atMs, atMs),
    endMs: Math.max(window?.endMs ?? atMs, atMs),
    firstSequence: window?.firstSequence ?? sequence,
    lastSequence: sequence,
    readings: (window?.readings ?? 0) + 1,
    good: (window?.good ?? 0) + (counts ? 1 : 0),
    sumMilliC: (window?.sumMilliC ?? 0) + (milliC ?? 0),
    squares: (window?.squares ?? 0) + (milliC ?? 0) ** 2,
    minMilliC: lesser(window, window?.minMilliC, milliC),
    maxMilliC: 0 - lesser(window, window && -window.maxMilliC, counts ? -milliC : undefined),
    isClockDoubted: isClockDoubted || window?.isClockDoubted === true,
  };
}

/** 0 stands in a window in which nothing counts yet; its `good` says so. */
function lesser(window: WindowState | undefined, known: number | undefined, more: number | undefined) {
  if (window === undefined || window.good === 0 || known === undefined) return more ?? 0;
  return more === undefined ? known : Math.min(known, more);
}

/** What the good readings come to, rounded to milli-degrees; undefined if there is none. */
export function summaryOf(window: WindowState): MilliCSummary | undefined {
  const { good, sumMilliC, squares, minMilliC, maxMilliC } = window;
  if (good === 0) return undefined;
  const variance = Math.max(0, good * squares - sumMilliC ** 2) / good ** 2;
  return {
    minMilliC,
    maxMilliC,
    meanMilliC: Math.round(sumMilliC / good),
    deviationMilliC: Math.round(Math.sqrt(variance)),
  };
}
