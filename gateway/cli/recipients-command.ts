// `coldgate recipients ...`: who may read what leaves the gateway sealed. Asks the gateway role, which decides.

import { readRecipient, readRecipients, recipientName } from '../privacy/recipient.js';
import { createRecipientKeyFile } from '../privacy/recipient-key-file.js';
import type { StateView } from '../requests/request.js';
import type { Authorisations, readState, submitRequest } from '../requests/submit.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';

export interface RecipientsParts {
  readonly submit: typeof submitRequest;
  readonly readState: typeof readState;
  readonly authorise?: Authorisations | undefined;
}

export interface RecipientsOptions {
  readonly config: string;
  readonly json?: boolean;
}

export interface ChangeRecipientOptions extends RecipientsOptions {
  readonly change: 'add' | 'rotate' | 'remove';
  readonly name: string;
  readonly publicKey?: string;
}

/** Makes a key in a file and prints its public half. @throws KeyError */
export async function runRecipientKey(
  { file, json }: { readonly file: string; readonly json?: boolean },
  io: CliIo,
): Promise<ExitCode> {
  const publicKey = await createRecipientKeyFile(file);
  io.out(json ? JSON.stringify({ file, publicKey }) : publicKey);
  return exitCodes.ok;
}

/** Prints the recipients, one a line. @throws ConfigError, JournalError */
export async function runRecipientsList(
  { config, json }: RecipientsOptions,
  parts: Pick<RecipientsParts, 'readState'>,
  io: CliIo,
): Promise<ExitCode> {
  const all = readRecipients(parts.readState(config));
  if (json) io.out(JSON.stringify(all));
  else if (all.length === 0) io.out('nobody can read what is sealed: there is no recipient');
  for (const { name, publicKey, sinceMs, by } of json ? [] : all) {
    io.out(`${name}  ${publicKey}  since ${new Date(sinceMs).toISOString()} by ${by}`);
  }
  return exitCodes.ok;
}

/** @throws UsageError, RequestError, ConfigError, JournalError */
export async function runRecipientChange(
  { config, json, change, name, publicKey }: ChangeRecipientOptions,
  parts: RecipientsParts,
  io: CliIo,
): Promise<ExitCode> {
  const document = { name, ...(publicKey === undefined ? {} : { publicKey }) };
  const answer = await parts.submit(config, `recipient.${change}`, document, parts.authorise);
  if (json) io.out(JSON.stringify(answer));
  else io.out(`recipient ${name}: ${String(answer.event)}, record ${String(answer.sequence)}`);
  return exitCodes.ok;
}

/**
 * Public keys of those who are named: a recipient of the gateway by name, or 64 hexadecimal digits.
 * @throws UsageError for a name that the gateway does not know
 */
export function keysFor(names: readonly string[], state: () => StateView): string[] {
  return names.map((name) => {
    if (/^[0-9a-f]{64}$/.test(name)) return name;
    const known = recipientName.safeParse(name).success ? readRecipient(state(), name) : undefined;
    if (known) return known.publicKey;
    const hint = 'coldgate recipients list shows them; a public key of 64 hexadecimal digits does as well';
    throw new UsageError('WRONG_USE', `there is no recipient ${JSON.stringify(name)}`, hint);
  });
}
