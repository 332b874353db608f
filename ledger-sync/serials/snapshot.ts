// The signed snapshot (PROTOCOL.md, "Serials"): what a publisher knows of lots, for gateways that are offline. It holds
// prefixes of salted commitments: enough for whoever has a lot's reading key to recognise a pack, and for nobody else to
// learn a serial. Says nothing of product or lot number either.

import { z } from 'zod';
import type { LedgerDomain } from '../evidence/batch.js';
import { fromBase64url, fromHex, toBase64url, toHex } from '../evidence/bytes.js';
import { typedDataDigest } from '../evidence/eip712.js';
import { EvidenceError } from '../evidence/evidence-error.js';
import { hex } from '../evidence/hex-field.js';
import { detailHash } from '../evidence/jcs.js';
import { isSignedBy } from '../evidence/signature.js';
import type { Signer } from '../evidence/signer.js';
import type { CommissionedLot } from './commissioned-lot.js';
import { address, MAX_PACKS, parsed } from './lot-file.js';
import { packSaltOf } from './lot-keys.js';
import type { LotState, SpentPacks } from './lot-state.js';
import { BOUND_PRINT_BYTES, boundPrint, chipPrint, itemName } from './pack-commitment.js';
import { SerialsError } from './serials-error.js';

/** Of a commitment: whoever has the reading key would need 2^79 tries to fit another serial into a lot of 100,000. */
export const PACK_PREFIX_BYTES = 12;

/** What a gateway reads at most: about a million packs. */
export const MAX_SNAPSHOT_BYTES = 16 * 1024 * 1024;

const bytes = z.string().regex(/^[A-Za-z0-9_-]*$/);
const count = z.int().nonnegative();

const snapshotSchema = z.strictObject({
  format: z.literal('coldgate-serials-snapshot'),
  version: z.literal(1),
  chainId: z.int().min(1),
  contract: address,
  madeAtMs: count,
  blockNumber: count,
  lots: z
    .array(
      z.strictObject({
        ...{ maker: address, lot: hex(32), root: hex(32), size: count.min(1).max(MAX_PACKS) },
        ...{ recalls: count.max(3), recallChanges: count, recallChangedAtMs: count, spent: count },
        ...{ packs: bytes, tids: bytes.optional(), dispensed: bytes, decommissioned: bytes },
      }),
    )
    .max(10_000),
  publisher: address,
  signature: hex(64),
});

export type SerialsSnapshot = z.infer<typeof snapshotSchema>;
export type SnapshotLot = SerialsSnapshot['lots'][number];
type Unsigned = Omit<SerialsSnapshot, 'signature' | 'format' | 'version'>;

const types = {
  SerialsSnapshot: [
    { name: 'content', type: 'bytes32' },
    { name: 'madeAtMs', type: 'uint64' },
    { name: 'blockNumber', type: 'uint64' },
  ],
} as const;

function digestOf({ signature: _signature, ...content }: SerialsSnapshot): Uint8Array {
  const { chainId, contract, madeAtMs, blockNumber } = content;
  const domain = { name: 'coldgate', version: '1', chainId, verifyingContract: fromHex(contract) };
  const message = { content: detailHash(content), madeAtMs, blockNumber };
  return typedDataDigest(domain, types, 'SerialsSnapshot', message);
}

/** One lot of a snapshot. @param state as the contract has it, at the snapshot's block */
export function snapshotLot(lot: CommissionedLot, state: LotState, spent: SpentPacks): SnapshotLot {
  const packs = new Uint8Array(lot.commitments.length * PACK_PREFIX_BYTES);
  for (const [index, commitment] of lot.commitments.entries())
    packs.set(commitment.subarray(0, PACK_PREFIX_BYTES), index * PACK_PREFIX_BYTES);
  const tids = new Uint8Array(lot.file.packs.length * BOUND_PRINT_BYTES);
  for (const [index, { serial, tid }] of lot.file.packs.entries()) {
    if (tid === undefined) continue;
    const chip = chipPrint(itemName(lot.file.gtin, serial), tid);
    tids.set(boundPrint(packSaltOf(lot.readingKey, serial), chip), index * BOUND_PRINT_BYTES);
  }
  const { maker, root, size, recalls, recallChanges, recallChangedAtMs, spent: changes } = state;
  return {
    ...{ maker, lot: lot.lotId, root, size, recalls, recallChanges, recallChangedAtMs, spent: changes },
    packs: toBase64url(packs),
    ...(lot.file.packs.some(({ tid }) => tid !== undefined) ? { tids: toBase64url(tids) } : {}),
    dispensed: toBase64url(spent.dispensed),
    decommissioned: toBase64url(spent.decommissioned),
  };
}

