// `coldgate trial grant`, `withdraw`, `granted` and `share`: who may read which data set until when, and the sealing for that
// reader, which is refused without a grant that stands.

import { randomBytes } from 'node:crypto';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { sha256 } from '../../ledger-sync/evidence/sha256.js';
import { sealFile } from '../../ledger-sync/sealed/sealed-file.js';
import { parseDataSet } from '../../ledger-sync/trials/data-set.js';
import { commitmentOf, recipientWord, SALT_BYTES } from '../../ledger-sync/trials/opening.js';
import { attestationName } from '../../ledger-sync/trials/trial-contract.js';
import { type GrantFile, parseGrantFile } from '../../ledger-sync/trials/trial-file.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { addressOption, readSmallFile, writeNewFile } from './ledger-parts.js';
import { saveExport } from './saved-export.js';
import { type ActOptions, type AskOptions, actingAt, askingAt, deliver } from './trial-ledger-parts.js';
import { readOpening } from './trial-opening-command.js';
import { answered, readAnyFile } from './trial-parts.js';

const PRIVATE_MODE = 0o600;
const MS_PER_SECOND = 1000;
const MAX_SET_BYTES = 256 * 1024 * 1024;

export interface GrantOptions extends ActOptions {
  readonly set: string;
  /** X25519 key, as coldgate recipients key prints it. */
  readonly to: string;
  /** ISO 8601. */
  readonly until: string;
  /** Who attested the set; by default the sponsor. */
  readonly author?: string;
  readonly output: string;
}

function untilOf(text: string): number {
  const ms = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?Z$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(ms)) return ms / MS_PER_SECOND;
  throw new UsageError('WRONG_USE', `--until ${text} is no time`, 'write --until 2027-06-30T00:00:00Z');
}

/** @throws UsageError, KeyError, TrialError, FileError, LedgerError */
export async function runTrialGrant(options: GrantOptions, io: CliIo): Promise<ExitCode> {
  const { to, output } = options;
  const expiresAt = untilOf(options.until);
  if (!/^[0-9a-f]{64}$/.test(to)) {
    throw new UsageError(
      'WRONG_USE',
      `--to ${to} is no public key`,
      'give what coldgate recipients key printed',
    );
  }
  const opening = readOpening(options.set);
  if (opening.kind !== 'data-set') {
    throw new UsageError('WRONG_USE', `${options.set} is no data set`, 'coldgate trial data-set makes one');
  }
  if (options.author !== undefined) addressOption('--author', options.author);
  const acting = await actingAt(options);
  const { name, by, deadline } = acting;
  const author = options.author?.toLowerCase() ?? name.sponsor;
  const dataSet = attestationName(author, `0x${commitmentOf(opening)}`);
  const grant: GrantFile = {
    ...{ format: 'coldgate-grant', version: 1, dataSet: dataSet.slice(2), publicKey: to },
    salt: toHex(randomBytes(SALT_BYTES)),
  };
  const recipient = `0x${recipientWord(to, grant.salt)}`;
  // Written first: a grant whose recipient nobody can name is worth nothing.
  writeNewFile(output, grant, PRIVATE_MODE);
  const request = { ...name, dataSet, recipient, expiresAt, change: 0, by, deadline };
  const mined = await deliver(options, acting, 'Grant', request, io);
  if (!mined) return exitCodes.ok;
  const { transactionHash } = mined;
  const line = `${output}: may read until ${options.until}, transaction ${transactionHash}`;
  return answered({ file: output, dataSet, recipient, expiresAt, transactionHash }, line, options, io);
}

export interface WithdrawOptions extends ActOptions {
  readonly file: string;
  /** Extends or shortens instead. */
  readonly until?: string;
}

