// Signs with a key in a token. The token is looked for at the first signature, and anew after each failure, so that one
// that was pulled out signs again when it is back. What it answers is a signature of the gateway's own key over that very
// digest, or it is thrown away.

import { createHash } from 'node:crypto';
import { fromHex } from '../../../ledger-sync/evidence/bytes.js';
import { adoptSignature, type CurveName } from '../../../ledger-sync/evidence/signature.js';
import type { Signer } from '../../../ledger-sync/evidence/signer.js';
import { KeyError } from '../key-error.js';
import { readPassphrase } from '../key-file.js';
import type { TokenKey } from '../token-key-file.js';
import { tokenError } from './token-error.js';
import { loadPkcs11 } from './token-library.js';
import { TokenSession } from './token-session.js';

/** What signs with the one key: r, then s, as a token gives them. */
export interface SigningSession {
  sign(digest: Uint8Array): Uint8Array;
  close(): void;
}

export interface TokenSignerParts {
  readonly key: TokenKey;
  /** @throws KeyError */
  readonly readPin: () => string;
  /** Opens a session with the token, logged in. @throws KeyError */
  readonly connect: (pin: string) => SigningSession;
}

export class TokenSigner implements Signer {
  readonly address: Uint8Array;
  readonly curve: CurveName;
  readonly #parts: TokenSignerParts;
  #session: SigningSession | undefined;
  /** Hash of the PIN that the token refused, with what it said: a few more tries would lock it. */
  #refused: { readonly pin: string; readonly error: KeyError } | undefined;

  constructor(parts: TokenSignerParts) {
    this.#parts = parts;
    this.address = fromHex(parts.key.address);
    this.curve = parts.key.curve;
  }

  /** @throws KeyError with a code that begins with TOKEN_; the next call tries again */
  sign(digest: Uint8Array): Uint8Array {
    const signature = adoptSignature(this.address, digest, this.#answerTo(digest));
    if (signature) return signature;
    this.#drop();
    const { tokenLabel, address } = this.#parts.key;
    const message = `what token ${tokenLabel} answered is no signature of ${address} over what it was given`;
    throw tokenError('TOKEN_SIGNATURE_WRONG', message);
  }

  /** Ends the session; the next signature opens another. */
  close(): void {
    this.#drop();
  }

  #answerTo(digest: Uint8Array): Uint8Array {
    if (this.#session) {
      try {
        return this.#session.sign(digest);
      } catch {
        // It may have been out and in again since the last commit; if not, the fresh session says what is wrong.
        this.#drop();
      }
    }
    this.#session = this.#connect();
    try {
      return this.#session.sign(digest);
    } catch (error) {
      this.#drop();
      throw error;
    }
  }

  #connect(): SigningSession {
    const pin = this.#pin();
    const hash = createHash('sha256').update(pin).digest('hex');
    if (this.#refused?.pin === hash) throw this.#refused.error;
    try {
      const session = this.#parts.connect(pin);
      this.#refused = undefined;
      return session;
    } catch (error) {
      if (error instanceof KeyError && error.code === 'TOKEN_PIN_WRONG') this.#refused = { pin: hash, error };
      throw error;
    }
  }

  #pin(): string {
    try {
      return this.#parts.readPin();
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      throw tokenError('TOKEN_PIN_UNREADABLE', `the PIN cannot be read: ${said}`, error);
    }
  }

  #drop(): void {
    this.#session?.close();
    this.#session = undefined;
  }
}

/** @throws KeyError TOKEN_SUPPORT_ABSENT */
export async function openTokenSigner(key: TokenKey, pinFile: string): Promise<TokenSigner> {
  const pkcs11 = await loadPkcs11();
  const connect = (pin: string): SigningSession => {
    const session = new TokenSession(pkcs11, key, pin);
    try {
      refuseOther(key, session.address(key.curve));
      const handle = session.privateKey();
      return { sign: (digest) => session.sign(handle, digest), close: () => session.close() };
    } catch (error) {
      session.close();
      throw error;
    }
  };
  return new TokenSigner({ key, readPin: () => readPassphrase(pinFile), connect });
}

/** Without a public key in the token its first signature tells. */
function refuseOther({ address, tokenLabel, keyLabel }: TokenKey, found: string | undefined): void {
  if (found === undefined || found === address) return;
  throw tokenError('TOKEN_KEY_WRONG', `key ${keyLabel} of token ${tokenLabel} is ${found}, not ${address}`);
}
