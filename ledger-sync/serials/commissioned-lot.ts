// A lot file worked out: commitments, tree, and a card for each pack. What a maker's desk does once per lot; the pack
// keys take most of it (about 2,000 packs a second on one core).

import { fromHex, toHex } from '../evidence/bytes.js';
import { type LotFile, lotIdOf } from './lot-file.js';
import { packKeyOf, packSaltOf, packSecretOf, readingKeyOf } from './lot-keys.js';
import { LotTree } from './lot-tree.js';
import type { PackCard } from './pack-card.js';
import { packCommitment, packLeaf } from './pack-commitment.js';
import { SerialsError } from './serials-error.js';

/** Where the lot lies. */
export interface LotPlace {
  readonly chainId: number;
  /** 0x address. */
  readonly contract: string;
  readonly maker: string;
}

export class CommissionedLot {
  readonly file: LotFile;
  readonly tree: LotTree;
  /** By place in the lot; 32 bytes each. */
  readonly commitments: readonly Uint8Array[];
  /** 20 bytes each. */
  readonly packKeys: readonly Uint8Array[];
  readonly readingKey: Uint8Array;
  /** 64 hex digits. */
  readonly lotId: string;

  constructor(file: LotFile) {
    const secret = fromHex(file.secret);
    this.file = file;
    this.readingKey = readingKeyOf(secret);
    this.lotId = lotIdOf(file, this.readingKey);
    this.commitments = file.packs.map(({ serial }) =>
      packCommitment({ ...file, serial }, packSaltOf(this.readingKey, serial)),
    );
    this.packKeys = file.packs.map(({ serial }) => packKeyOf(packSecretOf(secret, serial)));
    const leaves = this.commitments.map((commitment, index) =>
      packLeaf(commitment, this.packKeys[index] ?? new Uint8Array()),
    );
    this.tree = new LotTree(leaves);
  }

  /** @throws SerialsError PACK_UNKNOWN */
  indexOf(serial: string): number {
    const index = this.file.packs.findIndex((pack) => pack.serial === serial);
    if (index >= 0) return index;
    throw new SerialsError('PACK_UNKNOWN', `the lot has no serial ${serial}`, 'look at the lot file');
  }

  /**
   * The card of a pack, with the secret that dispenses it.
   * @throws SerialsError PACK_UNKNOWN
   */
  card(serial: string, { chainId, contract, maker }: LotPlace): PackCard {
    const index = this.indexOf(serial);
    const { gtin, lot, expiry, secret } = this.file;
    return {
      format: 'coldgate-pack-card',
      version: 1,
      ...{ chainId, contract, maker, lotId: this.lotId },
      ...{ gtin, serial, lot, expiry, index, size: this.tree.size },
      salt: toHex(packSaltOf(this.readingKey, serial)),
      packKey: `0x${toHex(this.packKeys[index] ?? new Uint8Array())}`,
      secret: toHex(packSecretOf(fromHex(secret), serial)),
      path: this.tree.path(index).map(toHex),
    };
  }
}
