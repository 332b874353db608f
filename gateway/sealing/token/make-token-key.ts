// Makes a device key inside a token, where nothing can take it out again, and tries it before anybody relies on it.

import { randomBytes } from 'node:crypto';
import type { Handle, Template } from 'pkcs11js';
import { fromHex } from '../../../ledger-sync/evidence/bytes.js';
import { adoptSignature, type CurveName } from '../../../ledger-sync/evidence/signature.js';
import type { TokenKey, TokenPlace } from '../token-key-file.js';
import { tokenError } from './token-error.js';
import { loadPkcs11, type Pkcs11 } from './token-library.js';
import { TokenSession } from './token-session.js';

/** DER of the object identifiers 1.3.132.0.10 (SEC 2 section A.2.1) and 1.2.840.10045.3.1.7 (RFC 5480 section 2.1.1.1). */
const curveParameters: Readonly<Record<CurveName, Buffer>> = {
  secp256k1: Buffer.from('06052b8104000a', 'hex'),
  'P-256': Buffer.from('06082a8648ce3d030107', 'hex'),
};

export interface MadeTokenKey {
  readonly key: TokenKey;
  /** Takes the key out of the token again: for a command that cannot finish. */
  undo(): void;
}

/**
 * Generates a key pair under the place's label, sensitive and not extractable.
 * @throws KeyError TOKEN_KEY_EXISTS, TOKEN_KEY_WEAK, TOKEN_CURVE_UNSUPPORTED, TOKEN_SIGNATURE_WRONG, and as `TokenSession`
 */
export async function makeTokenKey(place: TokenPlace, pin: string, curve: CurveName): Promise<MadeTokenKey> {
  const pkcs11 = await loadPkcs11();
  const session = new TokenSession(pkcs11, place, pin);
  let isMade = false;
  const { tokenLabel, keyLabel } = place;
  try {
    if (session.isTaken())
      throw tokenError('TOKEN_KEY_EXISTS', `token ${tokenLabel} has a key ${keyLabel} already`);
    const { privateKey } = session.generate(...templates(pkcs11, keyLabel, curve));
    isMade = true;
    requireKept(pkcs11, session, privateKey, place);
    const address = session.address(curve);
    if (!address) throw tokenError('TOKEN_CURVE_UNSUPPORTED', `token ${tokenLabel} made no key of ${curve}`);
    const digest = randomBytes(32);
    if (!adoptSignature(fromHex(address), digest, session.sign(privateKey, digest)))
      throw tokenError('TOKEN_SIGNATURE_WRONG', `token ${tokenLabel} does not sign by the key that it made`);
    return { key: { address, curve, ...place }, undo: () => destroy(pkcs11, place, pin) };
  } catch (error) {
    if (isMade) session.destroyPair();
    throw error;
  } finally {
    session.close();
  }
}

function destroy(pkcs11: Pkcs11, place: TokenPlace, pin: string): void {
  const session = new TokenSession(pkcs11, place, pin);
  session.destroyPair();
  session.close();
}

function templates(
  pkcs11: Pkcs11,
  keyLabel: string,
  curve: CurveName,
): [publicKey: Template, privateKey: Template] {
  const id = randomBytes(16);
  const shared = [
    { type: pkcs11.CKA_TOKEN, value: true },
    { type: pkcs11.CKA_LABEL, value: keyLabel },
    { type: pkcs11.CKA_ID, value: id },
  ];
  return [
    [
      ...shared,
      { type: pkcs11.CKA_PRIVATE, value: false },
      { type: pkcs11.CKA_VERIFY, value: true },
      { type: pkcs11.CKA_EC_PARAMS, value: curveParameters[curve] },
    ],
    [
      ...shared,
      { type: pkcs11.CKA_PRIVATE, value: true },
      { type: pkcs11.CKA_SENSITIVE, value: true },
      { type: pkcs11.CKA_EXTRACTABLE, value: false },
      { type: pkcs11.CKA_SIGN, value: true },
    ],
  ];
}

/** A module may take a wish and not heed it. */
function requireKept(pkcs11: Pkcs11, session: TokenSession, key: Handle, { tokenLabel }: TokenPlace): void {
  const is = (type: number) => session.attribute(key, type)[0] === 1;
  if (is(pkcs11.CKA_SENSITIVE) && !is(pkcs11.CKA_EXTRACTABLE)) return;
  throw tokenError('TOKEN_KEY_WEAK', `token ${tokenLabel} would give the private key away`);
}
