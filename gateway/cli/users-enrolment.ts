// A person gets a key, a password and an authenticator: here, at the terminal where the person sits. The gateway sees
// none of the three as they are typed. Nothing is filed before the authenticator has given one right code: a second
// factor that was never tried locks its owner out.

import { totpSecret } from '../accounts/account.js';
import { passwordProblem } from '../accounts/password-rules.js';
import { newPrivateKey, openKey, type SealedKey, sealKey, signerOf } from '../accounts/sealed-key.js';
import { enrolmentUri, newTotpSecret, stepOfCode } from '../accounts/totp.js';
import { readPassphrase } from '../sealing/key-file.js';
import { type CliIo, UsageError } from './cli-io.js';
import { codeOf } from './credentials.js';
import type { Prompt } from './terminal-prompt.js';

/** For scripts; each is asked for when absent. */
export interface EnrolmentOptions {
  /** The account's, not of whoever asks. */
  readonly newPasswordFile?: string;
  /** Base32, of an authenticator that has it already; else one is made and shown. */
  readonly totpSecretFile?: string;
  readonly newCode?: string;
}

export interface EnrolmentParts {
  readonly prompt: Prompt;
  /** Unix ms. */
  readonly now: () => number;
}

/** What is filed. */
interface Enrolment {
  readonly signer: string;
  readonly secret: { readonly key: SealedKey; readonly totp: string };
}

/** Times that a person may mistype the first code. */
const CODE_ATTEMPTS = 3;

/**
 * Asks for a password and for one right code, and makes the key.
 * @param gatewayName shown by the authenticator: a driver may have accounts on several gateways
 * @throws UsageError for a password that is not taken and a code that is not right; KeyError for a file
 */
export async function enrol(
  name: string,
  gatewayName: string,
  options: EnrolmentOptions,
  parts: EnrolmentParts,
  io: CliIo,
): Promise<Enrolment> {
  const password = await newPassword(name, options.newPasswordFile, parts.prompt);
  const totp = options.totpSecretFile === undefined ? newTotpSecret() : givenSecret(options.totpSecretFile);
  if (options.totpSecretFile === undefined) {
    io.err('Shown only now. Enter it into the authenticator of the person, as a QR code or by hand:');
    io.err(`  ${enrolmentUri(totp, name, gatewayName)}`);
    io.err(`  ${totp}`);
  }
  await proveAuthenticator(name, totp, options.newCode, parts);
  const privateKey = newPrivateKey();
  const key = await sealKey(privateKey, password);
  const signer = signerOf(privateKey);
  privateKey.fill(0);
  return { signer, secret: { key, totp } };
}

/** The same key under a new password. @throws UsageError, KeyError */
export async function resealed(
  { name, key, signer }: { readonly name: string; readonly key: SealedKey; readonly signer: string },
  privateKey: Uint8Array,
  { newPasswordFile }: EnrolmentOptions,
  { prompt }: EnrolmentParts,
): Promise<SealedKey> {
  const password = await newPassword(name, newPasswordFile, prompt);
  if ((await openKey(key, password, signer)) !== undefined) throw refusedPassword('it is the one before');
  return sealKey(privateKey, password);
}

async function newPassword(name: string, file: string | undefined, prompt: Prompt): Promise<string> {
  const password =
    file === undefined ? await prompt.secret(`new password of ${name}: `) : readPassphrase(file);
  const problem = passwordProblem(password, name);
  if (problem !== undefined) throw refusedPassword(problem);
  if (file === undefined && (await prompt.secret('the same again: ')) !== password) {
    throw new UsageError('WRONG_USE', 'the two passwords differ', 'start again; nothing was changed');
  }
  return password;
}

function refusedPassword(problem: string): UsageError {
  const hint = '12 to 128 characters; four words that have nothing to do with each other are good';
  return new UsageError('WRONG_USE', `the new password is not taken: ${problem}`, hint);
}

function givenSecret(file: string): string {
  const secret = readPassphrase(file).replaceAll(' ', '').toUpperCase();
  if (totpSecret.safeParse(secret).success) return secret;
  throw new UsageError(
    'WRONG_USE',
    `${file} holds no secret of an authenticator`,
    'base32 of 20 bytes, one line',
  );
}

async function proveAuthenticator(
  name: string,
  secret: string,
  given: string | undefined,
  { prompt, now }: EnrolmentParts,
): Promise<void> {
  const attempts = given === undefined ? CODE_ATTEMPTS : 1;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const code = codeOf(given ?? (await prompt.line(`first code of ${name}'s authenticator: `)));
    if (stepOfCode(secret, code, now()) !== undefined) return;
  }
  const hint = 'check the clocks of this machine and of the authenticator, and start again';
  throw new UsageError('WRONG_USE', 'the code is not right; nothing was changed', hint);
}
