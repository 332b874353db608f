// What a person gets: a key under a password that is worth one, and an authenticator that has shown a right code. The same
// for the first account, for every later one and for a reset.

import { passwordProblem } from '../../accounts/password-rules.js';
import type { SealedKey } from '../../accounts/sealed-key.js';
import { stepOfCode } from '../../accounts/totp.js';
import { ConsoleError } from '../console-error.js';
import type { PersonDesk } from './person-desk.js';

export interface EnrolmentWish {
  readonly name: string;
  readonly newPassword: string;
  /** Base32. */
  readonly totpSecret: string;
  /** Of the authenticator that has the secret. */
  readonly newCode: string;
}

export interface Enrolment {
  readonly signer: string;
  readonly secret: { readonly key: SealedKey; readonly totp: string };
}

/** @throws ConsoleError PASSWORD_REFUSED */
export function requirePassword(password: string, name: string): void {
  const refused = passwordProblem(password, name);
  if (refused === undefined) return;
  const hint = '12 to 128 characters; four words that have nothing to do with each other are good';
  throw new ConsoleError(400, 'PASSWORD_REFUSED', `the new password is not taken: ${refused}`, hint);
}

/** @throws ConsoleError PASSWORD_REFUSED, AUTHENTICATOR_WRONG, CONSOLE_BUSY, UNLOCK_FAILED */
export async function enrol(people: PersonDesk, wish: EnrolmentWish, nowMs: number): Promise<Enrolment> {
  const { name, newPassword, totpSecret, newCode } = wish;
  requirePassword(newPassword, name);
  if (stepOfCode(totpSecret, newCode, nowMs) === undefined) {
    const hint = 'check the clocks of this machine and of the authenticator';
    throw new ConsoleError(400, 'AUTHENTICATOR_WRONG', 'the code of the authenticator is not right', hint);
  }
  const { signer, key } = await people.newKey(newPassword);
  return { signer, secret: { key, totp: totpSecret } };
}
