// What the unlocking process is asked and what it answers: one line of JSON each way. A key that a password opens stays in
// that process and dies with it.

import type { SealedKey } from '../../accounts/sealed-key.js';
import type { SignedRequest } from '../../accounts/signed-request.js';

export type UnlockJob =
  /** Opens the key of `signer` and signs. */
  | {
      readonly kind: 'sign';
      readonly key: SealedKey;
      readonly signer: string;
      readonly password: string;
      readonly request: SignedRequest;
    }
  /** Makes a new key. */
  | { readonly kind: 'new-key'; readonly password: string }
  /** Seals the same key under another password. */
  | {
      readonly kind: 'reseal';
      readonly key: SealedKey;
      readonly signer: string;
      readonly password: string;
      readonly newPassword: string;
    };

export type UnlockAnswer =
  | { readonly kind: 'signed'; readonly signature: string }
  | { readonly kind: 'sealed'; readonly signer: string; readonly key: SealedKey }
  /** The password opens nothing. */
  | { readonly kind: 'refused' };
