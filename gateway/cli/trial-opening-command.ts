// `coldgate trial name`, `document`, `consent`, `data-set`, `membership` and `prove`: files behind the commitments of a trial.
// Nothing here asks a ledger or a gateway.

import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { sha256 } from '../../ledger-sync/evidence/sha256.js';
import {
  dataSetText,
  makeDataSet,
  membershipText,
  openMembership,
  parseDataSet,
} from '../../ledger-sync/trials/data-set.js';
import { commitmentOf, type Opening, parseOpening, SALT_BYTES } from '../../ledger-sync/trials/opening.js';
import { parseTrialFile } from '../../ledger-sync/trials/trial-file.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { addressOption, readSmallFile, writeNewFile } from './ledger-parts.js';
import { answered, readAnyFile } from './trial-parts.js';

const PRIVATE_MODE = 0o600;
const MAX_SET_BYTES = 256 * 1024 * 1024;

const newSalt = () => toHex(randomBytes(SALT_BYTES));
const hashOf = (path: string) => toHex(sha256(readAnyFile(path)));

interface Output {
  readonly output: string;
  readonly json?: boolean;
}

export interface NameOptions extends Output {
  readonly name: string;
  readonly sponsor: string;
  readonly contract: string;
  readonly chainId: string;
}

/** Names a trial on a ledger, once. @throws UsageError, TrialError, FileError */
export function runTrialName(options: NameOptions, io: CliIo): ExitCode {
  const { name, sponsor, contract, output } = options;
  addressOption('--sponsor', sponsor);
  addressOption('--contract', contract);
  const file = parseTrialFile(
    JSON.stringify({
      ...{ format: 'coldgate-trial', version: 1, name, salt: newSalt(), sponsor: sponsor.toLowerCase() },
      ...{ chainId: Number(options.chainId), contract: contract.toLowerCase() },
    }),
  );
  writeNewFile(output, file, PRIVATE_MODE);
  return answered({ file: output, name }, `${output}: trial ${name} of ${file.sponsor}`, options, io);
}

export interface DocumentOptions extends Output {
  readonly file: string;
  readonly title: string;
  readonly edition: string;
  readonly consentForm?: boolean;
}

/** @throws UsageError, TrialError, FileError */
export function runTrialDocument(options: DocumentOptions, io: CliIo): ExitCode {
  const { file, title, edition, consentForm } = options;
  const kind = consentForm === true ? 'consent-form' : 'document';
  return kept({ kind, title, edition, sha256: hashOf(file) }, options, io);
}

export interface ConsentOptions extends Output {
  readonly subject: string;
  readonly form: string;
  readonly sheet: string;
  readonly givenAt: string;
}

/** @throws UsageError, TrialError, FileError */
export function runTrialConsent(options: ConsentOptions, io: CliIo): ExitCode {
  const { subject, givenAt } = options;
  const form = parseOpening(readSmallFile(options.form));
  if (form.kind !== 'consent-form') {
    throw new UsageError(
      'WRONG_USE',
      `${options.form} is no consent form`,
      'coldgate trial document --consent-form',
    );
  }
  return kept(
    { kind: 'consent', subject, form: commitmentOf(form), givenAt, sha256: hashOf(options.sheet) },
    options,
    io,
  );
}

function kept(members: object, { output, json }: Output, io: CliIo): ExitCode {
  const opening = parseOpening(
    JSON.stringify({ format: 'coldgate-opening', version: 1, salt: newSalt(), ...members }),
  );
  writeNewFile(output, opening, PRIVATE_MODE);
  const commitment = commitmentOf(opening);
  return answered(
    { file: output, commitment },
    `${output}: ${opening.kind}, commitment ${commitment}`,
    { ...(json ? { json } : {}) },
    io,
  );
}

export interface DataSetOptions extends Output {
  readonly files: readonly string[];
  readonly title: string;
}

/** @throws UsageError, TrialError, FileError */
export function runTrialDataSet(options: DataSetOptions, io: CliIo): ExitCode {
  const files = options.files.map((path) => {
    const content = readAnyFile(path);
    return { name: basename(path), sha256: toHex(sha256(content)), bytes: content.length };
  });
  const set = makeDataSet(options.title, files, newSalt);
  writeNewFile(options.output, JSON.parse(dataSetText(set)) as object, PRIVATE_MODE);
  const commitment = commitmentOf(set.opening);
  const line = `${options.output}: ${files.length} files, commitment ${commitment}`;
  return answered({ file: options.output, files: files.length, commitment }, line, options, io);
}

/** What a file of a trial commits to, whether an opening or a data set. @throws TrialError */
export function openingIn(text: string): Opening {
  return text.includes('"coldgate-data-set"') ? parseDataSet(text).opening : parseOpening(text);
}

/** @throws FileError, TrialError */
export const readOpening = (path: string): Opening => openingIn(readSmallFile(path, MAX_SET_BYTES));

export interface MembershipOptions extends Output {
  readonly set: string;
  readonly name: string;
}

/** @throws UsageError, TrialError, FileError */
export function runTrialMembership(options: MembershipOptions, io: CliIo): ExitCode {
  const set = parseDataSet(readSmallFile(options.set, MAX_SET_BYTES));
  writeNewFile(options.output, JSON.parse(membershipText(set, options.name)) as object);
  const line = `${options.output}: shows that ${options.name} belongs to the set`;
  return answered({ file: options.output, name: options.name }, line, options, io);
}

/** Whether a file is the one that a membership shows; exit code 1 where it is not. @throws TrialError, FileError */
export function runTrialProve(
  options: { readonly membership: string; readonly file: string; readonly json?: boolean },
  io: CliIo,
): ExitCode {
  const { opening, file } = openMembership(readSmallFile(options.membership));
  const isMember = hashOf(options.file) === file.sha256;
  const commitment = commitmentOf(opening);
  const verdict = isMember ? 'PROVEN' : 'REFUTED';
  if (options.json) io.out(JSON.stringify({ verdict, name: file.name, commitment }));
  else
    io.out(
      `${verdict}: ${options.file} is ${isMember ? '' : 'not '}${file.name} of the data set ${commitment}`,
    );
  return isMember ? exitCodes.ok : exitCodes.refuted;
}
