// By what a probe is judged, and for whom: one watch per probe and scope.

import type { AlarmProfile } from '../../config/alarm-profile.js';
import type { BudgetPlan } from './budget-watch.js';

export interface WatchTerms {
  readonly sensorId: string;
  /** The shipment whose cargo the probe measures; undefined: the truck's own watch, from the configuration. */
  readonly shipment: string | undefined;
  readonly profile: AlarmProfile;
  /** Expanded uncertainty of the probe (k = 2), where its certificate is known. */
  readonly uncertaintyMilliC: number | undefined;
  /** Products of the shipment whose life is counted; absent: none. */
  readonly budgets?: readonly BudgetPlan[] | undefined;
  /** The gateway's name, as debits tell it. */
  readonly gateway?: string | undefined;
}

/** Names a watch. Other rules are another watch, which knows nothing of this one's past. */
export function watchKey({ sensorId, shipment, profile }: WatchTerms): string {
  return `watch/${shipment ?? ''}/${sensorId}/${profile.hash.slice(0, 32)}`;
}
