// Two limits and a delay, as a configuration states them, as an alarm profile: there is one way to judge.

import type { AlarmProfile, AlarmRule } from './alarm-profile.js';
import { alarmProfileHash } from './alarm-profile-hash.js';

export interface Limits {
  readonly lowMilliC?: number | undefined;
  readonly highMilliC?: number | undefined;
  /** Time outside before an excursion opens, ms. 0 opens at the first reading outside. */
  readonly delayMs: number;
  readonly maxGapMs: number;
}

/** A reading at the limit itself is inside. */
export function limitsProfile({ lowMilliC, highMilliC, delayMs, maxGapMs }: Limits): AlarmProfile {
  const rule = (side: 'high' | 'low'): AlarmRule => ({
    id: side,
    side,
    highMilliC: side === 'high' ? highMilliC : undefined,
    lowMilliC: side === 'low' ? lowMilliC : undefined,
    inclusive: false,
    type: 'single',
    delayMs,
    clearHysteresisMilliC: 0,
    severity: 'major',
  });
  const content = {
    name: 'limits',
    version: '1',
    title: 'Limits with a delay',
    source: 'the configuration of this gateway',
    rules: [
      ...(highMilliC === undefined ? [] : [rule('high')]),
      ...(lowMilliC === undefined ? [] : [rule('low')]),
    ],
    intervalMs: Math.max(1, Math.floor(maxGapMs / 2)),
    maxGapMs,
    ignoreMs: 0,
    mkt: undefined,
    stability: [],
    isFrozen: false,
  };
  return { ...content, hash: alarmProfileHash(content) };
}
