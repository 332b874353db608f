// The one-time code of a first start: printed in the terminal of whoever started the gateway, and good for one thing, once:
// to make the first administrator. Whoever reads the terminal could do that on the command line as well.

import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

/** Crockford's: nobody mistakes a letter for a digit. 60 bits. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const GROUPS = 3;
const GROUP_LENGTH = 4;
export const SETUP_CODE_LIFETIME_MS = 30 * 60_000;
/** Of all visitors together; a new start makes a new code. */
const MAX_ATTEMPTS = 10;
const TOKEN_BYTES = 32;

export type Redemption =
  | { readonly kind: 'redeemed'; readonly token: string; readonly expiresAtMs: number }
  | { readonly kind: 'wrong' }
  /** Expired, redeemed before, or guessed at too often. */
  | { readonly kind: 'spent' };

export class SetupCode {
  /** As it is printed, such as `7K3M-Q0ZD-4XNB`. */
  readonly text: string;
  readonly #expiresAtMs: number;
  #attempts = 0;
  #isRedeemed = false;
  #token: { readonly text: string; readonly expiresAtMs: number } | undefined;

  constructor(nowMs: number) {
    const group = () =>
      Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
    this.text = Array.from({ length: GROUPS }, group).join('-');
    this.#expiresAtMs = nowMs + SETUP_CODE_LIFETIME_MS;
  }

  /** Takes the code for a token, once. Small letters, spaces and letters that look like digits do not matter. */
  redeem(given: string, nowMs: number): Redemption {
    if (this.#isRedeemed || nowMs >= this.#expiresAtMs || this.#attempts >= MAX_ATTEMPTS)
      return { kind: 'spent' };
    this.#attempts += 1;
    if (!isSame(plain(given), plain(this.text))) return { kind: 'wrong' };
    this.#isRedeemed = true;
    const token = {
      text: randomBytes(TOKEN_BYTES).toString('base64url'),
      expiresAtMs: nowMs + SETUP_CODE_LIFETIME_MS,
    };
    this.#token = token;
    return { kind: 'redeemed', token: token.text, expiresAtMs: token.expiresAtMs };
  }

  /** Whether the token is the one that the code was taken for, and still good. */
  holds(token: string, nowMs: number): boolean {
    return this.#token !== undefined && nowMs < this.#token.expiresAtMs && isSame(token, this.#token.text);
  }

  /** The administrator is made: nothing of this is needed again. */
  close(): void {
    this.#isRedeemed = true;
    this.#token = undefined;
  }
}

function plain(code: string): string {
  return code.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
}

/** In a time that tells nothing. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/** What is printed where the gateway was started. */
export function firstStartText({ text }: SetupCode, url: string): string {
  const minutes = SETUP_CODE_LIFETIME_MS / 60_000;
  const { port } = new URL(url);
  return [
    '',
    `coldgate: nobody has an account yet. Open ${url} and enter this code within ${minutes} minutes, once:`,
    '',
    `    ${text}`,
    '',
    `From another computer: ssh -L ${port}:127.0.0.1:${port} USER@THIS-MACHINE, then http://127.0.0.1:${port}`,
    'A later start makes a new code. Without a browser: coldgate users create NAME --role administrator',
    '',
  ].join('\n');
}
