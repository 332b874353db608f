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
  | 'PASSPHRASE_WRONG'
  | TokenErrorCode;

export type TokenErrorCode =
  /** pkcs11js is not installed. */
  | 'TOKEN_SUPPORT_ABSENT'
  | 'TOKEN_MODULE_UNUSABLE'
  | 'TOKEN_ABSENT'
  | 'TOKEN_AMBIGUOUS'
  | 'TOKEN_PIN_UNREADABLE'
  | 'TOKEN_PIN_WRONG'
  | 'TOKEN_PIN_LAST_TRY'
  | 'TOKEN_PIN_LOCKED'
  | 'TOKEN_KEY_ABSENT'
  | 'TOKEN_KEY_EXISTS'
  | 'TOKEN_KEY_WRONG'
  | 'TOKEN_KEY_WEAK'
  | 'TOKEN_CURVE_UNSUPPORTED'
  | 'TOKEN_SIGNATURE_WRONG'
  | 'TOKEN_FAILED'
  /** The key file names a token where a key in a file is needed. */
  | 'TOKEN_NOT_POSSIBLE';

export const isTokenCode = (code: string): code is TokenErrorCode => code.startsWith('TOKEN_');

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
