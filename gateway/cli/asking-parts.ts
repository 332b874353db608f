// What commands that ask the gateway role for something work with outside of tests.

import { loadAlarmProfile } from '../../config/alarm-profile-load.js';
import { readState, submitRequest } from '../requests/submit.js';
import { readPlacedAlerts } from '../reviews/shown-alerts.js';
import type { CredentialOptions } from './credentials.js';
import { terminalCredentials } from './terminal-credentials.js';

/** @param options who asks; undefined for a command that only looks. @throws UsageError */
export function askingParts(options: CredentialOptions | undefined) {
  return {
    submit: submitRequest,
    readState,
    readAlerts: readPlacedAlerts,
    loadProfile: (nameOrFile: string) => loadAlarmProfile(nameOrFile),
    authorise: options && terminalCredentials(options)?.authorise,
  };
}
