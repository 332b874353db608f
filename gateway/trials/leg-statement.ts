// What a gateway says of kits when a leg is over: what each has used so far, in all legs. It is a record of the log, so the
// signed log is its signature, and whoever gets it can check it offline. The next gateway adds its own leg to it.

import * as z from 'zod';
import { type EvidenceBundle, parseBundle } from '../../ledger-sync/evidence/bundle-schema.js';
import { fromBase64url } from '../../ledger-sync/evidence/bytes.js';
import { EvidenceError } from '../../ledger-sync/evidence/evidence-error.js';
import { hex } from '../../ledger-sync/evidence/hex-field.js';
import { decodeRecord } from '../../ledger-sync/evidence/record.js';
import { verifyBundle } from '../../ledger-sync/evidence/verify.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { duration, instant } from '../shipments/shipment-fields.js';
import { type Kit, kitConditions } from './kit.js';
import { kitNumber, MAX_KITS_PER_SHIPMENT } from './kit-number.js';
import { TrialFileError } from './trial-file-error.js';
import { trialName } from './trial-terms.js';

const LEG_TYPE = 'trial-leg';

/** kit, warmMs, coldMs, unknownMs, legs, condition. */
const line = z.tuple([kitNumber, duration, duration, duration, z.int().nonnegative(), z.enum(kitConditions)]);

const statementSchema = z.looseObject({
  type: z.literal(LEG_TYPE),
  event: z.literal('ended'),
  trial: trialName,
  termsHash: hex(32),
  /** Unix ms as the gateway's clock stood; what the kits did later is in another statement, or unknown. */
  fromMs: instant,
  toMs: instant,
  kits: z.array(line).min(1).max(MAX_KITS_PER_SHIPMENT),
});

export interface StatedKit {
  readonly kit: string;
  readonly used: Kit['used'];
  readonly legs: number;
  readonly condition: Kit['condition'];
}

export interface LegStatement {
  readonly trial: string;
  readonly termsHash: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly kits: readonly StatedKit[];
  /** 0x address of the gateway that signed it. */
  readonly gateway: string;
  readonly sequence: number;
}

/** What a document says of one kit. */
export const kitLine = ({ kit, used, legs, condition }: StatedKit) => [
  kit,
  used.warmMs,
  used.coldMs,
  used.unknownMs,
  legs,
  condition,
];

/** The document of the record, without what others add. */
export function legDocument(
  leg: Pick<LegStatement, 'trial' | 'termsHash' | 'fromMs' | 'toMs'>,
  kits: readonly Kit[],
): DetailDocument {
  const { trial, termsHash, fromMs, toMs } = leg;
  return { type: LEG_TYPE, event: 'ended', trial, termsHash, fromMs, toMs, kits: kits.map(kitLine) };
}

/**
 * Checks the evidence of a statement, offline.
 * @param bundle as JSON; of exactly one record
 * @throws TrialFileError STATEMENT_INVALID
 */
export function openStatement(bundle: string): LegStatement {
  const parsed = parsedBundle(bundle);
  const { checks, verdict } = verifyBundle(parsed);
  const broken = checks.find(({ outcome }) => outcome === 'failed');
  if (verdict === 'refuted') throw invalid(broken?.text ?? 'it contradicts itself');
  const [leaf, ...others] = parsed.records;
  const [document] = parsed.details;
  if (!leaf || others.length > 0 || parsed.details.length !== 1) throw invalid('it is not one record');
  const told = statementSchema.safeParse(document);
  if (!told.success) throw invalid('its record is no end of a leg');
  const record = decodeRecord(fromBase64url(leaf.leaf));
  if (record.clockTrust === 0) {
    throw invalid('the clock of its gateway was not synchronised: nobody can tell when the leg ended');
  }
  const { trial, termsHash, fromMs, toMs, kits } = told.data;
  return {
    ...{ trial, termsHash, fromMs, toMs, gateway: parsed.gateway, sequence: record.sequence },
    kits: kits.map(([kit, warmMs, coldMs, unknownMs, legs, condition]) => ({
      ...{ kit, legs, condition },
      used: { warmMs, coldMs, unknownMs },
    })),
  };
}

function parsedBundle(text: string): EvidenceBundle {
  try {
    return parseBundle(text);
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    throw invalid(error.message, error);
  }
}

function invalid(problem: string, cause?: unknown): TrialFileError {
  const hint = 'ask the gateway that had the kits for it anew: coldgate trial statement';
  return new TrialFileError('STATEMENT_INVALID', `no statement of a leg: ${problem}`, hint, { cause });
}
