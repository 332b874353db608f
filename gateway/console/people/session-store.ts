// The sessions of this console, in memory: a restart signs everybody out. Of a session's id only the hash is kept, so that a
// look into the memory of this process opens none.

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Account } from '../../accounts/account.js';
import type { Role } from '../../requests/request.js';

const ID_BYTES = 32;
/** All together, and of one person: the oldest is ended. */
const MAX_SESSIONS = 1_000;
const MAX_SESSIONS_OF_ONE = 8;

export interface Session {
  readonly name: string;
  readonly printedName: string;
  readonly role: Role;
  /** Of the key at sign-in: a reset account has another. */
  readonly signer: string;
  readonly csrfToken: string;
  readonly endsAtMs: number;
  idleUntilMs: number;
  /** What ends with it, such as streams. */
  readonly onEnd: Set<() => void>;
}

export interface SessionTimes {
  readonly idleMs: number;
  readonly maxMs: number;
  readonly now: () => number;
}

const keyOf = (id: string) => createHash('sha256').update(id).digest('base64url');

/** In the same time wherever they differ. */
export function isSameText(given: string, right: string): boolean {
  const [one, other] = [given, right].map((text) => createHash('sha256').update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}

export class SessionStore {
  readonly #times: SessionTimes;
  readonly #sessions = new Map<string, Session>();

  constructor(times: SessionTimes) {
    this.#times = times;
  }

  get count(): number {
    return this.#sessions.size;
  }

  /** A new session under an id that nobody has seen before, whatever the visitor brought along. */
  open({ name, printedName, role, signer }: Account): { readonly id: string; readonly session: Session } {
    this.sweep();
    const ofOne = [...this.#sessions].filter(([, session]) => session.name === name);
    if (ofOne.length >= MAX_SESSIONS_OF_ONE) this.#end(ofOne[0]?.[0]);
    if (this.#sessions.size >= MAX_SESSIONS) this.#end([...this.#sessions.keys()][0]);
    const id = randomBytes(ID_BYTES).toString('base64url');
    const nowMs = this.#times.now();
    const session: Session = {
      ...{ name, printedName, role, signer },
      csrfToken: randomBytes(ID_BYTES).toString('base64url'),
      endsAtMs: nowMs + this.#times.maxMs,
      idleUntilMs: nowMs + this.#times.idleMs,
      onEnd: new Set(),
    };
    this.#sessions.set(keyOf(id), session);
    return { id, session };
  }

  /**
   * The session of that id while it lasts.
   * @param isUse moves its idle time; what a page asks by itself is no use
   */
  find(id: string, isUse: boolean): Session | undefined {
    const key = keyOf(id);
    const session = this.#sessions.get(key);
    if (!session) return undefined;
    const nowMs = this.#times.now();
    if (nowMs >= Math.min(session.idleUntilMs, session.endsAtMs)) {
      this.#end(key);
      return undefined;
    }
    if (isUse) session.idleUntilMs = nowMs + this.#times.idleMs;
    return session;
  }

  close(id: string): void {
    this.#end(keyOf(id));
  }

  /** Ends those that `isOver`, and those whose time is over. */
  sweep(isOver: (session: Session) => boolean = () => false): void {
    const nowMs = this.#times.now();
    for (const [key, session] of this.#sessions) {
      if (nowMs >= Math.min(session.idleUntilMs, session.endsAtMs) || isOver(session)) this.#end(key);
    }
  }

  #end(key: string | undefined): void {
    if (key === undefined) return;
    const session = this.#sessions.get(key);
    this.#sessions.delete(key);
    for (const end of session?.onEnd ?? []) end();
  }
}
