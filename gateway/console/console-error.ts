// Why the console refuses, with the HTTP status that says so. What the gateway role refuses keeps its own code.

export class ConsoleError extends Error {
  override readonly name = 'ConsoleError';

  /** @param code SCREAMING_SNAKE_CASE */
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly hint: string,
    /** When to come back; told as `retry-after`. */
    readonly retryAfterSeconds?: number,
  ) {
    super(message);
  }
}

export const unknown = (what: string, code = 'NOT_FOUND') =>
  new ConsoleError(404, code, `there is no ${what}`, 'look at the list again');

export const busy = (what: string) =>
  new ConsoleError(503, 'CONSOLE_BUSY', `${what}: too many wait already`, 'try again in a moment', 5);
