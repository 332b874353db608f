// `coldgate trial attest`, `revoke`, `appoint`, `send` and `standing`: what sponsors and sites sign for the ledger.

import { commitmentOf, kindNumber, type Opening, readTrialFile } from '../../ledger-sync/trials/opening.js';
import { attestationName } from '../../ledger-sync/trials/trial-contract.js';
import { type TrialRight, trialRights } from '../../ledger-sync/trials/trial-requests.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { type ActorOptions, actorOf, addressOption, readSmallFile } from './ledger-parts.js';
import { reasonWord } from './reason-word.js';
import { signedCallSchema } from './signed-call.js';
import {
  type ActOptions,
  type AskOptions,
  actingAt,
  askingAt,
  contractOf,
  deliver,
} from './trial-ledger-parts.js';
import { readOpening } from './trial-opening-command.js';
import { answered } from './trial-parts.js';

const NONE = `0x${'00'.repeat(32)}`;

/** What a person calls it. */
const nameOf = (opening: Opening) => (opening.kind === 'consent' ? opening.subject : opening.title);
const wordOf = (opening: Opening) => `0x${commitmentOf(opening)}`;

export interface AttestOptions extends ActOptions {
  readonly file: string;
  /** Opening of what it rests on or replaces, and who attested that; of a consent the form. */
  readonly basis?: string;
  readonly basisBy?: string;
}

/** @throws UsageError, KeyError, TrialError, FileError, LedgerError */
export async function runTrialAttest(options: AttestOptions, io: CliIo): Promise<ExitCode> {
  const opening = readOpening(options.file);
  const basedOn = options.basis === undefined ? undefined : readOpening(options.basis);
  if (opening.kind === 'consent' && (basedOn === undefined || commitmentOf(basedOn) !== opening.form)) {
    throw new UsageError(
      'WRONG_USE',
      'a consent rests on the form that it names',
      'give that form: --basis form.json',
    );
  }
  const acting = await actingAt(options);
  const { name, by, deadline } = acting;
  if (options.basisBy !== undefined) addressOption('--basis-by', options.basisBy);
  const basisBy = options.basisBy?.toLowerCase() ?? name.sponsor;
  const basis = basedOn ? attestationName(basisBy, wordOf(basedOn)) : NONE;
  const request = {
    ...name,
    kind: kindNumber(opening.kind),
    commitment: wordOf(opening),
    basis,
    by,
    deadline,
  };
  const mined = await deliver(options, acting, 'Attest', request, io);
  if (!mined) return exitCodes.ok;
  const attestation = attestationName(by, request.commitment);
  const { transactionHash } = mined;
  const line = `${opening.kind} ${request.commitment} is on the ledger as ${attestation}: transaction ${transactionHash}`;
  return answered({ attestation, commitment: request.commitment, transactionHash }, line, options, io);
}

export interface RevokeOptions extends ActOptions {
  readonly file: string;
  /** Who attested it; by default whoever signs now. */
  readonly author?: string;
  readonly reason: string;
}

/** @throws UsageError, KeyError, TrialError, FileError, LedgerError */
export async function runTrialRevoke(options: RevokeOptions, io: CliIo): Promise<ExitCode> {
  const opening = readOpening(options.file);
  if (options.author !== undefined) addressOption('--author', options.author);
  const acting = await actingAt(options);
  const { name, by, deadline } = acting;
  const reason = reasonWord(options.reason, [acting.file.name, nameOf(opening)]);
  const attestation = attestationName(options.author?.toLowerCase() ?? by, wordOf(opening));
  const mined = await deliver(options, acting, 'Revoke', { ...name, attestation, reason, by, deadline }, io);
  if (!mined) return exitCodes.ok;
  const { transactionHash } = mined;
  const line = `${opening.kind} ${attestation} is taken back for good: transaction ${transactionHash}`;
  return answered({ attestation, transactionHash }, line, options, io);
}

export interface AppointOptions extends ActOptions {
  readonly account: string;
  readonly may: readonly string[];
}

/** @throws UsageError, KeyError, TrialError, FileError, LedgerError */
export async function runTrialAppoint(options: AppointOptions, io: CliIo): Promise<ExitCode> {
  const { account, may } = options;
  addressOption('account', account);
  const known = Object.keys(trialRights);
  const strange = may.find((right) => right !== 'nothing' && !known.includes(right));
  if (strange !== undefined) {
    throw new UsageError('WRONG_USE', `there is no right ${strange}`, `${known.join(', ')} or nothing`);
  }
  const rights = may.reduce((bits, right) => bits | (trialRights[right as TrialRight] ?? 0), 0);
  const acting = await actingAt(options);
  const { name, deadline, contract } = acting;
  const { changes: change } = await contract.member(name, account);
  const request = { ...name, account: account.toLowerCase(), rights, change, deadline };
  const mined = await deliver(options, acting, 'Appoint', request, io);
  if (!mined) return exitCodes.ok;
  const { transactionHash } = mined;
  const line = `${account} may attest ${may.join(', ')}: transaction ${transactionHash}`;
  return answered({ account: request.account, rights, transactionHash }, line, options, io);
}

/** Exit code 1 where it does not stand. @throws UsageError, TrialError, FileError, LedgerError */
export async function runTrialStanding(
  options: AskOptions & { readonly file: string; readonly author?: string },
  io: CliIo,
): Promise<ExitCode> {
  const opening = readOpening(options.file);
  if (options.author !== undefined) addressOption('--author', options.author);
  const { contract, name } = await askingAt(options);
  const author = options.author?.toLowerCase() ?? name.sponsor;
  const attestation = attestationName(author, wordOf(opening));
  const [state] = await contract.attestations(name, [attestation]);
  const isStanding = state !== undefined && state.kind === opening.kind && state.revokedAtMs === undefined;
  const since = state && new Date(state.madeAtMs).toISOString();
  const words = isStanding
    ? `STANDING: ${opening.kind} attested by ${author} at ${since}`
    : state?.revokedAtMs !== undefined
      ? `REVOKED at ${new Date(state.revokedAtMs).toISOString()}`
      : `UNKNOWN: ${author} has not attested this`;
  if (options.json) io.out(JSON.stringify({ isStanding, attestation, ...state }));
  else io.out(words);
  return isStanding ? exitCodes.ok : exitCodes.refuted;
}

const callSchema = signedCallSchema('coldgate-trial-call');

/** Carries what somebody else has signed, and pays. @throws KeyError, TrialError, FileError, LedgerError */
export async function runTrialSend(
  options: ActorOptions & { readonly file: string; readonly json?: boolean },
  io: CliIo,
): Promise<ExitCode> {
  const call = readTrialFile(callSchema, readSmallFile(options.file), 'signed call of a trial');
  const contract = await contractOf(options.rpc, call);
  const { wallet } = await actorOf(options);
  const { transactionHash } = await contract.send(wallet, call.data);
  return answered({ transactionHash }, `sent: transaction ${transactionHash}`, options, io);
}
