// What the machine knows of its own time: which boot this is, and how far the wall clock may be trusted.
// A Pi has no clock battery: it may start in 1970 or where it was switched off.

import { existsSync, readFileSync } from 'node:fs';

const BOOT_ID_FILE = '/proc/sys/kernel/random/boot_id';
/** systemd-timesyncd makes this file when it has set the clock in this boot. */
const TIMESYNC_FILE = '/run/systemd/timesync/synchronized';

/** 0 unsynchronised, 1 holdover, 2 synchronised, as in PROTOCOL.md, record field 6. */
export type ClockTrust = 0 | 1 | 2;

/** The kernel's random id of this boot. */
export function readBootId(): string {
  return readFileSync(BOOT_ID_FILE, 'utf8').trim();
}

/** Trust by configuration, or for `auto` by what systemd-timesyncd says. */
export function readClockTrust(configured: 'auto' | 'synchronised' | 'unsynchronised'): ClockTrust {
  if (configured === 'auto') return existsSync(TIMESYNC_FILE) ? 2 : 0;
  return configured === 'synchronised' ? 2 : 0;
}