export function signSnapshot(signer: Signer, content: Omit<Unsigned, 'publisher'>): SerialsSnapshot {
  const publisher = `0x${toHex(signer.address)}`;
  const unsigned: SerialsSnapshot = {
    ...{ format: 'coldgate-serials-snapshot', version: 1 },
    ...content,
    ...{ publisher, signature: '00'.repeat(64) },
  };
  return { ...unsigned, signature: toHex(signer.sign(digestOf(unsigned))) };
}

/**
 * Reads a snapshot and checks that it is one of a publisher that is believed, for the ledger that is meant.
 * @param publishers 0x addresses in lower case
 * @throws SerialsError SERIALS_FILE_INVALID, SNAPSHOT_FOREIGN, SNAPSHOT_FORGED
 */
export function openSnapshot(
  text: string,
  publishers: readonly string[],
  { chainId, verifyingContract }: LedgerDomain,
): SerialsSnapshot {
  const snapshot = parsed(snapshotSchema, text, 'snapshot of serials');
  const contract = `0x${toHex(verifyingContract)}`;
  if (snapshot.chainId !== chainId || snapshot.contract !== contract) {
    throw foreign(`it is of contract ${snapshot.contract} on chain ${snapshot.chainId}`);
  }
  if (!publishers.includes(snapshot.publisher))
    throw foreign(`its publisher ${snapshot.publisher} is not believed here`);
  if (!isSignedByPublisher(snapshot)) {
    const message = `a snapshot of serials in the name of ${snapshot.publisher} is not signed by it`;
    throw new SerialsError('SNAPSHOT_FORGED', message, 'fetch it anew; if it stays so, somebody changes it');
  }
  for (const lot of snapshot.lots) checkLengths(lot);
  return snapshot;
}

/** A number that canonical JSON does not have, such as -0, was never signed. */
function isSignedByPublisher(snapshot: SerialsSnapshot): boolean {
  try {
    return isSignedBy(fromHex(snapshot.publisher), digestOf(snapshot), fromHex(snapshot.signature));
  } catch (error) {
    if (error instanceof EvidenceError) return false;
    throw error;
  }
}

/**
 * Refuses to go back: an old snapshot could hide a recall.
 * @throws SerialsError SNAPSHOT_OLD
 */
export function assertNotOlder(next: SerialsSnapshot, held: SerialsSnapshot | undefined): void {
  if (!held || next.blockNumber > held.blockNumber) return;
  if (next.blockNumber === held.blockNumber && next.madeAtMs >= held.madeAtMs) return;
  const message = `a snapshot of block ${next.blockNumber} came after one of block ${held.blockNumber}`;
  throw new SerialsError('SNAPSHOT_OLD', message, 'ask the publisher for the newest one');
}

function checkLengths({ lot, size, packs, tids, dispensed, decommissioned }: SnapshotLot): void {
  const bits = Math.ceil(size / 8);
  const fits =
    fromBase64url(packs).length === size * PACK_PREFIX_BYTES &&
    (tids === undefined || fromBase64url(tids).length === size * BOUND_PRINT_BYTES) &&
    fromBase64url(dispensed).length === bits &&
    fromBase64url(decommissioned).length === bits;
  if (fits) return;
  const message = `lot ${lot} of a snapshot holds more or fewer packs than it says`;
  throw new SerialsError('SERIALS_FILE_INVALID', message, 'let its publisher make it anew');
}

function foreign(why: string): SerialsError {
  const hint = 'look at authenticity in the configuration: contract, chain and publishers';
  return new SerialsError('SNAPSHOT_FOREIGN', `a snapshot of serials is not for this gateway: ${why}`, hint);
}
