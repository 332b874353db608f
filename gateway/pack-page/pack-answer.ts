// From what a person scanned or typed to the answer: which pack it is, what became of it, and how much that is worth. Pure but for the
// slow hash; nothing leaves the page.

import { decodeLabel } from '../../firmware-bridge/epc/gs1-label.js';
import type { PackIdentity } from '../../ledger-sync/serials/pack-commitment.js';
import { type ColdState, fateOfPack, type PackList } from '../../ledger-sync/serials/pack-list.js';

/** From the gravest down: the first that holds is the answer. */
export type PackVerdict = 'unknown' | 'recalled' | 'decommissioned' | 'expired' | 'dispensed' | 'genuine';

export type PackAnswer =
  | { readonly kind: 'unreadable'; readonly reason: string }
  /** The label lacks these. */
  | { readonly kind: 'incomplete'; readonly missing: readonly LabelField[] }
  | {
      readonly kind: 'answer';
      readonly verdict: PackVerdict;
      /** Nothing is said of the cold where the pack is unknown. */
      readonly cold: ColdState | undefined;
    };

const fields = ['gtin', 'serial', 'lot', 'expiry'] as const;
export type LabelField = (typeof fields)[number];

const MS_PER_DAY = 86_400_000;
/** A recall may have come since. */
export const FRESH_DAYS = 7;

/** Whole days since the list was made. */
export const ageDaysOf = ({ madeAtMs }: PackList, nowMs: number): number =>
  Math.max(0, Math.floor((nowMs - madeAtMs) / MS_PER_DAY));

/** @param text element string in brackets or as a scanner sends it, or a Digital Link */
export async function answerOf(text: string, list: PackList, nowMs: number): Promise<PackAnswer> {
  const now = new Date(nowMs);
  const label = decodeLabel(text.trim(), now.getUTCFullYear());
  if (!label.ok) return { kind: 'unreadable', reason: label.reason };
  const missing = fields.filter((field) => label.value[field] === undefined);
  if (missing.length > 0) return { kind: 'incomplete', missing };
  const { gtin = '', serial = '', lot = '', expiry = '' } = label.value;
  const pack: PackIdentity = { gtin, serial, lot, expiry: expiry.slice(0, 'YYYY-MM-DD'.length) };
  const fate = await fateOfPack(list, pack);
  if (!fate) return { kind: 'answer', verdict: 'unknown', cold: undefined };
  const isExpired = pack.expiry < now.toISOString().slice(0, pack.expiry.length);
  const verdict: PackVerdict = fate.isRecalled
    ? 'recalled'
    : fate.isDecommissioned
      ? 'decommissioned'
      : isExpired
        ? 'expired'
        : fate.isDispensed
          ? 'dispensed'
          : 'genuine';
  return { kind: 'answer', verdict, cold: fate.cold };
}
