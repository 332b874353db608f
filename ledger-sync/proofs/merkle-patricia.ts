// Proofs of Ethereum's Merkle Patricia tries (Yellow Paper, appendix D), as `eth_getProof` gives them. Every node is
// compared with the hash that names it before it is read, from the root on: nothing unauthenticated is decoded.

import { equalBytes } from '../evidence/bytes.js';
import { EvidenceError } from '../evidence/evidence-error.js';
import { keccak256 } from '../evidence/keccak.js';
import { decodeRlp, type RlpItem } from './rlp.js';

const HASH_BYTES = 32;
const BRANCH_ITEMS = 17;
const VALUE_AT = 16;
const ODD = 1;
const LEAF = 2;

/**
 * The value under a key, or undefined where the trie has none: both are proven.
 * @param key before hashing: an address, or a storage key
 * @param nodes root first
 * @throws EvidenceError PROOF_MALFORMED if the nodes do not prove the one or the other
 */
export function valueInTrie(
  root: Uint8Array,
  key: Uint8Array,
  nodes: readonly Uint8Array[],
): Uint8Array | undefined {
  // An empty trie is one node, the empty string; some nodes prove it by no node at all.
  if (nodes.length === 0 && equalBytes(root, keccak256(Uint8Array.of(0x80)))) return undefined;
  const path = nibblesOf(keccak256(key));
  let at = 0;
  let used = 0;
  let next: RlpItem = root;
  for (;;) {
    const node: RlpItem = next instanceof Uint8Array ? openNode(next, nodes[used++]) : next;
    const step = stepInto(node, path, at);
    if (step.kind === 'on') {
      at = step.at;
      next = step.next;
      continue;
    }
    // More nodes than the path needs: a part that nothing checks.
    if (used !== nodes.length) throw malformed('nodes that the path does not need');
    return step.value;
  }
}

type Step =
  | { readonly kind: 'on'; readonly next: RlpItem; readonly at: number }
  | { readonly kind: 'end'; readonly value: Uint8Array | undefined };

const absent: Step = { kind: 'end', value: undefined };

function stepInto(node: RlpItem, path: readonly number[], at: number): Step {
  if (node instanceof Uint8Array) {
    if (node.length === 0) return absent;
    throw malformed('a node that is no list');
  }
  if (node.length === BRANCH_ITEMS) {
    const nibble = path[at];
    if (nibble === undefined) return { kind: 'end', value: bytesOf(node[VALUE_AT]) };
    const child = node[nibble] ?? new Uint8Array(0);
    return isEmpty(child) ? absent : { kind: 'on', next: child, at: at + 1 };
  }
  const [encoded, content, more] = node;
  if (content === undefined || more !== undefined) throw malformed('a node of another form');
  const prefix = nibblesOf(bytesOf(encoded));
  const flags = prefix[0] ?? 0;
  const rest = prefix.slice((flags & ODD) === 0 ? 2 : 1);
  const fits = rest.every((nibble, offset) => path[at + offset] === nibble);
  if ((flags & LEAF) !== 0) {
    return fits && at + rest.length === path.length ? { kind: 'end', value: bytesOf(content) } : absent;
  }
  if (rest.length === 0) throw malformed('an extension of nothing');
  return fits ? { kind: 'on', next: content, at: at + rest.length } : absent;
}

function openNode(hash: Uint8Array, node: Uint8Array | undefined): RlpItem {
  if (!node) throw malformed('a node is missing');
  if (hash.length !== HASH_BYTES || !equalBytes(keccak256(node), hash))
    throw malformed('a node has another hash');
  return decodeRlp(node);
}

function isEmpty(item: RlpItem): boolean {
  return item.length === 0;
}

function bytesOf(item: RlpItem | undefined): Uint8Array {
  if (item instanceof Uint8Array) return item;
  throw malformed('a list where bytes must be');
}

function nibblesOf(bytes: Uint8Array): number[] {
  return [...bytes].flatMap((byte) => [byte >> 4, byte & 0x0f]);
}

function malformed(problem: string): EvidenceError {
  return new EvidenceError(
    'PROOF_MALFORMED',
    `state proof: ${problem}`,
    'it is damaged, or of another block or account',
  );
}
