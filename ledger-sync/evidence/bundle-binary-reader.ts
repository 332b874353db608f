// Reads a binary bundle (PROTOCOL.md section 11). What comes back is the JSON bundle, so there is one verifier. A
// stranger's bytes come in here: all that is thrown is the typed error.

import { unpackMeta } from './batch.js';
import type { SaltedName } from './bundle.js';
import { binaryBundleTag, binaryBundleVersion } from './bundle-binary.js';
import { checkBundle, type EvidenceBundle } from './bundle-schema.js';
import { concatBytes, toBase64url, toHex } from './bytes.js';
import { CborTag, type CborValue, decodeCbor } from './cbor-value.js';
import { EvidenceError } from './evidence-error.js';
import { canonicalJson } from './jcs.js';
import { HASH_BYTES, leafHash } from './merkle.js';
import { subtreesOf } from './node-reader.js';
import { rootFromRange } from './range-proof.js';
import { readableOf } from './readable.js';
import { decodeRecord, subjectOf } from './record.js';

type Head = EvidenceBundle['head'];

/** Right siblings come to at most two for each of 48 levels, left ones to one. */
const MAX_PATH_BYTES = 144 * HASH_BYTES;

/**
 * Reads the binary form; nothing is verified yet. The caller limits the bytes of the file.
 * @throws EvidenceError BUNDLE_MALFORMED, PROOF_MALFORMED, RECORD_MALFORMED, RANGE_INVALID
 */
export function decodeBundle(bytes: Uint8Array): EvidenceBundle {
  const item = decodeCbor(bytes);
  if (!(item instanceof CborTag) || item.tag !== binaryBundleTag) throw malformed('no binary bundle');
  const [
    version,
    leafItems,
    path,
    headValue,
    nameItems,
    detailItems,
    previous,
    checkpoint,
    registration,
    anchor,
  ] = list(item.value, 6, 10);
  if (version !== binaryBundleVersion)
    throw malformed(`version ${String(version)} is not ${binaryBundleVersion}`);
  const leaves = list(leafItems, 1).map(byteString);
  const records = leaves.map(decodeRecord);
  const [first] = records;
  if (!first) throw malformed('no record');
  const unrooted = headOf(list(headValue, 3, 5), previous);
  const size = unrooted.kind === 'batch' ? unrooted.meta.size : unrooted.size;
  const begin = first.sequence;
  const end = begin + records.length;
  const sides = splitPath(byteString(path), begin, end, size);
  const root = toHex(rootFromRange(begin, leaves.map(leafHash), size, sides));
  const names = list(nameItems).map(nameOf);
  const nameOfSubject = new Map(names.map(({ name, salt }) => [toHex(subjectOf(name, salt)), name]));
  return checkBundle({
    format: 'coldgate-bundle',
    version: 1,
    gateway: `0x${toHex(first.gateway)}`,
    records: records.map((record, at) => ({
      leaf: toBase64url(leaves[at] ?? new Uint8Array(0)),
      readable: readableOf(record, nameOfSubject.get(toHex(record.subject))),
    })),
    names: names.map(({ name, salt }) => ({
      subject: toHex(subjectOf(name, salt)),
      name,
      ...(salt ? { salt: toHex(salt) } : {}),
    })),
    details: list(detailItems).map(documentOf),
    proof: { begin, end, size, left: sides.left.map(toHex), right: sides.right.map(toHex) },
    head: { ...unrooted, root },
    ...(checkpoint == null ? {} : { checkpoint: checkpointOf(list(checkpoint, 4, 4)) }),
    ...(registration == null ? {} : { registration: registrationOf(list(registration, 2, 2)) }),
    ...(anchor == null ? {} : { anchor: anchorOf(list(anchor, 4, 5), unrooted) }),
  });
}

type Unrooted<T> = T extends { root: string } ? Omit<T, 'root'> : never;

