// Holds every message that a gateway publishes under coldgate/1/ in any test against the contract. The test in which one
// breaks it fails.

import { noteViolation } from './contract-settlement.js';
import { violationOf } from './contract-violation.js';

/** Looks at a message; call it wherever tests receive some. */
export function watchContract(topic: string, payload: Uint8Array, isRetained?: boolean): void {
  const violation = violationOf(topic, payload, isRetained);
  if (violation !== undefined) noteViolation(violation);
}
