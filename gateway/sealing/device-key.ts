// The two places where a device key can be, as they cross to the writer thread, and the signer of each. What makes use of
// the key knows neither: it has a Signer.

import { type Signer, SoftwareSigner } from '../../ledger-sync/evidence/signer.js';
import type { TokenKey } from './token-key-file.js';

export type DeviceKey =
  | { readonly kind: 'memory'; readonly privateKey: Uint8Array }
  /** The PIN is read anew for each login: it may be mended while the gateway runs. */
  | { readonly kind: 'token'; readonly key: TokenKey; readonly pinFile: string };

/**
 * The signer of a key. That of a token looks for it at the first signature only.
 * @throws KeyError TOKEN_SUPPORT_ABSENT
 */
export async function signerOf(key: DeviceKey): Promise<Signer> {
  if (key.kind === 'memory') return new SoftwareSigner(key.privateKey);
  // Most gateways have no token, and the module behind it is compiled where it is wanted.
  const { openTokenSigner } = await import('./token/token-signer.js');
  return openTokenSigner(key.key, key.pinFile);
}
