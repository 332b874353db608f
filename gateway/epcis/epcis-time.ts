// Moments and durations as EPCIS events write them.

import type { EpcisTime } from './epcis-event.js';

/** @param unixMs up to the end of the year 9999; records hold no later moment */
export const epcisTime = (unixMs: number): EpcisTime => new Date(unixMs).toISOString();

const MS_PER_S = 1000;
const S_PER_MIN = 60;
const S_PER_H = 3600;

/** ISO 8601 in hours, minutes and seconds, with three decimals only where they are needed: PT45M, PT1H0.5S. */
export function isoDuration(durationMs: number): string {
  const wholeS = Math.floor(durationMs / MS_PER_S);
  const restMs = durationMs - wholeS * MS_PER_S;
  const hours = Math.floor(wholeS / S_PER_H);
  const minutes = Math.floor((wholeS % S_PER_H) / S_PER_MIN);
  const seconds = (wholeS % S_PER_MIN) + restMs / MS_PER_S;
  const parts = [
    hours > 0 ? `${hours}H` : '',
    minutes > 0 ? `${minutes}M` : '',
    seconds > 0 || wholeS === 0 ? `${seconds}S` : '',
  ];
  return `PT${wholeS > 0 && seconds === 0 ? parts.slice(0, 2).join('') : parts.join('')}`;
}
