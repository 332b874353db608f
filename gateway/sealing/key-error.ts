// Why a key or a secret cannot be used. No message ever carries a key, a passphrase or a part of one.

export type KeyErrorCode =
  | 'KEY_FILE_ABSENT'
  | 'KEY_FILE_EXISTS'
  | 'KEY_FILE_OPEN_TO_OTHERS'
  | 'KEY_FILE_WRONG_OWNER'
  | 'KEY_FILE_UNREADABLE'
  | 'KEY_FILE_UNWRITABLE'
  | 'KEY_FILE_DAMAGED'
  | 'KEY_INVALID'
  | 'PASSPHRASE_EMPTY'
  | 'PASSPHRASE_WRONG';

export class KeyError extends Error {
  override readonly name = 'KeyError';
  readonly code: KeyErrorCode;
  readonly hint: string;

  constructor(code: KeyErrorCode, message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
  }
}
