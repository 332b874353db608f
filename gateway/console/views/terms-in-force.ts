// By what each probe is judged at this moment, as the gateway role would decide it: by its shipment's profile while a shipment
// holds it, else by the configuration.

import type { AlarmProfile, AlarmRule } from '../../../config/alarm-profile.js';
import type { Config } from '../../../config/schema.js';
import type { WatchTerms } from '../../excursions/watch-terms.js';
import { WatchPlan } from '../../intake/watch-plan.js';
import type { StateView } from '../../requests/request.js';
import { type ActiveShipment, activeShipments } from '../../shipments/active-shipments.js';
import { rangeOfProfile } from '../../shipments/transport-range.js';
import type { ChartLimit } from '../api/chart.js';

export interface TermsInForce {
  readonly bySensor: ReadonlyMap<string, WatchTerms>;
  readonly active: readonly ActiveShipment[];
}

export class TermsView {
  readonly #plan: WatchPlan;
  readonly #state: StateView;

  /** @throws ConfigError if a profile is not what it was when the configuration was checked */
  constructor(config: Config, state: StateView) {
    this.#plan = new WatchPlan(config);
    this.#state = state;
  }

  /** @throws ShipmentError */
  now(): TermsInForce {
    const active = activeShipments(this.#state);
    return { active, bySensor: new Map(this.#plan.terms(active).map((terms) => [terms.sensorId, terms])) };
  }

  calibrationDoubt(sensorId: string, atMs: number) {
    return this.#plan.calibrationDoubt(sensorId, atMs);
  }

  /** What an open contact means; undefined: nothing that is configured. */
  meaningOf(config: Config, contactId: string): 'door' | 'defrost' {
    return config.contacts.find(({ sensorId }) => sensorId === contactId)?.means ?? 'door';
  }
}

const limitOf = (sensorId: string, rule: AlarmRule): ChartLimit => ({
  sensorId,
  ruleId: rule.id,
  severity: rule.severity,
  lowMilliC: rule.lowMilliC ?? null,
  highMilliC: rule.highMilliC ?? null,
  delayMs: rule.delayMs,
});

export const limitsOf = (sensorId: string, { rules }: Pick<AlarmProfile, 'rules'>): ChartLimit[] =>
  rules.map((rule) => limitOf(sensorId, rule));

/** The tightest. */
export function tightestOf(profile: AlarmProfile | undefined): {
  lowMilliC: number | null;
  highMilliC: number | null;
} {
  const { lowMilliC, highMilliC } = profile ? rangeOfProfile(profile) : {};
  return { lowMilliC: lowMilliC ?? null, highMilliC: highMilliC ?? null };
}
