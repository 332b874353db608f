// The device key of the test logs, with a count of what it signed and a way to make it fail.

import { type Signer, SoftwareSigner } from '../../ledger-sync/evidence/signer.js';
import { deviceKey } from './test-log.js';

export class CountingSigner implements Signer {
  readonly #signer = new SoftwareSigner(deviceKey);
  readonly address = this.#signer.address;
  readonly curve = this.#signer.curve;
  signatures = 0;
  /** Throws at each request, as a secure element that lost its supply. */
  isFailing = false;

  sign(digest: Uint8Array): Uint8Array {
    if (this.isFailing) throw new Error('the secure element does not answer');
    this.signatures += 1;
    return this.#signer.sign(digest);
  }
}
