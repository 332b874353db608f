// What a person writes to propose an agreement: the same as the terms, in words and units of a desk. Pure; salts and the
// hash of the document are made here from what is given.

import * as z from 'zod';
import { toHex } from '../evidence/bytes.js';
import { hex } from '../evidence/hex-field.js';
import { detailHash } from '../evidence/jcs.js';
import type { AgreementFile } from './agreement-file.js';
import { address, amount } from './file-fields.js';

const NOBODY = `0x${'00'.repeat(20)}`;
/** Excursion, gap and clock step. */
const DIRTY_FLAGS = 7;
const S_PER_MINUTE = 60;
const S_PER_HOUR = 3600;
const MS_PER_S = 1000;
const MAX_MINUTES = 525_600;
const MAX_HOURS = 90 * 24;

const lower = z
  .string()
  .transform((text) => text.toLowerCase())
  .pipe(address);
const moment = z.iso.datetime({ offset: true });
const minutes = z.int().min(0).max(MAX_MINUTES);
const hours = z.int().min(0).max(MAX_HOURS);

export const agreementOrderSchema = z.strictObject({
  payer: lower,
  payee: lower,
  consignor: lower,
  receiver: lower,
  quality: lower.prefault(NOBODY),
  /** Token; without it the coin of the chain. */
  asset: lower.prefault(NOBODY),
  price: amount,
  bond: amount.prefault('0'),
  anchor: lower,
  gateway: lower,
  /** Of `coldgate agreement field`. */
  shipment: hex(16),
  lowMilliC: z.int(),
  highMilliC: z.int(),
  allowedMinutes: minutes,
  rejectMinutes: minutes,
  /** 1/10,000 of the price. */
  lossPerMinuteBps: z.int().min(0).max(10_000),
  maxSilenceMinutes: minutes.prefault(10),
  readingSeconds: z.int().min(1).max(86_400).prefault(60),
  startBy: moment,
  deliverBy: moment,
  claimHours: hours.min(1).prefault(72),
  disputeHours: hours.prefault(48),
  rulingHours: hours.prefault(168),
  /** Goods, parties, places, papers: whatever both sides want to have meant. */
  document: z.record(z.string(), z.json()).prefault({}),
});

export type AgreementOrder = z.infer<typeof agreementOrderSchema>;

/** Where it is to be, and 32 random bytes for each salt. */
export interface ProposalParts {
  readonly chainId: number;
  /** The agreement contract, 0x address in lower case. */
  readonly contract: string;
  readonly termsSalt: Uint8Array;
  readonly documentSalt: Uint8Array;
}

const secondsOf = (iso: string) => Math.floor(Date.parse(iso) / MS_PER_S);

/**
 * An agreement that nobody has signed yet.
 * @throws EvidenceError JSON_UNSUPPORTED for a document that has no canonical form (fractions)
 */
export function proposeAgreement(order: AgreementOrder, parts: ProposalParts): AgreementFile {
  const { payer, payee, consignor, receiver, quality, asset, price, bond, anchor, gateway } = order;
  const document = { ...order.document, salt: toHex(parts.documentSalt) };
  return {
    format: 'coldgate-agreement',
    version: 1,
    chainId: parts.chainId,
    contract: parts.contract,
    terms: {
      ...{ payer, payee, consignor, receiver, quality, asset, price, bond, anchor, gateway },
      shipment: `0x${order.shipment}`,
      document: `0x${toHex(detailHash(document))}`,
      minMilliC: order.lowMilliC,
      maxMilliC: order.highMilliC,
      dirtyFlags: DIRTY_FLAGS,
      maxSilenceS: order.maxSilenceMinutes * S_PER_MINUTE,
      readingS: order.readingSeconds,
      allowedOutS: order.allowedMinutes * S_PER_MINUTE,
      rejectOutS: order.rejectMinutes * S_PER_MINUTE,
      lossPerMinuteBps: order.lossPerMinuteBps,
      startBy: secondsOf(order.startBy),
      deliverBy: secondsOf(order.deliverBy),
      claimS: order.claimHours * S_PER_HOUR,
      disputeS: order.disputeHours * S_PER_HOUR,
      rulingS: order.rulingHours * S_PER_HOUR,
      salt: `0x${toHex(parts.termsSalt)}`,
    },
    document,
    signatures: {},
  };
}
