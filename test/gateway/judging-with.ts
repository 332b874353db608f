// Judges for tests of what stands around them: limits of the test's choice, in boot 3, with an empty log.

import { limitsProfile } from '../../config/limits-profile.js';
import { ExcursionDesk } from '../../gateway/excursions/excursion-desk.js';
import { FaultDesk } from '../../gateway/excursions/fault-desk.js';
import { Judging } from '../../gateway/intake/judging.js';
import { StateStore } from '../../gateway/requests/state-store.js';
import { AlertDesk } from '../../gateway/reviews/alert-desk.js';

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

export function judgingOf(excursions: ExcursionDesk): Judging {
  const state = new StateStore(new Map());
  return new Judging({
    faults: new FaultDesk([], new Map()),
    excursions,
    alerts: new AlertDesk(state, 0),
    state,
  });
}

export function judgingWith(limits: readonly Limits[]): Judging {
  return judgingOf(deskWith(limits));
}
