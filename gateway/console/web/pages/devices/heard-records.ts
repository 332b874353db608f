// The records of a device's monitor: the newest first, each once, and no more than a page can show.

import type { DeviceEvents } from '../../../api/devices.js';
import { showReading } from '../../words/shown.js';

type Heard = DeviceEvents['record'];

export const MAX_HEARD = 100;

/** A stream that comes back may tell a record again. Pure. */
export function withHeard(before: readonly Heard[], record: Heard): readonly Heard[] {
  if (before.some(({ sequence }) => sequence === record.sequence)) return before;
  return [record, ...before].sort((a, b) => b.sequence - a.sequence).slice(0, MAX_HEARD);
}

/** A reading in the reader's unit; another value as the log has it. */
export function heardValue({ kind, value, unit }: Heard): string {
  if (kind === 'temperature' || kind === 'humidity') return showReading(value, kind);
  return unit === null ? '' : `${value} ${unit}`;
}
