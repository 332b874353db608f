// Judges for tests of what stands around them: limits of the test's choice, in boot 3, with an empty log.

import { limitsProfile } from '../../config/limits-profile.js';
import { ExcursionDesk } from '../../gateway/excursions/excursion-desk.js';
import { Judging } from '../../gateway/intake/judging.js';

interface Limits {
  readonly sensorId: string;
  readonly lowMilliC?: number;
  readonly highMilliC?: number;
}

export function deskWith(limits: readonly Limits[]): ExcursionDesk {
  return new ExcursionDesk({
    stored: new Map(),
    terms: limits.map(({ sensorId, ...more }) => ({
      sensorId,
      shipment: undefined,
      profile: limitsProfile({ delayMs: 0, maxGapMs: 600_000, ...more }),
      uncertaintyMilliC: undefined,
    })),
    markOf: () => undefined,
    now: { observedAtMs: 1_700_000_000_000, uptimeMs: 0, bootCount: 3, clockTrust: 2 },
    last: undefined,
    size: 0,
  });
}

export function judgingWith(limits: readonly Limits[]): Judging {
  return new Judging({ excursions: deskWith(limits) });
}
