// The nodes of a log that a bundle's range proof gives: every complete subtree of its records, and those beside them. Enough
// for the inclusion proof of each of its records.

import type { EvidenceBundle } from './bundle-schema.js';
import { fromBase64url, fromHex } from './bytes.js';
import { EvidenceError } from './evidence-error.js';
import { leafHash, nodeHash } from './merkle.js';
import { type NodeReader, subtreesOf } from './node-reader.js';

/** @throws EvidenceError PROOF_MALFORMED where the hashes beside the records are not as many as their place needs */
export function bundleNodes({ records, proof }: Pick<EvidenceBundle, 'records' | 'proof'>): NodeReader {
  const { begin, end, size, left, right } = proof;
  const known = new Map<string, Uint8Array>();
  for (const [hashes, subtrees] of [
    [left, subtreesOf(0, begin)],
    [right, subtreesOf(end, size)],
  ] as const) {
    if (hashes.length !== subtrees.length) throw malformed();
    for (const [at, { level, index }] of subtrees.entries()) {
      known.set(`${level} ${index}`, fromHex(hashes[at] ?? ''));
    }
  }
  for (const [at, { leaf }] of records.entries()) known.set(`0 ${begin + at}`, leafHash(fromBase64url(leaf)));

  const node = (level: number, index: number): Uint8Array => {
    const key = `${level} ${index}`;
    const found = known.get(key);
    if (found) return found;
    if (level === 0) throw malformed();
    // A larger subtree: both halves are known, or made of what is.
    const made = nodeHash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1));
    known.set(key, made);
    return made;
  };
  return { node };
}

function malformed(): EvidenceError {
  const hint = 'verify the bundle first';
  return new EvidenceError('PROOF_MALFORMED', 'the proof of the bundle does not fit its records', hint);
}
