// What the users commands work with outside of tests.

import { loadConfig } from '../../config/load.js';
import { readState, submitRequest } from '../requests/submit.js';
import type { CredentialOptions } from './credentials.js';
import { promptHere, terminalCredentials } from './terminal-credentials.js';
import type { UsersCommandParts } from './users-command.js';

/** @throws UsageError */
export function usersParts(options: CredentialOptions): UsersCommandParts {
  return {
    submit: submitRequest,
    readState,
    gatewayName: (configFile) => loadConfig(configFile).gateway.name,
    credentials: terminalCredentials(options),
    prompt: promptHere(),
    now: Date.now,
  };
}
