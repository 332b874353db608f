// A key that was seen before changes how long a check takes, never how it comes out.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { equalBytes } from '../../../ledger-sync/evidence/bytes.js';
import { EvidenceError } from '../../../ledger-sync/evidence/evidence-error.js';
import { sha256 } from '../../../ledger-sync/evidence/sha256.js';
import { isSignedBy, recoverAddress } from '../../../ledger-sync/evidence/signature.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import { flipBit } from './memory-log.js';

/** The check without any memory of keys. */
function isRecoveredTo(address: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
  try {
    return equalBytes(recoverAddress(digest, signature), address);
  } catch (error) {
    if (error instanceof EvidenceError) return false;
    throw error;
  }
}

// More keys than are remembered, and of the first few more checks than make a table.
const signers = Array.from({ length: 24 }, (_, at) => new SoftwareSigner(new Uint8Array(32).fill(at + 1)));
const signerOf = (at: number) => signers[at] ?? new SoftwareSigner(new Uint8Array(32).fill(99));

test('true and damaged signatures of known keys come out as by recovery', () => {
  const index = fc.oneof({ weight: 3, arbitrary: fc.nat(2) }, { weight: 1, arbitrary: fc.nat(23) });
  fc.assert(
    fc.property(index, index, fc.uint8Array(), fc.option(fc.nat(511)), (own, other, message, bit) => {
      const digest = sha256(message);
      const signature = signerOf(own).sign(digest);
      const shown = bit === null ? signature : flipBit(signature, bit);
      const { address } = signerOf(other);
      expect(isSignedBy(address, digest, shown)).toBe(isRecoveredTo(address, digest, shown));
      expect(isSignedBy(signerOf(own).address, digest, signature)).toBe(true);
      expect(isSignedBy(signerOf(own).address, sha256(digest), signature)).toBe(false);
    }),
    { numRuns: 150 },
  );
});

test('a known key does not answer for a signature with the other parity', () => {
  for (let at = 0; at < 12; at++) {
    const digest = sha256(Uint8Array.of(at));
    const { address } = signerOf(0);
    const signature = signerOf(0).sign(digest);
    expect(isSignedBy(address, digest, signature)).toBe(true);
    // The top bit of s.
    expect(isSignedBy(address, digest, flipBit(signature, 32 * 8 + 7))).toBe(false);
  }
});
