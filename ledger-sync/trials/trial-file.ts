// Which trial on which ledger: what a sponsor gives to all who take part. The salt in it makes the trial's word unguessable, so
// the file is for them alone. Pure.

import { z } from 'zod';
import type { LedgerDomain } from '../evidence/batch.js';
import { fromHex } from '../evidence/bytes.js';
import { hex, prefixedHex } from '../evidence/hex-field.js';
import { readTrialFile, SALT_BYTES, trialWord } from './opening.js';
import type { TrialName } from './trial-contract.js';

const address = prefixedHex(20);

const trialFileSchema = z.strictObject({
  format: z.literal('coldgate-trial'),
  version: z.literal(1),
  name: z.string().min(1).max(64),
  salt: hex(SALT_BYTES),
  sponsor: address,
  chainId: z.int().min(1),
  contract: address,
});

export type TrialFile = z.infer<typeof trialFileSchema>;

/** @throws TrialError TRIAL_FILE_INVALID */
export const parseTrialFile = (text: string): TrialFile => readTrialFile(trialFileSchema, text, 'trial file');

/** The trial as the contract knows it. */
export function ledgerName({ sponsor, name, salt }: TrialFile): TrialName {
  return { sponsor, trial: `0x${trialWord(name, salt)}` };
}

/** What signatures for it are bound to. */
export function ledgerDomain({ chainId, contract }: TrialFile): LedgerDomain {
  return { chainId, verifyingContract: fromHex(contract.slice(2)) };
}

const grantFileSchema = z.strictObject({
  format: z.literal('coldgate-grant'),
  version: z.literal(1),
  /** Name of the data set's attestation, hex. */
  dataSet: hex(32),
  /** X25519 key of the recipient. */
  publicKey: hex(32),
  salt: hex(SALT_BYTES),
});

/** What opens the recipient's word in a grant: for the two of them, and whoever audits. */
export type GrantFile = z.infer<typeof grantFileSchema>;

/** @throws TrialError TRIAL_FILE_INVALID */
export const parseGrantFile = (text: string): GrantFile => readTrialFile(grantFileSchema, text, 'grant file');
