// What goes wrong with sealed files and recipients' keys. A message never carries a key or a part of one.

export type SealedErrorCode = 'RECIPIENT_INVALID' | 'SEALED_MALFORMED' | 'NOT_FOR_THIS_KEY' | 'SEALED_BROKEN';

export class SealedError extends Error {
  readonly code: SealedErrorCode;
  /** What a person can do about it. */
  readonly hint: string;

  constructor(code: SealedErrorCode, message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'SealedError';
    this.code = code;
    this.hint = hint;
  }
}
