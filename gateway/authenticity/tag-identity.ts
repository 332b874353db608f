// What a tag names, by its EPC: an item with GTIN and serial, something else of GS1's, or nothing that the standard allows.

import { decodeEpc } from '../../firmware-bridge/epc/epc.js';
import { decodeTid } from '../../firmware-bridge/epc/tid.js';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { chipPrint, itemName } from '../../ledger-sync/serials/pack-commitment.js';

export type TagIdentity =
  | { readonly kind: 'item'; readonly gtin: string; readonly serial: string }
  /** A pallet, a crate, an asset: no pack. */
  | { readonly kind: 'other' }
  | { readonly kind: 'malformed' };

/** @param epc hex, as read */
export function identityOf(epc: string, pc?: string): TagIdentity {
  const decoded = decodeEpc(epc, pc);
  if (!decoded.ok) return { kind: 'malformed' };
  const find = (wanted: string) => decoded.value.elements.find(([ai]) => ai === wanted)?.[1];
  const [gtin, serial] = [find('01'), find('21')];
  return gtin === undefined || serial === undefined ? { kind: 'other' } : { kind: 'item', gtin, serial };
}

/** What may be recorded of a chip that was read: nobody gets its number from it. */
export interface ChipDetail {
  /** 32 hex digits: the same chip under the same EPC gives the same. */
  readonly chip: string;
  /** Whether it says that it can prove itself (bit S); such a proof is not asked for by any reader here. */
  readonly chipAnswers?: boolean;
}

/** @param tid hex, as read */
export function chipDetailOf(epc: string, tid: string): ChipDetail {
  const identity = identityOf(epc);
  const name = identity.kind === 'item' ? itemName(identity.gtin, identity.serial) : epc;
  const decoded = decodeTid(tid);
  return {
    chip: toHex(chipPrint(name, tid)),
    ...(decoded.ok ? { chipAnswers: decoded.value.security } : {}),
  };
}
