// What `--pkcs11` adds to `coldgate init` and `coldgate enrol`: the device key is made inside a token, and the key file names it.

import { isAbsolute, resolve } from 'node:path';
import type { CurveName } from '../../ledger-sync/evidence/signature.js';
import { readPassphrase } from '../sealing/key-file.js';
import { makeTokenKey } from '../sealing/token/make-token-key.js';
import { createTokenKeyFile, isTokenPlace, type TokenPlace } from '../sealing/token-key-file.js';
import { UsageError } from './cli-io.js';
import { tokenCurves } from './device-key-options.js';

export interface TokenOptions {
  /** Absolute path of the PKCS#11 module. */
  readonly pkcs11?: string | undefined;
  /** Label of the token. */
  readonly token?: string | undefined;
  readonly keyLabel?: string | undefined;
  /** Stays where it is; the configuration names it. */
  readonly pinFile?: string | undefined;
  /** By default secp256k1. */
  readonly curve?: keyof typeof tokenCurves | undefined;
}

export interface TokenChoice {
  readonly place: TokenPlace;
  readonly pinFile: string;
  readonly curve: CurveName;
}

const KEY_LABEL = 'coldgate';

/** @throws UsageError for options that do not go together */
export function tokenChoiceOf(options: TokenOptions): TokenChoice | undefined {
  const { pkcs11, token, keyLabel, pinFile, curve } = options;
  if (pkcs11 === undefined) {
    if ([token, keyLabel, pinFile, curve].every((option) => option === undefined)) return undefined;
    const message = '--token, --key-label, --pin-file and --curve belong to --pkcs11';
    throw wrong(message, 'name the module too; a key in a file is of secp256k1');
  }
  if (token === undefined || pinFile === undefined) {
    const hint = 'add --token LABEL and --pin-file FILE (mode 0600)';
    throw wrong('--pkcs11 needs the token and the file with its PIN', hint);
  }
  const place = { module: pkcs11, tokenLabel: token, keyLabel: keyLabel ?? KEY_LABEL };
  if (!isAbsolute(pkcs11)) throw wrong(`${pkcs11} is no absolute path`, 'find / -name "*pkcs11*.so"');
  if (!isTokenPlace(place))
    throw wrong('a label is too long or has blanks around it', 'a token label has 1 to 32 bytes');
  // It stands in the configuration as it is given.
  const path = resolve(pinFile);
  if (!/^[A-Za-z0-9._/-]+$/.test(path))
    throw wrong(`${JSON.stringify(path)} cannot stand in the file`, 'use letters, digits, . _ - and /');
  return { place, pinFile: path, curve: tokenCurves[curve ?? 'secp256k1'] };
}

/**
 * Makes the key and its file.
 * @param onMade told what takes the key out of the token again
 * @returns its address
 * @throws KeyError
 */
export async function makeInToken(
  { place, pinFile, curve }: TokenChoice,
  keyFile: string,
  onMade: (undo: () => void) => void,
): Promise<string> {
  const { key, undo } = await makeTokenKey(place, readPassphrase(pinFile), curve);
  onMade(undo);
  createTokenKeyFile(keyFile, key);
  return key.address;
}

const wrong = (message: string, hint: string) => new UsageError('WRONG_USE', message, hint);
