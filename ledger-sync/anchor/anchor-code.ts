// The contracts of this release that keep the headers of gateways, by their code.
import { runtimeCodeHash } from '../contracts/generated/coldgate-anchor.js';
import { runtimeCodeHash as p256CodeHash } from '../contracts/generated/coldgate-anchor-p256.js';

/** The anchor for keys of secp256k1, and its twin for P-256: the same questions, storage and states, other records. */
export const anchorCodeHashes: readonly string[] = [runtimeCodeHash, p256CodeHash];

/** The one whose gateways have keys of that curve. */
export const anchorCodeHashOf = (curve: 'secp256k1' | 'P-256'): string =>
  curve === 'P-256' ? p256CodeHash : runtimeCodeHash;
