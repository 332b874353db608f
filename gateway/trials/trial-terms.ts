// What a sponsor says of the kits of a trial, all of them: one range, one allowance, one place where counting begins. No word
// here or anywhere in this folder is about a treatment arm, and a file that has one more is refused: what the gateway does
// not know it cannot give away.

import * as z from 'zod';
import { identifier, matching, says } from '../../config/fields.js';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { detailHash } from '../../ledger-sync/evidence/jcs.js';
import type { KitUse } from '../excursions/kit-use.js';
import type { StateChange, StateView } from '../requests/request.js';
import { list, section, temperature } from '../shipments/shipment-fields.js';

const MS_PER_MINUTE = 60_000;
const MAX_MINUTES = 1_000_000;
const MAX_GATEWAYS = 256;
export const termsKeyPrefix = 'trial/';

export const trialName = identifier('trial: EX-301');

const address = matching(
  /^0x[0-9a-f]{40}$/,
  'an address: 0x and 40 hexadecimal digits in lower case',
  "origin: '0x4a62316623ad457f02cdc5d997ded67a383ec569'",
);

/** An allowance of none would make a quarantine of each hole of a second. */
function minutes(key: string) {
  const error = says(`a whole number of minutes, 1 to ${MAX_MINUTES}`, `${key}: 120`);
  return z.int(error).min(1, error).max(MAX_MINUTES, error);
}

export const termsSchema = section(
  {
    trial: trialName,
    /** The range on the labels; its ends are inside. */
    lowMilliC: temperature,
    highMilliC: temperature,
    /** Over a kit's whole life, until it is out of use. */
    warmMinutes: minutes('warmMinutes'),
    coldMinutes: minutes('coldMinutes'),
    /** The gateway at which kits begin, such as the depot's; elsewhere they come with a statement. */
    origin: address,
    /** Gateways whose statements are believed. */
    gateways: list(address, MAX_GATEWAYS).min(1),
  },
  'trial: EX-301',
).refine(
  ({ lowMilliC, highMilliC }) => lowMilliC < highMilliC,
  says('lowMilliC below highMilliC', 'lowMilliC: 2000'),
);

export type TrialTerms = z.infer<typeof termsSchema>;

/** SHA-256 of the terms, lower-case hex: gateways that count one kit must count by the same. */
export const termsHash = (terms: TrialTerms): string => toHex(detailHash(terms));

/** What a kit may use, ms. */
export function allowanceOf({ warmMinutes, coldMinutes }: TrialTerms) {
  return { warmMs: warmMinutes * MS_PER_MINUTE, coldMs: coldMinutes * MS_PER_MINUTE };
}

/**
 * Why a kit must be set aside; undefined where it need not.
 * @param accepted what a person has judged to be harmless: only more than that counts again
 */
export function causeOf(
  terms: TrialTerms,
  use: KitUse,
  accepted?: KitUse,
): 'budget-spent' | 'unknown' | undefined {
  const allowance = allowanceOf(terms);
  const causes = (['warmMs', 'coldMs'] as const).flatMap((band) => {
    const atMostMs = use[band] + use.unknownMs;
    const acceptedMs = accepted ? accepted[band] + accepted.unknownMs : -1;
    if (atMostMs < allowance[band] || atMostMs <= acceptedMs) return [];
    return use[band] >= allowance[band] ? ['budget-spent' as const] : ['unknown' as const];
  });
  return causes.find((cause) => cause === 'budget-spent') ?? causes[0];
}

/** The row to keep. */
export const termsRow = (terms: TrialTerms): StateChange => [
  `${termsKeyPrefix}${terms.trial}`,
  JSON.stringify(terms),
];

/** @throws ZodError for a row that this program did not write */
export function readTerms(state: StateView, trial: string): TrialTerms | undefined {
  const row = state.get(`${termsKeyPrefix}${trial}`);
  return row === undefined ? undefined : termsSchema.parse(JSON.parse(row));
}
