// What people ask for, as requests in their name: the password opens the key in a process of its own, the key signs, and
// the gateway role decides. A password that opens nothing is told to the role, so that it counts and stands in the log.

import { type Account, accountName, readAccount } from '../../accounts/account.js';
import { FAILED_ATTEMPT } from '../../accounts/failed-attempt.js';
import { proofOf, requestOf } from '../../accounts/person-request.js';
import type { SealedKey } from '../../accounts/sealed-key.js';
import type { RequestRows } from '../../journal/request-rows.js';
import type { StateView } from '../../requests/request.js';
import { askGateway } from '../../requests/submit.js';
import type { DetailDocument } from '../../sealing/draft-record.js';
import { ConsoleError } from '../console-error.js';
import { decoyKey } from './decoy-key.js';
import type { UnlockDesk } from './unlock-desk.js';

export interface PersonCredentials {
  readonly name: string;
  readonly password: string;
  /** Six digits. */
  readonly code: string;
}

export interface PersonDeskParts {
  readonly rows: RequestRows;
  readonly state: StateView;
  readonly unlock: UnlockDesk;
  /** Unix ms. */
  readonly now: () => number;
}

export type Answer = DetailDocument & { readonly sequence: number };

export class PersonDesk {
  readonly #parts: PersonDeskParts;

  constructor(parts: PersonDeskParts) {
    this.#parts = parts;
  }

  /**
   * Asks in a person's name.
   * @returns what the handler answers, with the sequence of its first record
   * @throws ConsoleError CREDENTIALS_REFUSED, CONSOLE_BUSY, UNLOCK_FAILED; RequestError with the refusal's code, or
   *   GATEWAY_SILENT; AccountError
   */
  async ask(who: PersonCredentials, kind: string, document: DetailDocument): Promise<Answer> {
    const account = this.#account(who.name);
    const { key, signer } = account ?? decoyKey();
    const person = account ?? ({ name: who.name, printedName: who.name, role: 'auditor' } as const);
    const request = requestOf(person, kind, document, this.#parts.now());
    const { password } = who;
    const opened = await this.#parts.unlock.ask({ kind: 'sign', key, signer, password, request });
    if (!account || opened.kind !== 'signed') throw await this.#refused(who.name);
    return askGateway(this.#parts.rows, kind, document, proofOf(request, who.code, opened.signature));
  }

  /** A new key under a password. @throws ConsoleError CONSOLE_BUSY, UNLOCK_FAILED */
  async newKey(password: string): Promise<{ readonly signer: string; readonly key: SealedKey }> {
    const made = await this.#parts.unlock.ask({ kind: 'new-key', password });
    if (made.kind === 'sealed') return made;
    throw new ConsoleError(503, 'UNLOCK_FAILED', 'no key could be made', 'try again');
  }

  /** The person's own key under another password. @throws as `ask` */
  async resealed(who: PersonCredentials, newPassword: string): Promise<SealedKey> {
    const account = this.#account(who.name);
    const { key, signer } = account ?? decoyKey();
    const job = { kind: 'reseal', key, signer, password: who.password, newPassword } as const;
    const answer = await this.#parts.unlock.ask(job);
    if (!account || answer.kind !== 'sealed') throw await this.#refused(who.name);
    return answer.key;
  }

  #account(name: string): Account | undefined {
    return accountName.safeParse(name).success ? readAccount(this.#parts.state, name) : undefined;
  }

  /** Says the same whatever was wrong. */
  async #refused(name: string): Promise<ConsoleError> {
    // What is no name is nobody's failure, and no record could hold it.
    if (accountName.safeParse(name).success)
      await askGateway(this.#parts.rows, FAILED_ATTEMPT, { name }, undefined);
    return new ConsoleError(
      401,
      'CREDENTIALS_REFUSED',
      'name, password or code is wrong, or the account is locked or disabled',
      'five failures lock an account for 15 minutes; each attempt is recorded',
    );
  }
}
