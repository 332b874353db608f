// One file with all that an auditor asks of a trial at one gateway: each record with its proof, and what the ledger says. Whoever
// has the file checks it without the gateway. What it tells is told from the proven records alone. Pure.

import * as z from 'zod';
import { checkBundle, type EvidenceBundle } from '../../ledger-sync/evidence/bundle-schema.js';
import { EvidenceError } from '../../ledger-sync/evidence/evidence-error.js';
import { verifyBundle } from '../../ledger-sync/evidence/verify.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { TrialFileError } from './trial-file-error.js';

const text = z.string();
const event = z.strictObject({
  name: text,
  blockNumber: z.int().nonnegative(),
  atMs: z.int().nonnegative(),
  transactionHash: text,
  values: z.record(text, text),
});

const auditSchema = z.strictObject({
  format: z.literal('coldgate-trial-audit'),
  version: z.literal(1),
  trial: text,
  /** 0x address of the gateway whose records these are. */
  gateway: text,
  madeAtMs: z.int().nonnegative(),
  evidence: z.array(z.looseObject({})).min(1),
  /** The contract's events of the trial, as a node told them. */
  ledger: z
    .strictObject({
      chainId: z.int().min(1),
      contract: text,
      sponsor: text,
      trial: text,
      fromBlock: z.int().nonnegative(),
      events: z.array(event),
    })
    .optional(),
});

export type TrialAudit = z.infer<typeof auditSchema>;

/** A record that was proven. */
export interface AuditedRecord {
  readonly sequence: number;
  readonly document: DetailDocument;
}

export interface AuditVerdict {
  readonly records: readonly AuditedRecord[];
  /** What does not hold: then the file proves nothing. */
  readonly broken: readonly string[];
}

/** @throws TrialFileError AUDIT_INVALID */
export function parseAudit(json: string): TrialAudit {
  try {
    return auditSchema.parse(JSON.parse(json));
  } catch (cause) {
    const place =
      cause instanceof z.ZodError ? ` (at ${cause.issues[0]?.path.join('.') || 'its top level'})` : '';
    const hint = 'give the file of coldgate trial audit';
    throw new TrialFileError('AUDIT_INVALID', `no audit of a trial${place}`, hint, { cause });
  }
}

/** Checks each record. @param expectedGateway 0x address; absent: the one that the file names */
export function verifyAudit(audit: TrialAudit, expectedGateway = audit.gateway): AuditVerdict {
  const records: AuditedRecord[] = [];
  const broken: string[] = [];
  let last = -1;
  for (const [at, told] of audit.evidence.entries()) {
    const bundle = bundleOf(told);
    const problem =
      bundle === undefined ? 'it is no bundle' : problemOf(bundle, expectedGateway, audit.trial, last);
    const [document] = bundle?.details ?? [];
    if (problem !== undefined || bundle === undefined) broken.push(`evidence ${at}: ${problem}`);
    else {
      last = bundle.proof.begin;
      records.push({ sequence: last, document: document as DetailDocument });
    }
  }
  return { records, broken };
}

function bundleOf(told: object): EvidenceBundle | undefined {
  try {
    return checkBundle(told);
  } catch (error) {
    if (error instanceof EvidenceError) return undefined;
    throw error;
  }
}

function problemOf(
  bundle: EvidenceBundle,
  expectedGateway: string,
  trial: string,
  last: number,
): string | undefined {
  const { checks, verdict, records } = verifyBundle(bundle, { expectedGateway });
  if (verdict === 'refuted') return checks.find(({ outcome }) => outcome === 'failed')?.text ?? 'refuted';
  const [document, ...others] = bundle.details as readonly DetailDocument[];
  if (records !== 1 || others.length > 0 || document === undefined)
    return 'it is not one record with its document';
  if (document.trial !== trial) return 'its record is of another trial';
  return bundle.proof.begin <= last ? 'its record stands there twice, or out of order' : undefined;
}
