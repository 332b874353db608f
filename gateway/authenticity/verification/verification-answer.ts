// The answer to "is this product identifier yours?" in the words of the DSCSA's verification messages (GS1 Lightweight
// Messaging Standard for verification of product identifiers): verified, not verified with a reason, or honestly pending.

import type { PackKnown } from '../serials-knowledge.js';

/** What is asked about; lot and expiry only where the label tells them. */
export interface ProductIdentifier {
  /** 14 digits. */
  readonly gtin: string;
  readonly serial: string;
  readonly lot?: string;
  /** YYYY-MM-DD. */
  readonly expiry?: string;
}

export const failureReasons = [
  'No_match_GTIN_Serial',
  'No_match_GTIN_Serial_Lot',
  'No_match_GTIN_Serial_Expiry',
  'No_match_GTIN_Serial_Lot_Expiry',
  'Not_for_re-distribution',
] as const;
export type FailureReason = (typeof failureReasons)[number];

export const additionalInfos = ['Expired', 'Recalled', 'Suspect'] as const;
export type AdditionalInfo = (typeof additionalInfos)[number];

/** Why there is no answer yet: the key of the product's lots, a snapshot, a fresh one, or a clock is missing. */
export const pendingReasons = ['no-key', 'no-snapshot', 'stale', 'no-clock'] as const;

export type VerificationAnswer =
  | { readonly state: 'pending'; readonly why: (typeof pendingReasons)[number] }
  | { readonly state: 'verified'; readonly info: readonly AdditionalInfo[]; readonly asOfMs: number }
  | {
      readonly state: 'not-verified';
      readonly reason: FailureReason;
      readonly info: readonly AdditionalInfo[];
      readonly asOfMs: number;
    };

export interface AnswerMoment {
  readonly nowMs: number;
  /** false: nobody can say how old a list is. */
  readonly isClockTrusted: boolean;
  readonly maxAgeMs: number;
}

/** Never a yes or a no from a list that is too old: whoever asks is told to wait. */
export function answerTo(
  asked: ProductIdentifier,
  known: PackKnown,
  moment: AnswerMoment,
): VerificationAnswer {
  if (known.kind === 'no-key' || known.kind === 'no-snapshot') return { state: 'pending', why: known.kind };
  const { asOfMs } = known;
  if (!moment.isClockTrusted) return { state: 'pending', why: 'no-clock' };
  if (moment.nowMs - asOfMs > moment.maxAgeMs) return { state: 'pending', why: 'stale' };
  const no = (reason: FailureReason, info: readonly AdditionalInfo[] = []) =>
    ({ state: 'not-verified', reason, info, asOfMs }) as const;
  if (known.kind === 'absent') return no('No_match_GTIN_Serial');
  const isOtherLot = asked.lot !== undefined && asked.lot !== known.lotNumber;
  const isOtherExpiry = asked.expiry !== undefined && asked.expiry !== known.expiry;
  if (isOtherLot && isOtherExpiry) return no('No_match_GTIN_Serial_Lot_Expiry');
  if (isOtherLot) return no('No_match_GTIN_Serial_Lot');
  if (isOtherExpiry) return no('No_match_GTIN_Serial_Expiry');
  const info: AdditionalInfo[] = [];
  if (known.isRecalled) info.push('Recalled');
  // Handed to a patient or taken out of the world, and here again.
  if (known.isDispensed || known.isDecommissioned) info.push('Suspect');
  if (new Date(moment.nowMs).toISOString().slice(0, 10) > known.expiry) info.push('Expired');
  return info.length > 0 ? no('Not_for_re-distribution', info) : { state: 'verified', info, asOfMs };
}
