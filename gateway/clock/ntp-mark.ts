// Whether somebody keeps the system clock right. systemd-timesyncd touches a file at each successful synchronisation
// (systemd-timesyncd.service(8)), and others can be made to; Node cannot ask the kernel (adjtimex).

import { statSync } from 'node:fs';
import type { Arrival } from '../../firmware-bridge/observation.js';
import type { TimeWord } from './known-time.js';

/** timesyncd takes no server that is further from the truth (RootDistanceMaxSec= in timesyncd.conf(5)). */
const ERROR_MS = 5000;
/** Times of files are those of the kernel's tick, and the clock slews between the touch and the look. */
const AHEAD_MS = 2000;

/** Unix ms of the last synchronisation by the system clock; undefined: none in this boot. */
export type ReadMark = () => number | undefined;

/** Reads the file that is touched; one that may not be read says as little as one that is not there. */
export function markFile(path: string): ReadMark {
  return () => {
    try {
      return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    } catch {
      return undefined;
    }
  };
}

/** What the system clock says, if somebody vouches for it. @param at by the system clock */
export function ntpWord(readMark: ReadMark, at: Arrival): TimeWord | undefined {
  const touchedMs = readMark();
  if (touchedMs === undefined) return undefined;
  const ageMs = at.unixMs - touchedMs;
  // Touched in the future: the clock was set back since.
  if (ageMs < -AHEAD_MS) return undefined;
  const saidUptimeMs = at.uptimeMs - Math.max(0, ageMs);
  const zeroUnixMs = at.unixMs - at.uptimeMs;
  return { source: 'ntp', zeroUnixMs, errorMs: ERROR_MS, saidUptimeMs, receivers: [], touchedMs };
}
