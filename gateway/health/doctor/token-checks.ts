// The token with the device key, if there is one: logs in and lets it sign bytes of no meaning. A PIN that is nearly used up
// is not tried.

import { randomBytes } from 'node:crypto';
import type { Config } from '../../../config/schema.js';
import { KeyError } from '../../sealing/key-error.js';
import { readTokenKey } from '../../sealing/key-file.js';
import { openTokenSigner } from '../../sealing/token/token-signer.js';
import type { TokenKey } from '../../sealing/token-key-file.js';
import { type DoctorCheck, type DoctorWord, fine, found } from './doctor-check.js';

export function tokenChecks({ gateway }: Config): DoctorCheck[] {
  const key = tokenKeyOf(gateway.keyFile);
  if (!key) return [];
  const mend = 'config/README.md has a section on tokens; records wait in memory until the token signs';
  return [{ id: 'token', mend, look: () => tokenWord(key, gateway.passphraseFile) }];
}

/** A key file that is no key file is another check's to tell. */
function tokenKeyOf(keyFile: string): TokenKey | undefined {
  try {
    return readTokenKey(keyFile);
  } catch {
    return undefined;
  }
}

async function tokenWord(key: TokenKey, pinFile: string): Promise<DoctorWord> {
  try {
    const signer = await openTokenSigner(key, pinFile);
    const begunMs = performance.now();
    signer.sign(randomBytes(32));
    const tookMs = Math.round(performance.now() - begunMs);
    signer.close();
    return fine(
      `token ${key.tokenLabel} signs by key ${key.keyLabel}, ${key.address}; ${tookMs} ms with login`,
    );
  } catch (error) {
    if (error instanceof KeyError) return found(`${error.message} [${error.code}]`, error.hint);
    throw error;
  }
}