function headOf(items: readonly CborValue[], previous: CborValue | undefined): Unrooted<Head> {
  if (items.length === 3) {
    const [size, timeMs, signature] = items;
    if (previous != null) throw malformed('a header before a checkpoint');
    return { kind: 'checkpoint', size: count(size), timeMs: count(timeMs), signature: hex(signature) };
  }
  const [chainId, contract, prev, meta, signature, more] = items;
  if (signature === undefined || more !== undefined) throw malformed('a head of another form');
  return {
    kind: 'batch',
    chainId: count(chainId),
    contract: `0x${hex(contract)}`,
    prev: hex(prev),
    meta: metaOf(meta),
    signature: hex(signature),
    ...(previous == null ? {} : { previous: previousOf(list(previous, 3, 3)) }),
  };
}

function previousOf([prev, root, meta]: readonly CborValue[]) {
  return { prev: hex(prev), root: hex(root), meta: metaOf(meta) };
}

function metaOf(value: CborValue | undefined) {
  return unpackMeta(concatBytes(new Uint8Array(2), byteString(value)));
}

function checkpointOf([size, root, timeMs, signature]: readonly CborValue[]) {
  return { size: count(size), root: hex(root), timeMs: count(timeMs), signature: hex(signature) };
}

function registrationOf([transaction, block]: readonly CborValue[]) {
  return { transactionHash: `0x${hex(transaction)}`, blockNumber: count(block) };
}

function anchorOf(
  [transaction, block, blockHash, timeMs, aggregate]: readonly CborValue[],
  head: Unrooted<Head>,
) {
  if (head.kind !== 'batch') throw malformed('an anchor of a checkpoint');
  const { chainId, contract, meta } = head;
  return {
    chainId,
    contract,
    seq: meta.seq,
    transactionHash: `0x${hex(transaction)}`,
    blockNumber: count(block),
    blockHash: `0x${hex(blockHash)}`,
    blockTimeMs: count(timeMs),
    ...(aggregate === undefined ? {} : { aggregate: aggregateOf(list(aggregate, 5, 5)) }),
  };
}

function aggregateOf([aggregator, root, size, index, path]: readonly CborValue[]) {
  return {
    aggregator: `0x${hex(aggregator)}`,
    root: hex(root),
    size: count(size),
    index: count(index),
    path: hashesOf(byteString(path)).map(toHex),
  };
}

function hashesOf(path: Uint8Array): Uint8Array[] {
  if (path.length % HASH_BYTES !== 0 || path.length > MAX_PATH_BYTES)
    throw malformed(`a path of ${path.length} bytes`);
  return Array.from({ length: path.length / HASH_BYTES }, (_unused, at) =>
    path.slice(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  );
}

/** The three numbers say how many hashes are on which side. */
function splitPath(path: Uint8Array, begin: number, end: number, size: number) {
  const hashes = hashesOf(path);
  if (end > size) throw malformed(`records to ${end} in a log of ${size}`);
  const lefts = subtreesOf(0, begin).length;
  return { left: hashes.slice(0, lefts), right: hashes.slice(lefts) };
}

function nameOf(item: CborValue): SaltedName {
  const [name, salt] = list(item, 1, 2);
  if (typeof name !== 'string') throw malformed('a name that is no text');
  return salt === undefined ? { name } : { name, salt: byteString(salt) };
}

function documentOf(item: CborValue): unknown {
  if (typeof item !== 'string') throw malformed('a document that is no text');
  try {
    const document: unknown = JSON.parse(item);
    if (canonicalJson(document) === item) return document;
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof EvidenceError)) throw error;
  }
  throw malformed('a document that is no canonical JSON');
}

function list(
  value: CborValue | undefined,
  least = 0,
  most = Number.POSITIVE_INFINITY,
): readonly CborValue[] {
  if (Array.isArray(value) && value.length >= least && value.length <= most) return value;
  throw malformed('no array of the expected length');
}

function byteString(value: CborValue | undefined): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw malformed('no byte string where one must be');
}

const hex = (value: CborValue | undefined) => toHex(byteString(value));

function count(value: CborValue | undefined): number {
  if (typeof value === 'number' && value >= 0) return value;
  throw malformed('no number where one must be');
}

function malformed(problem: string): EvidenceError {
  return new EvidenceError(
    'BUNDLE_MALFORMED',
    `binary bundle: ${problem}`,
    'the file is no coldgate bundle of version 1, or it was damaged',
  );
}
