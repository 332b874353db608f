// How many alerts wait for people, in one retained message: what a dashboard or a lamp needs. The topics of single alerts
// cannot say it: the newest of them may be closed while another is open.

import { type Alert, severities } from '../reviews/alert.js';
import type { SideMessage } from './side-messages.js';

/** @param alerts as the journal keeps them, the closed ones too */
export function openAlertsMessage(
  topic: string,
  alerts: readonly Pick<Alert, 'state' | 'severity' | 'isOngoing'>[],
): SideMessage {
  const open = alerts.filter(({ state }) => state !== 'closed');
  const gravest = Math.max(-1, ...open.map(({ severity }) => severities.indexOf(severity)));
  const told = {
    version: 1,
    open: open.length,
    ongoing: open.filter(({ isOngoing }) => isOngoing).length,
    severity: severities[gravest] ?? null,
  };
  return { topic, payload: JSON.stringify(told), isRetained: true };
}
