// Who asks, and the proof of it: the password opens the person's key in this process, the key signs the request, and
// the code of the authenticator goes with it. The gateway role gets signature and code, never the password. A password
// that opens nothing is told to the role, so that it counts.

import { type Account, accountName, readAccount } from '../accounts/account.js';
import { FAILED_ATTEMPT } from '../accounts/failed-attempt.js';
import { proofOf, requestOf } from '../accounts/person-request.js';
import { openKey } from '../accounts/sealed-key.js';
import { signRequest } from '../accounts/signed-request.js';
import type { StateView } from '../requests/request.js';
import { RequestError } from '../requests/request-error.js';
import type { Authorisations, submitRequest } from '../requests/submit.js';
import { readPassphrase } from '../sealing/key-file.js';
import { UsageError } from './cli-io.js';
import type { Prompt } from './terminal-prompt.js';

/** As commander gives them. */
export interface CredentialOptions {
  readonly config: string;
  /** Name of the account; else COLDGATE_USER. */
  readonly as?: string;
  /** Else COLDGATE_PASSWORD_FILE, else asked for. */
  readonly passwordFile?: string;
  /** Else COLDGATE_CODE, else asked for. */
  readonly code?: string;
}

export interface CredentialParts {
  readonly submit: typeof submitRequest;
  readonly prompt: Prompt;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Unix ms. */
  readonly now: () => number;
}

interface Unlocked {
  readonly account: Account;
  readonly privateKey: Uint8Array;
}

/** Whoever the options name. @returns undefined if they name nobody. @throws UsageError for what is no name */
export function credentialsOf(options: CredentialOptions, parts: CredentialParts): Credentials | undefined {
  const name = options.as ?? parts.env.COLDGATE_USER;
  if (name === undefined) return undefined;
  if (accountName.safeParse(name).success) return new Credentials(name, options, parts);
  throw new UsageError(
    'WRONG_USE',
    `${JSON.stringify(name)} is no account name`,
    'use 1 to 64 of a-z 0-9 _ -',
  );
}

export class Credentials {
  readonly #name: string;
  readonly #options: CredentialOptions;
  readonly #parts: CredentialParts;
  #unlocked: Promise<Unlocked> | undefined;

  constructor(name: string, options: CredentialOptions, parts: CredentialParts) {
    this.#name = name;
    this.#options = options;
    this.#parts = parts;
  }

  /** Signs one request, with a code of its own. @throws as `unlock` */
  readonly authorise: Authorisations = async (kind, document, state) => {
    const { account, privateKey } = await this.unlock(state);
    const code = await this.#code();
    // Now, not when the command began: a person may have been asked in between.
    const request = requestOf(account, kind, document, this.#parts.now());
    return proofOf(request, code, signRequest(privateKey, request));
  };

  /**
   * The account and its key; the password is asked for once.
   * @throws RequestError CREDENTIALS_REFUSED for a wrong name or password
   * @throws UsageError, KeyError when the password cannot be had; AccountError
   */
  unlock(state: StateView): Promise<Unlocked> {
    this.#unlocked ??= this.#open(state);
    return this.#unlocked;
  }

  async #open(state: StateView): Promise<Unlocked> {
    const { submit, prompt, env } = this.#parts;
    const account = readAccount(state, this.#name);
    const file = this.#options.passwordFile ?? env.COLDGATE_PASSWORD_FILE;
    const password =
      file === undefined ? await prompt.secret(`password of ${this.#name}: `) : readPassphrase(file);
    const privateKey = account && (await openKey(account.key, password, account.signer));
    if (account && privateKey) return { account, privateKey };
    await submit(this.#options.config, FAILED_ATTEMPT, { name: this.#name });
    throw new RequestError(
      'CREDENTIALS_REFUSED',
      `${this.#name}: name or password is wrong; the attempt is recorded`,
      'five failures lock an account for 15 minutes; coldgate users show NAME tells',
    );
  }

  async #code(): Promise<string> {
    const told = this.#options.code ?? this.#parts.env.COLDGATE_CODE;
    return codeOf(told ?? (await this.#parts.prompt.line(`code of ${this.#name}: `)));
  }
}

/** Authenticators show a gap in the middle. @throws UsageError */
export function codeOf(typed: string): string {
  const code = typed.replaceAll(' ', '');
  if (/^[0-9]{6}$/.test(code)) return code;
  // Not repeated: it may be a password in the wrong place.
  throw new UsageError('WRONG_USE', 'this is no code', 'type the six digits that the authenticator shows');
}
