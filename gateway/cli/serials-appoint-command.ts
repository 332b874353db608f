// `coldgate serials appoint`: who may commission, dispense or call back. The admin of the contract alone decides it.

import { rolesOf, type SerialsRole } from '../../ledger-sync/serials/serials-roles.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { type ActorOptions, actorOf, addressOption } from './ledger-parts.js';
import { type AskOptions, contractAt, tell } from './serials-parts.js';

export interface AppointOptions extends AskOptions, ActorOptions {
  readonly role: string;
  readonly account: string;
  readonly remove?: boolean;
}

/** @throws UsageError, KeyError, LedgerError */
export async function runSerialsAppoint(options: AppointOptions, io: CliIo): Promise<ExitCode> {
  const { role, account } = options;
  addressOption('account', account);
  const known = Object.keys(rolesOf);
  if (!Object.hasOwn(rolesOf, role))
    throw new UsageError('WRONG_USE', `there is no role ${role}`, `one of ${known.join(', ')}`);
  const { serials } = await contractAt(options);
  const { wallet } = await actorOf(options);
  const isIn = options.remove !== true;
  const mined = await serials.appoint(wallet, role as SerialsRole, account, isIn);
  const { transactionHash } = mined;
  tell(options.json, { role, account: account.toLowerCase(), isIn, transactionHash }, io, [
    `${account} is ${isIn ? '' : 'no longer '}${role}: transaction ${transactionHash}`,
  ]);
  return exitCodes.ok;
}
