// What can become of a request to the console, as a page must tell it to a person.

export type ApiTrouble =
  /** No answer: the gateway is out of reach or restarts. */
  | 'offline'
  /** Nobody is logged in any more. */
  | 'logged-out'
  /** Logged in, but not allowed to. */
  | 'forbidden'
  | 'absent'
  /** The gateway said no, and why. */
  | 'refused'
  /** Too many in too short a time. */
  | 'slow-down'
  /** The gateway has not decided yet, or has too much to do. */
  | 'busy'
  /** The console itself failed. */
  | 'failed';

/** What the console says of a refusal; written for people, in English. */
export interface Told {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

export class ApiError extends Error {
  readonly trouble: ApiTrouble;
  readonly told: Told | undefined;
  /** When it may be tried again, ms. */
  readonly retryAfterMs: number | undefined;

  constructor(trouble: ApiTrouble, told?: Told, retryAfterMs?: number) {
    super(told?.message ?? trouble);
    this.trouble = trouble;
    this.told = told;
    this.retryAfterMs = retryAfterMs;
  }
}

const troubles: Readonly<Record<number, ApiTrouble>> = {
  401: 'logged-out',
  403: 'forbidden',
  404: 'absent',
  429: 'slow-down',
  502: 'offline',
  503: 'busy',
  504: 'offline',
};

/** A wrong password or code, not a session that is over. */
const CREDENTIALS_REFUSED = 'CREDENTIALS_REFUSED';

/** Which trouble an answer is, by its status and the code in it. Pure. */
export function troubleOf(status: number, code?: string): ApiTrouble {
  if (code === CREDENTIALS_REFUSED) return 'refused';
  return troubles[status] ?? (status >= 500 ? 'failed' : 'refused');
}

/** The refusal in an answer's body, if it is one. Pure. */
export function toldOf(body: unknown): Told | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { code, message, hint } = body as Readonly<Record<string, unknown>>;
  if (typeof code !== 'string' || typeof message !== 'string') return undefined;
  return { code, message, ...(typeof hint === 'string' ? { hint } : {}) };
}
