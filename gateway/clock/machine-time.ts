// The time as the gateway role has it, for the other processes of its machine: the row that the role keeps beside the log,
// and the monotonic clock that all of them share.

import type { Config } from '../../config/schema.js';
import { systemClock } from '../../firmware-bridge/clock.js';
import type { Clock } from '../../firmware-bridge/observation.js';
import { readBootId } from '../intake/boot.js';
import { type ClockTrust, errorAt, keptTime, placedBy, type TimeSource, trustIn } from './known-time.js';

/** Every process of the machine has the same. */
let ownBootId: string | undefined;

export interface MachineTime {
  /** Unix ms; what the system clock says where nobody knows better. */
  readonly nowMs: number;
  readonly trust: ClockTrust;
  /** Who gave it; undefined: nobody. */
  readonly source: TimeSource | undefined;
  /** How wrong it may be, ms; undefined: nobody knows. */
  readonly errorMs: number | undefined;
}

/** @param rowOf a row beside the log */
export function machineTime(
  config: Config,
  rowOf: (key: string) => string | undefined,
  system: Clock = systemClock,
): MachineTime {
  const at = system.now();
  const { trust: mode } = config.clock;
  const nowMs = at.unixMs;
  if (mode === 'synchronised') return { nowMs, trust: 2, source: 'configured', errorMs: undefined };
  const kept = mode === 'auto' ? keptTime(rowOf) : undefined;
  ownBootId ??= readBootId();
  if (kept?.bootId !== ownBootId) return { nowMs, trust: 0, source: undefined, errorMs: undefined };
  const { word } = kept;
  return {
    nowMs: placedBy(word, at).unixMs,
    trust: kept.trust === 0 ? 0 : trustIn(word, at.uptimeMs),
    source: word.source,
    errorMs: Math.ceil(errorAt(word, at.uptimeMs)),
  };
}