/** @throws UsageError, KeyError, TrialError, FileError, LedgerError */
export async function runTrialWithdraw(options: WithdrawOptions, io: CliIo): Promise<ExitCode> {
  const grant = parseGrantFile(readSmallFile(options.file));
  const expiresAt = options.until === undefined ? 0 : untilOf(options.until);
  const acting = await actingAt(options);
  const { name, by, deadline, contract } = acting;
  const words = wordsOf(grant);
  const { changes: change } = await contract.grant(name, words.dataSet, words.recipient);
  const mined = await deliver(
    options,
    acting,
    'Grant',
    { ...name, ...words, expiresAt, change, by, deadline },
    io,
  );
  if (!mined) return exitCodes.ok;
  const { transactionHash } = mined;
  const what = expiresAt === 0 ? 'withdrawn' : `changed to ${options.until}`;
  return answered(
    { ...words, expiresAt, transactionHash },
    `the grant is ${what}: transaction ${transactionHash}`,
    options,
    io,
  );
}

const wordsOf = ({ dataSet, publicKey, salt }: GrantFile) => ({
  dataSet: `0x${dataSet}`,
  recipient: `0x${recipientWord(publicKey, salt)}`,
});

/** Exit code 1 where the grant does not stand now. @throws TrialError, FileError, LedgerError */
export async function runTrialGranted(
  options: AskOptions & { readonly file: string },
  io: CliIo,
): Promise<ExitCode> {
  const grant = parseGrantFile(readSmallFile(options.file));
  const { contract, name } = await askingAt(options);
  const { dataSet, recipient } = wordsOf(grant);
  const state = await contract.grant(name, dataSet, recipient);
  const until =
    state.expiresAtMs === 0 ? 'never granted' : `until ${new Date(state.expiresAtMs).toISOString()}`;
  if (options.json) io.out(JSON.stringify({ ...state, dataSet, recipient }));
  else
    io.out(
      `${state.stands ? 'STANDS' : 'DOES NOT STAND'}: ${until}${state.isWithdrawn ? ', withdrawn' : ''}`,
    );
  return state.stands ? exitCodes.ok : exitCodes.refuted;
}

export interface ShareOptions extends AskOptions {
  readonly file: string;
  readonly set: string;
  readonly grant: string;
  readonly output: string;
}

/** Seals a file of the set for the recipient of a grant that stands; exit code 1 without one. @throws as runTrialGranted */
export async function runTrialShare(options: ShareOptions, io: CliIo): Promise<ExitCode> {
  const grant = parseGrantFile(readSmallFile(options.grant));
  const set = parseDataSet(readSmallFile(options.set, MAX_SET_BYTES));
  const content = readAnyFile(options.file);
  const hash = toHex(sha256(content));
  const member = set.files.find(({ sha256: known }) => known === hash);
  if (!member) {
    throw new UsageError(
      'WRONG_USE',
      `${options.file} is no file of the set`,
      'give a file as it was attested',
    );
  }
  const { contract, name } = await askingAt(options);
  const { dataSet, recipient } = wordsOf(grant);
  const state = await contract.grant(name, dataSet, recipient);
  const [attested] = await contract.attestations(name, [dataSet]);
  const isOfSet = attested && attestationName(attested.author, `0x${commitmentOf(set.opening)}`) === dataSet;
  if (!state.stands || !isOfSet) {
    const why = isOfSet
      ? 'the grant is over, withdrawn or was never given'
      : 'the grant is of another data set';
    io.err(`coldgate: ${why}; nothing was sealed [GRANT_NOT_STANDING]`);
    io.err('  hint: coldgate trial granted tells; coldgate trial grant gives one');
    return exitCodes.refuted;
  }
  saveExport(options.output, await sealFile(content, 'application/octet-stream', [grant.publicKey]), false);
  const until = new Date(state.expiresAtMs).toISOString();
  const line = `${options.output}: ${member.name}, sealed for the recipient whose grant stands until ${until}`;
  return answered(
    { file: options.output, name: member.name, expiresAtMs: state.expiresAtMs },
    line,
    options,
    io,
  );
}
