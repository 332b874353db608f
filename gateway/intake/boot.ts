// Which boot of the machine this is.

import { readFileSync } from 'node:fs';

const BOOT_ID_FILE = '/proc/sys/kernel/random/boot_id';

/** The kernel's random id of this boot. */
export function readBootId(): string {
  return readFileSync(BOOT_ID_FILE, 'utf8').trim();
}
