// All that may be asked about trials.

import type { RequestHandler } from '../requests/request.js';
import { disposeHandler, noticeHandler } from './judge-quarantine.js';
import { loadKitsHandler } from './load-kits.js';
import { receiveStatementHandler } from './receive-statement.js';
import { registerTrialHandler } from './register-trial.js';
import type { TrialGateway } from './trial-request.js';
import { dispenseHandler, setAsideHandler } from './use-kit.js';

export const trialHandlersFor = (gateway: TrialGateway): readonly RequestHandler[] => [
  registerTrialHandler,
  receiveStatementHandler,
  loadKitsHandler(gateway),
  dispenseHandler(gateway),
  setAsideHandler,
  noticeHandler,
  disposeHandler(gateway),
];
