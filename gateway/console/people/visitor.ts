// Who sends a request: a person with a session, a program with a token, or nobody that is known. An account that was
// disabled, reset or given another role since has no session any more.

import { createHash } from 'node:crypto';
import { readAccount } from '../../accounts/account.js';
import { readToken, type StoredToken } from '../../accounts/api-token.js';
import type { StateView } from '../../requests/request.js';
import { isSameText, type Session, type SessionStore } from './session-store.js';

export type Visitor =
  | { readonly kind: 'person'; readonly session: Session; readonly sessionId: string }
  | { readonly kind: 'program'; readonly token: StoredToken }
  | { readonly kind: 'nobody' };

const nobody: Visitor = { kind: 'nobody' };
/** Says at a glance what was pasted into the wrong place. */
export const TOKEN_PREFIX = 'cgt_';

/** `cgt_ID_SECRET`; 16 hexadecimal digits and 43 of base64url. */
const tokenPattern = /^cgt_([0-9a-f]{16})_[A-Za-z0-9_-]{43}$/;

export const hashOfToken = (token: string) => createHash('sha256').update(token).digest('hex');

export class Visitors {
  readonly #sessions: SessionStore;
  readonly #state: StateView;
  readonly #now: () => number;
  readonly #usedAtMs = new Map<string, number>();

  constructor(sessions: SessionStore, state: StateView, now: () => number) {
    this.#sessions = sessions;
    this.#state = state;
    this.#now = now;
  }

  /**
   * @param sessionId of the cookie
   * @param authorization the header
   * @param isUse whether a person did something, and not a page by itself
   */
  who(sessionId: string | undefined, authorization: string | undefined, isUse: boolean): Visitor {
    if (authorization !== undefined) return this.#program(authorization);
    const session = sessionId === undefined ? undefined : this.#sessions.find(sessionId, isUse);
    if (!session || sessionId === undefined) return nobody;
    if (!this.holds(session)) {
      this.#sessions.close(sessionId);
      return nobody;
    }
    return { kind: 'person', session, sessionId };
  }

  /** Whether the account still is what it was when the session began. */
  holds({ name, role, signer }: Session): boolean {
    try {
      const account = readAccount(this.#state, name);
      return (
        account !== undefined && !account.isDisabled && account.role === role && account.signer === signer
      );
    } catch {
      // A row that cannot be read gives nobody rights.
      return false;
    }
  }

  /** Since this console started. */
  tokenUsedAtMs(id: string): number | undefined {
    return this.#usedAtMs.get(id);
  }

  #program(authorization: string): Visitor {
    const [, secret = ''] = /^Bearer (\S+)$/i.exec(authorization) ?? [];
    const [, id = ''] = tokenPattern.exec(secret) ?? [];
    const token = id === '' ? undefined : readToken(this.#state, id);
    const nowMs = this.#now();
    if (!token || token.revokedAtMs !== undefined || nowMs >= token.expiresAtMs) return nobody;
    if (!isSameText(hashOfToken(secret), token.secretHash)) return nobody;
    this.#usedAtMs.set(id, nowMs);
    return { kind: 'program', token };
  }
}
