// Credentials as a command has them: from its options, the environment, or the person at the terminal.

import { submitRequest } from '../requests/submit.js';
import { type CredentialOptions, type Credentials, credentialsOf } from './credentials.js';
import { type Prompt, terminalPrompt } from './terminal-prompt.js';

/** Questions go to stderr. */
export const promptHere = (): Prompt => terminalPrompt(process.stdin, process.stderr);

/** Whoever the options or COLDGATE_USER name; undefined if nobody. @throws UsageError */
export function terminalCredentials(options: CredentialOptions): Credentials | undefined {
  return credentialsOf(options, {
    submit: submitRequest,
    prompt: promptHere(),
    env: process.env,
    now: Date.now,
  });
}
