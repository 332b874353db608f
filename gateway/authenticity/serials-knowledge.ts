// What the gateway knows of packs at one moment: signed snapshots of publishers, what the ledger-sync role has read since,
// and the keys of lots that it was given. Immutable; a change makes a new one. Asks nobody.

import { fromBase64url, fromHex, toHex } from '../../ledger-sync/evidence/bytes.js';
import { detailHash } from '../../ledger-sync/evidence/jcs.js';
import { type LotKeyFile, lotIdOf } from '../../ledger-sync/serials/lot-file.js';
import { packSaltOf } from '../../ledger-sync/serials/lot-keys.js';
import { hasBit } from '../../ledger-sync/serials/lot-state.js';
import {
  BOUND_PRINT_BYTES,
  boundPrint,
  type LotIdentity,
  packCommitment,
} from '../../ledger-sync/serials/pack-commitment.js';
import type { SerialsSnapshot, SnapshotLot } from '../../ledger-sync/serials/snapshot.js';
import type { FollowedLot } from '../journal/serials-rows.js';
import { PackIndex } from './pack-index.js';

interface KnownLot {
  readonly recalls: number;
  readonly index: PackIndex;
  readonly tids: Uint8Array | undefined;
  readonly dispensed: Uint8Array;
  readonly decommissioned: Uint8Array;
  /** When the ledger was asked, Unix ms. */
  readonly asOfMs: number;
}

interface HeldKey extends LotIdentity {
  readonly maker: string;
  readonly readingKey: Uint8Array;
  readonly lotId: string;
}

/** What is known of one pack. */
export type PackKnown =
  /** No key of a lot of this product is held. Or none of these lots is in a snapshot. */
  | { readonly kind: 'no-key' }
  | { readonly kind: 'no-snapshot' }
  /** Keys of this product are held, and none of their lots has it. */
  | { readonly kind: 'absent'; readonly asOfMs: number }
  | {
      readonly kind: 'found';
      readonly asOfMs: number;
      readonly isRecalled: boolean;
      readonly isDispensed: boolean;
      readonly isDecommissioned: boolean;
      /** Its place in the lot. */
      readonly index: number;
      readonly lotNumber: string;
      readonly expiry: string;
      /** Whether the chip is the one that was bound; undefined where none was bound or none was read. */
      readonly isBoundChip: boolean | undefined;
    };

export interface KnowledgeParts {
  readonly snapshots: readonly SerialsSnapshot[];
  /** What the ledger says now of lots in these snapshots. */
  readonly followed: readonly FollowedLot[];
  readonly keys: readonly LotKeyFile[];
}

export class SerialsKnowledge {
  readonly #lots = new Map<string, KnownLot>();
  readonly #keys = new Map<string, HeldKey[]>();
  readonly packs: number;
  readonly recalledLots: number;
  /** The oldest moment for which any lot speaks; 0 without lots. */
  readonly asOfMs: number;
  /** 64 hex digits: the same for the same content, whenever it was read. */
  readonly digest: string;

  constructor({ snapshots, followed, keys }: KnowledgeParts) {
    const now = new Map(followed.map((lot) => [`${lot.maker}/${lot.lot}`, lot]));
    for (const snapshot of snapshots) {
      for (const lot of snapshot.lots) this.#put(lot, snapshot, now.get(`${lot.maker}/${lot.lot}`));
    }
    for (const key of keys) {
      const readingKey = fromHex(key.readingKey);
      const held = { ...key, readingKey, lotId: lotIdOf(key, readingKey) };
      this.#keys.set(key.gtin, [...(this.#keys.get(key.gtin) ?? []), held]);
    }
    const lots = [...this.#lots.values()];
    this.packs = snapshots.reduce(
      (sum, { lots: told }) => sum + told.reduce((all, { size }) => all + size, 0),
      0,
    );
    this.recalledLots = lots.filter(({ recalls }) => recalls !== 0).length;
    this.asOfMs = lots.length === 0 ? 0 : Math.min(...lots.map(({ asOfMs }) => asOfMs));
    this.digest = this.#digestOf();
  }

  get lots(): number {
    return this.#lots.size;
  }

  /** @param chip print of the chip, 32 hex digits; undefined where it was not read */
  find(gtin: string, serial: string, chip: string | undefined): PackKnown {
    const keys = this.#keys.get(gtin) ?? [];
    if (keys.length === 0) return { kind: 'no-key' };
    let asOfMs: number | undefined;
    for (const key of keys) {
      const lot = this.#lots.get(`${key.maker}/${key.lotId}`);
      if (!lot) continue;
      asOfMs = Math.min(asOfMs ?? lot.asOfMs, lot.asOfMs);
      const salt = packSaltOf(key.readingKey, serial);
      const index = lot.index.find(packCommitment({ ...key, serial }, salt));
      if (index === undefined) continue;
      return {
        ...{ kind: 'found', asOfMs: lot.asOfMs, isRecalled: lot.recalls !== 0 },
        isDispensed: hasBit(lot.dispensed, index),
        isDecommissioned: hasBit(lot.decommissioned, index),
        ...{
          index,
          lotNumber: key.lot,
          expiry: key.expiry,
          isBoundChip: isBound(lot.tids, index, salt, chip),
        },
      };
    }
    return asOfMs === undefined ? { kind: 'no-snapshot' } : { kind: 'absent', asOfMs };
  }

  #put(lot: SnapshotLot, { madeAtMs, blockNumber }: SerialsSnapshot, now: FollowedLot | undefined): void {
    // The later of the two: a snapshot may be older than what was read from the ledger, or newer.
    const isNewer = now !== undefined && now.blockNumber >= blockNumber;
    // A lot that the ledger does not have, or has otherwise: whoever published it is wrong about it.
    if (isNewer && now.root !== lot.root) return;
    const told = isNewer
      ? now
      : {
          ...lot,
          dispensed: fromBase64url(lot.dispensed),
          decommissioned: fromBase64url(lot.decommissioned),
        };
    this.#lots.set(`${lot.maker}/${lot.lot}`, {
      recalls: told.recalls,
      index: indexOf(lot),
      tids: lot.tids === undefined ? undefined : fromBase64url(lot.tids),
      dispensed: told.dispensed,
      decommissioned: told.decommissioned,
      asOfMs: isNewer ? Math.max(now.seenAtMs, madeAtMs) : madeAtMs,
    });
  }

  #digestOf(): string {
    const lots = [...this.#lots].map(([name, { recalls, dispensed, decommissioned }]) => [
      ...[name, recalls, toHex(dispensed), toHex(decommissioned)],
    ]);
    const keys = [...this.#keys.values()].flat().map(({ maker, lotId }) => `${maker}/${lotId}`);
    return toHex(detailHash({ lots: lots.sort(), keys: keys.sort() }));
  }
}

/** By the lot of a snapshot that was read: what is dispensed changes often, the packs of a lot never. */
const indexes = new WeakMap<SnapshotLot, PackIndex>();

function indexOf(lot: SnapshotLot): PackIndex {
  const known = indexes.get(lot);
  if (known) return known;
  const index = new PackIndex(fromBase64url(lot.packs));
  indexes.set(lot, index);
  return index;
}

function isBound(
  tids: Uint8Array | undefined,
  index: number,
  salt: Uint8Array,
  chip: string | undefined,
): boolean | undefined {
  const from = index * BOUND_PRINT_BYTES;
  const bound = tids?.subarray(from, from + BOUND_PRINT_BYTES);
  if (chip === undefined || bound === undefined || bound.every((byte) => byte === 0)) return undefined;
  return toHex(bound) === toHex(boundPrint(salt, fromHex(chip)));
}
