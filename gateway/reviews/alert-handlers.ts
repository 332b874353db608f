// All that may be asked about alerts.

import type { RequestHandler } from '../requests/request.js';
import { acknowledgeHandler } from './acknowledge-alert.js';
import { assessHandler } from './assess-alert.js';
import { signHandler } from './sign-alert.js';

export interface AlertRules {
  /** Whoever assessed an alert may neither approve nor reject it. */
  readonly isTwoPersons: boolean;
}

/** The handlers of a gateway with rules of its own. */
export function alertHandlersFor({ isTwoPersons }: AlertRules): readonly RequestHandler[] {
  return [acknowledgeHandler, assessHandler, signHandler(isTwoPersons)];
}

/** It takes two persons to close an alert, also where quality has one account only. */
export const alertHandlers: readonly RequestHandler[] = alertHandlersFor({ isTwoPersons: true });
