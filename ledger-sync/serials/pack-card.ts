// The card of one pack: what its label says, the salt that opens its commitment, its place in the lot with the path to the
// root, and (only on the card under the label) the secret that dispenses it. Whoever has the card can ask the ledger.

import { z } from 'zod';
import { equalBytes, fromHex, toHex } from '../evidence/bytes.js';
import { hex } from '../evidence/hex-field.js';
import { rootFromInclusion } from '../evidence/inclusion.js';
import { leafHash } from '../evidence/merkle.js';
import { address, labelFields, parsed, serialField } from './lot-file.js';
import { packKeyOf } from './lot-keys.js';
import { packCommitment, packLeaf } from './pack-commitment.js';
import { SerialsError } from './serials-error.js';

const uint32 = z.int().min(0).max(0xffffffff);

const cardSchema = z.strictObject({
  format: z.literal('coldgate-pack-card'),
  version: z.literal(1),
  chainId: z.int().min(1),
  contract: address,
  maker: address,
  lotId: hex(32),
  ...labelFields,
  serial: serialField,
  index: uint32,
  size: uint32,
  salt: hex(16),
  packKey: address,
  secret: hex(16).optional(),
  path: z.array(hex(32)).max(32),
});

export type PackCard = z.infer<typeof cardSchema>;

/** What the contract is asked about. */
export interface PackProof {
  /** 0x hex of 32 bytes. */
  readonly commitment: string;
  readonly packKey: string;
  readonly index: number;
  readonly path: readonly string[];
}

/** @throws SerialsError SERIALS_FILE_INVALID, also where the card contradicts itself */
export function parsePackCard(text: string): PackCard {
  const card = parsed(cardSchema, text, 'pack card');
  if (card.secret !== undefined) {
    const own = `0x${toHex(packKeyOf(fromHex(card.secret)))}`;
    if (own !== card.packKey) throw foreign('its secret is that of another pack');
  }
  return card;
}

/** What the label says, as the ledger knows it. */
export function proofOf(card: PackCard): PackProof {
  const { index, packKey, path } = card;
  const commitment = `0x${toHex(packCommitment(card, fromHex(card.salt)))}`;
  return { commitment, packKey, index, path: path.map((hash) => `0x${hash}`) };
}

/** Whether the pack is under that root, without asking anybody. @param root 32 bytes */
export function isUnderRoot(card: PackCard, root: Uint8Array): boolean {
  const leaf = packLeaf(packCommitment(card, fromHex(card.salt)), fromHex(card.packKey));
  const found = rootFromInclusion(card.index, card.size, leafHash(leaf), card.path.map(fromHex));
  return found !== undefined && equalBytes(found, root);
}

function foreign(problem: string): SerialsError {
  return new SerialsError('SERIALS_FILE_INVALID', `not a pack card: ${problem}`, 'use the card of this pack');
}
