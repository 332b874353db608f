// The state proof as a JSON file (PROTOCOL.md section 13): its strict schema and the reader. Whether it holds is
// decided by ledger-sync/proofs/state-proof.ts.

import { z } from 'zod';
import { EvidenceError } from './evidence-error.js';
import { prefixedHex } from './hex-field.js';

const MAX_NODE_BYTES = 1024;
const node = z
  .string()
  .max(2 + 2 * MAX_NODE_BYTES)
  .regex(/^0x([0-9a-f]{2})*$/);
/** A path of 64 nibbles. */
const nodes = z.array(node).max(64);

const stateProofSchema = z.strictObject({
  format: z.literal('coldgate-state-proof'),
  version: z.literal(1),
  contract: prefixedHex(20),
  gateway: prefixedHex(20),
  /** RLP of the block header. */
  header: z
    .string()
    .max(2 + 2 * 8192)
    .regex(/^0x([0-9a-f]{2})+$/),
  accountProof: nodes,
  storageProof: nodes,
});

export type StateProof = z.infer<typeof stateProofSchema>;

/**
 * Reads the file; nothing is verified yet.
 * @throws EvidenceError PROOF_MALFORMED
 */
export function parseStateProof(json: string): StateProof {
  try {
    return stateProofSchema.parse(JSON.parse(json));
  } catch (error) {
    throw new EvidenceError(
      'PROOF_MALFORMED',
      'the file is not the JSON of a state proof',
      'give a file that coldgate verify --save-state-proof wrote',
      error,
    );
  }
}
