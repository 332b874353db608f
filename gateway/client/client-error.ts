// What the client throws at its own caller: options or a stored state that cannot be right. What comes over the wire never
// throws: it becomes an event.

export type ClientErrorCode = 'CLIENT_OPTION' | 'CLIENT_STATE';

export class ClientError extends Error {
  readonly code: ClientErrorCode;
  /** What a person can do about it. */
  readonly hint: string;

  constructor(code: ClientErrorCode, message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ClientError';
    this.code = code;
    this.hint = hint;
  }
}
