// A verification as it is kept beside the log: one row of JSON under `verification/ID`, from the question to the answer.

import * as z from 'zod';
import { decodeLabel } from '../../../firmware-bridge/epc/gs1-label.js';
import type { StateChange, StateView } from '../../requests/request.js';
import {
  additionalInfos,
  failureReasons,
  type ProductIdentifier,
  pendingReasons,
} from './verification-answer.js';

const keyPrefix = 'verification/';

const verificationSchema = z.strictObject({
  id: z.string(),
  gtin: z.string(),
  serial: z.string(),
  lot: z.string().exactOptional(),
  expiry: z.string().exactOptional(),
  askedAtMs: z.int(),
  by: z.string(),
  state: z.enum(['pending', 'verified', 'not-verified']),
  /** Why it is pending. */
  why: z.enum(pendingReasons).exactOptional(),
  reason: z.enum(failureReasons).exactOptional(),
  info: z.array(z.enum(additionalInfos)),
  answeredAtMs: z.int().exactOptional(),
  knownAsOfMs: z.int().exactOptional(),
});

export type Verification = z.infer<typeof verificationSchema>;

export function verificationRow(verification: Verification): StateChange {
  return [`${keyPrefix}${verification.id}`, JSON.stringify(verification)];
}

/** All that ever were, the oldest first; rows of another program are passed over. */
export function readVerifications(state: StateView): readonly Verification[] {
  return state
    .entries(keyPrefix)
    .flatMap(([, row]) => {
      const read = verificationSchema.safeParse(JSON.parse(row));
      return read.success ? [read.data] : [];
    })
    .sort((a, b) => a.askedAtMs - b.askedAtMs);
}

/** What a scanner reads, as a question; else what is missing. @param thisYear decides the century of dates */
export function identifierOf(
  label: string,
  thisYear: number,
):
  | { readonly ok: true; readonly value: ProductIdentifier }
  | { readonly ok: false; readonly reason: string } {
  const read = decodeLabel(label, thisYear);
  if (!read.ok) return read;
  const { gtin, serial, lot, expiry } = read.value;
  if (gtin === undefined || serial === undefined) {
    return { ok: false, reason: 'a product identifier has a GTIN (01) and a serial number (21)' };
  }
  return {
    ok: true,
    value: {
      ...{ gtin, serial },
      ...(lot === undefined ? {} : { lot }),
      ...(expiry === undefined ? {} : { expiry: expiry.slice(0, 10) }),
    },
  };
}
