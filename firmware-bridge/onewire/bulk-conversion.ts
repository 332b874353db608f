// Lets all chips of the machine convert at once: Linux Documentation/w1/slaves/w1_therm.rst, `therm_bulk_read`. Without it
// each read takes its own conversion, up to 750 ms. The file belongs to root unless a udev rule gives it away.

import type { Clock } from '../observation.js';
import type { W1Files } from './w1-files.js';

/**
 * - `fresh`: the chips have converted just now.
 * - `unknown`: what the chips hold may be older, and the next read gives it out as if it were new.
 * - `none`: not possible here; each read converts by itself.
 */
export type BulkConversion = 'fresh' | 'unknown' | 'none';

/** The kernel compares eight bytes; "trigger" without a line end is ignored without an error. */
const triggerText = 'trigger\n';
/** The write lasts as long as the conversion, 94 ms at 9 bit. A shorter one failed: the kernel reports no error. */
const shortestConversionMs = 90;
const masterName = /^w1_bus_master[0-9]+$/;

/** The bus masters among the names of the devices directory. */
export function mastersIn(names: readonly string[]): string[] {
  return names.filter((name) => masterName.test(name)).sort();
}

/** One master after the other. Never rejects. */
export async function convertAll(
  masterPaths: readonly string[],
  files: W1Files,
  clock: Clock,
): Promise<BulkConversion> {
  let result: BulkConversion = 'fresh';
  for (const path of masterPaths) {
    const startMs = clock.now().uptimeMs;
    try {
      await files.write(`${path}/therm_bulk_read`, triggerText);
      if (clock.now().uptimeMs - startMs < shortestConversionMs) result = 'unknown';
    } catch {
      // No chip that can do it, or no permission. Other masters were asked all the same.
      if (result === 'fresh') result = masterPaths.length === 1 ? 'none' : 'unknown';
    }
  }
  return result;
}
