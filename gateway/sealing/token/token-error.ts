// Why a token does not sign, with what a person can do: every error of a PKCS#11 module is wrapped here. A return value is
// named as the standard has it (PKCS #11 v2.40 section 5.1). None carries the PIN.

import { KeyError, type TokenErrorCode } from '../key-error.js';

const CKR_PIN_INCORRECT = 0xa0;
const CKR_PIN_EXPIRED = 0xa3;
const CKR_PIN_LOCKED = 0xa4;
const CKR_USER_PIN_NOT_INITIALIZED = 0x102;
const CKR_DEVICE_REMOVED = 0x32;
const CKR_TOKEN_NOT_PRESENT = 0xe0;
const CKR_CURVE_NOT_SUPPORTED = 0x140;
const CKR_MECHANISM_INVALID = 0x70;
const CKR_DOMAIN_PARAMS_INVALID = 0x130;

const WAITS = 'the gateway goes on by itself when it is there';

const hints: Readonly<Partial<Record<TokenErrorCode, string>>> = {
  TOKEN_SUPPORT_ABSENT:
    'apt-get install g++ make python3, then: npm install pkcs11js, or npm rebuild pkcs11js',
  TOKEN_MODULE_UNUSABLE:
    'check the path in the key file, that the package of the module is installed, and its own configuration',
  TOKEN_ABSENT: `plug it in; pkcs11-tool --module MODULE -L lists what the module sees; ${WAITS}`,
  TOKEN_AMBIGUOUS: 'take one of them out, or give it another label',
  TOKEN_PIN_UNREADABLE: 'check gateway.passphraseFile: for a token it holds the PIN',
  TOKEN_PIN_WRONG: 'write the right PIN into gateway.passphraseFile; the wrong one is not tried again',
  TOKEN_PIN_LAST_TRY:
    'the last try is left to a person: pkcs11-tool --module MODULE --login --list-objects with the right PIN',
  TOKEN_PIN_LOCKED: 'unlock it with the PIN of its security officer (PUK)',
  TOKEN_KEY_ABSENT:
    'pkcs11-tool --module MODULE --login --list-objects shows its keys; is it the right token?',
  TOKEN_KEY_EXISTS: 'choose another --key-label: a device key that is lost cannot be made again',
  TOKEN_KEY_WRONG: 'put the token in whose address stands in the key file',
  TOKEN_KEY_WEAK: 'use a token that keeps its keys',
  TOKEN_CURVE_UNSUPPORTED:
    '--curve p256 for a secure element or a TPM; config/README.md names tokens with secp256k1',
  TOKEN_SIGNATURE_WRONG: 'the token or its driver is broken; nothing of it was kept; replace it',
};

export function tokenError(code: TokenErrorCode, message: string, cause?: unknown): KeyError {
  const hint = hints[code] ?? `look at the token, its cable and its driver; ${WAITS}`;
  return new KeyError(code, message, hint, cause);
}

const codeOf = (error: unknown) =>
  error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined;

/** @param doing what was tried, such as `sign` */
export function asTokenError(error: unknown, doing: string, tokenLabel: string): KeyError {
  if (error instanceof KeyError) return error;
  const said = error instanceof Error ? error.message : String(error);
  const wrap = (code: TokenErrorCode, what: string) =>
    tokenError(code, `token ${tokenLabel} ${what} (${doing}: ${said})`, error);
  switch (codeOf(error)) {
    case CKR_PIN_INCORRECT:
      return wrap('TOKEN_PIN_WRONG', 'refuses the PIN');
    case CKR_PIN_LOCKED:
      return wrap('TOKEN_PIN_LOCKED', 'is locked');
    case CKR_PIN_EXPIRED:
    case CKR_USER_PIN_NOT_INITIALIZED:
      return wrap('TOKEN_PIN_LOCKED', 'has no PIN that is valid');
    case CKR_DEVICE_REMOVED:
    case CKR_TOKEN_NOT_PRESENT:
      return wrap('TOKEN_ABSENT', 'is not there');
    case CKR_CURVE_NOT_SUPPORTED:
    case CKR_DOMAIN_PARAMS_INVALID:
    case CKR_MECHANISM_INVALID:
      return wrap('TOKEN_CURVE_UNSUPPORTED', 'has no ECDSA on that curve');
    default:
      return wrap('TOKEN_FAILED', 'does not work');
  }
}
