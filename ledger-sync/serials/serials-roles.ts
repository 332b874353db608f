// The roles of the serials contract, by the word that a person uses.

import { toHex } from '../evidence/bytes.js';
import { keccakUtf8 } from '../evidence/keccak.js';

const named = (name: string) => `0x${toHex(keccakUtf8(name))}`;

/** As the contract numbers them: Keccak hashes of their names. */
export const rolesOf = {
  maker: named('MAKER_ROLE'),
  pharmacy: named('PHARMACY_ROLE'),
  authority: named('AUTHORITY_ROLE'),
} as const;

export type SerialsRole = keyof typeof rolesOf;
