// How the gateway itself is, in one retained message. A broker whose messages are sealed hears the state and how much is wrong,
// and no name of a device or a receiver.

import { type Finding, findingSeverities, healthStateOf } from '../health/finding.js';
import type { SideMessage } from './side-messages.js';

/** @param isOpen whether whoever reads there may know names */
export function healthMessage(topic: string, findings: readonly Finding[], isOpen: boolean): SideMessage {
  const countOf = (wanted: string) => findings.filter(({ severity }) => severity === wanted).length;
  const told = {
    version: 1,
    state: healthStateOf(findings),
    counts: Object.fromEntries(findingSeverities.map((severity) => [severity, countOf(severity)])),
    ...(isOpen ? { findings } : {}),
  };
  return { topic, payload: JSON.stringify(told), isRetained: true };
}
