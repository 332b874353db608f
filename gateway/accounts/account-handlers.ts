// All that may be asked about accounts.

import type { RequestHandler } from '../requests/request.js';
import { apiTokenHandlers } from './api-token-request.js';
import { changeAccountHandlers } from './change-account.js';
import { createAccountHandler } from './create-account.js';
import { failedAttemptHandler } from './failed-attempt.js';
import { renewAccountHandlers } from './renew-account.js';
import { openSessionHandler } from './session-request.js';

export const accountHandlers: readonly RequestHandler[] = [
  createAccountHandler,
  ...changeAccountHandlers,
  ...renewAccountHandlers,
  failedAttemptHandler,
  openSessionHandler,
  ...apiTokenHandlers,
];
