// Seals parts of messages for the recipients of a broker. The content key lives for a day at most, only here, and a new one
// is made whenever those who may read change: who was removed reads nothing that is sealed afterwards.

import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { contentKeyCommitment } from '../../ledger-sync/sealed/content-key.js';
import { type WrappedKey, wrapKey } from '../../ledger-sync/sealed/key-wrap.js';
import { PAD_BYTES, partAad, partContext, type SealedPart } from '../../ledger-sync/sealed/sealed-part.js';

/** Far below the 2^32 random nonces that AES-GCM bears under one key (NIST SP 800-38D section 8.3). */
const MAX_PARTS = 2 ** 20;
const MAX_AGE_MS = 24 * 3_600_000;
const OPAQUE_BYTES = 12;

interface Epoch {
  readonly key: Uint8Array;
  readonly commitment: string;
  readonly recipients: readonly WrappedKey[];
  readonly readers: string;
  readonly madeAtMs: number;
  parts: number;
}

export interface PartSealerOptions {
  /** Public keys of those who may read now. */
  readonly readers: () => readonly string[];
  /** 32 bytes that only this gateway knows: names in topics become numbers by it. */
  readonly topicKey: Uint8Array;
  /** Monotonic ms. */
  readonly nowMs: () => number;
  /** Sealing is possible again. */
  readonly onReady: () => void;
  /** Nobody may read, or a key cannot be used: nothing is sealed, and so nothing told. */
  readonly onTrouble: (reason: string) => void;
}

export class PartSealer {
  readonly #options: PartSealerOptions;
  #epoch: Epoch | undefined;
  #isMaking = false;
  #saidTrouble = '';

  constructor(options: PartSealerOptions) {
    this.#options = options;
  }

  /** Whether there is a key that just those who may read now can open. If not, one is made, and `onReady` called. */
  get isReady(): boolean {
    const readers = [...this.#options.readers()].sort().join();
    const epoch = this.#epoch;
    const isCurrent =
      epoch !== undefined &&
      epoch.readers === readers &&
      epoch.parts < MAX_PARTS &&
      this.#options.nowMs() - epoch.madeAtMs < MAX_AGE_MS;
    if (!isCurrent) this.#make(readers);
    return isCurrent;
  }

  /**
   * The sealed form of a text. Call only while `isReady`.
   * @param about as PROTOCOL.md section 17 has it
   */
  seal(text: string, about: string): SealedPart {
    const epoch = this.#epoch;
    if (!epoch) throw new Error('there is no key to seal with: ask isReady first');
    epoch.parts += 1;
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', epoch.key, nonce);
    cipher.setAAD(partAad(epoch.commitment, about));
    const bytes = Buffer.from(text, 'utf8');
    const padding = Buffer.alloc((PAD_BYTES - (bytes.length % PAD_BYTES)) % PAD_BYTES, ' ');
    const ciphertext = Buffer.concat([cipher.update(bytes), cipher.update(padding), cipher.final()]);
    return {
      version: 1,
      commitment: epoch.commitment,
      recipients: [...epoch.recipients],
      nonce: nonce.toString('hex'),
      ciphertext: Buffer.concat([ciphertext, cipher.getAuthTag()]).toString('base64url'),
    };
  }

  /** What stands for a name in a topic: the same each time, and nothing that a list of names could be tried on. */
  opaque(name: string): string {
    const digest = createHmac('sha256', this.#options.topicKey).update(name).digest();
    return digest.subarray(0, OPAQUE_BYTES).toString('hex');
  }

  #make(readers: string): void {
    if (this.#isMaking) return;
    if (readers === '') {
      this.#say('nobody may read what is sealed for this broker');
      return;
    }
    this.#isMaking = true;
    this.#epochFor(readers)
      .then((epoch) => {
        this.#epoch = epoch;
        this.#saidTrouble = '';
        this.#options.onReady();
      })
      .catch((error: unknown) => this.#say(error instanceof Error ? error.message : String(error)))
      .finally(() => {
        this.#isMaking = false;
      });
  }

  async #epochFor(readers: string): Promise<Epoch> {
    const key = randomBytes(32);
    const commitment = toHex(contentKeyCommitment(key));
    const context = partContext(commitment);
    const recipients = await Promise.all(readers.split(',').map((reader) => wrapKey(key, reader, context)));
    return { key, commitment, recipients, readers, madeAtMs: this.#options.nowMs(), parts: 0 };
  }

  #say(reason: string): void {
    if (reason === this.#saidTrouble) return;
    this.#saidTrouble = reason;
    this.#options.onTrouble(reason);
  }
}
