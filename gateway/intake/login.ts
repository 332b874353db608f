// Who a client of the sensor broker is. What a user's entry names is needed, all of it: the password, the certificate, or
// both. The gateway's own password is made anew at each start.

import { timingSafeEqual } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { BrokerUser, Identity } from './broker-access.js';
import { IntakeError } from './intake-error.js';
import { LoginQueue } from './login-queue.js';
import { LoginSlowdown } from './login-slowdown.js';
import { decoyHash, matchesHash } from './password-hash.js';

/** A connection before it has said who it is. */
export interface Visitor {
  /** The network that it is counted under. */
  readonly network: string;
  /** Common name of its certificate, if that was checked. */
  readonly certificateName: string | undefined;
  /** Aborted when the connection ends. */
  readonly gone: AbortSignal;
}

export interface OwnCredentials {
  readonly username: string;
  readonly password: string;
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function refused(): IntakeError {
  return new IntakeError(
    'LOGIN_REFUSED',
    'wrong user, password or certificate',
    'check the entry of that sensor in mqttIntake.users, and what it logs in with',
  );
}

export class Logins {
  readonly #own: OwnCredentials;
  readonly #users: ReadonlyMap<string, BrokerUser>;
  readonly #usersByCertificate: ReadonlyMap<string, BrokerUser>;
  readonly #hasHashes: boolean;
  readonly #queue = new LoginQueue();
  readonly #slowdown = new LoginSlowdown();

  constructor(own: OwnCredentials, users: readonly BrokerUser[]) {
    this.#own = own;
    this.#users = new Map(users.map((user) => [user.username, user]));
    this.#usersByCertificate = new Map(
      users.flatMap((user) => (user.certificateName === undefined ? [] : [[user.certificateName, user]])),
    );
    this.#hasHashes = users.some((user) => user.passwordHash !== undefined);
  }

  /** Whom the client says to be. Nothing is proven by it. */
  claimed(username: string | undefined, visitor: Visitor): Identity | undefined {
    if (username === this.#own.username) return 'gateway';
    if (this.#users.size === 0) return 'anyone';
    if (username) return this.#users.get(username);
    return this.#usersByCertificate.get(visitor.certificateName ?? '');
  }

  /** Who the client is. @throws IntakeError LOGIN_REFUSED, LOGINS_BUSY */
  async login(username: string | undefined, password: string, visitor: Visitor): Promise<Identity> {
    const claimed = this.claimed(username, visitor);
    if (claimed === 'anyone') return claimed;
    // Before anything slow: the gateway must not wait behind those that guess.
    if (claimed === 'gateway' && isSame(password, this.#own.password)) return claimed;
    const delayMs = this.#slowdown.delayMs(visitor.network, performance.now());
    if (delayMs > 0) await wait(delayMs, undefined, { signal: visitor.gone, ref: false }).catch(() => {});
    if (visitor.gone.aborted) throw refused();
    const isProven = claimed !== 'gateway' && (await this.#proves(claimed, password, visitor));
    if (isProven && claimed !== undefined) return claimed;
    this.#slowdown.failed(visitor.network, performance.now());
    throw refused();
  }

  async #proves(user: BrokerUser | undefined, password: string, visitor: Visitor): Promise<boolean> {
    const hash = user ? user.passwordHash : this.#hasHashes ? decoyHash : undefined;
    const matches = hash === undefined || (await this.#queue.run(async () => matchesHash(password, hash)));
    if (!user || !matches) return false;
    // An empty password file is no password.
    if (user.password === '' || (user.password !== undefined && !isSame(password, user.password)))
      return false;
    if (user.certificateName !== undefined && user.certificateName !== visitor.certificateName) return false;
    return [user.password, user.passwordHash, user.certificateName].some((proof) => proof !== undefined);
  }
}
