// Checks of a bundle's records against themselves (PROTOCOL.md section 9, steps 1 to 6): leaves, order, words,
// names, documents. Nothing here knows a signature: alone these checks prove nothing.

import type { EvidenceBundle } from './bundle-schema.js';
import { equalBytes, fromBase64url, fromHex, toHex } from './bytes.js';
import { EvidenceError } from './evidence-error.js';
import { detailHash } from './jcs.js';
import { printable } from './printable.js';
import { type ReadableRecord, readableOf } from './readable.js';
import { decodeRecord, type EvidenceRecord, subjectOf } from './record.js';
import { type Check, failed, notProven, proven } from './verify-check.js';

export interface Leaf {
  readonly bytes: Uint8Array;
  readonly record: EvidenceRecord;
}

/** Decodes the leaves; stops at the first bad one. */
export function checkLeaves(bundle: EvidenceBundle): { leaves: Leaf[]; check: Check } {
  const gateway = fromHex(bundle.gateway);
  const leaves: Leaf[] = [];
  for (const [at, { leaf }] of bundle.records.entries()) {
    const decoded = decodeLeaf(leaf);
    if (typeof decoded === 'string') return { leaves, check: failed('leaves', `record ${at}: ${decoded}`) };
    if (!equalBytes(decoded.record.gateway, gateway)) {
      const other = toHex(decoded.record.gateway);
      return {
        leaves,
        check: failed('leaves', `record ${at} is of gateway 0x${other}, not ${bundle.gateway}`),
      };
    }
    leaves.push(decoded);
  }
  return { leaves, check: proven('leaves', `${leaves.length} canonical records of ${bundle.gateway}`) };
}

function decodeLeaf(text: string): Leaf | string {
  try {
    const bytes = fromBase64url(text);
    return { bytes, record: decodeRecord(bytes) };
  } catch (error) {
    if (error instanceof EvidenceError) return error.message;
    throw error;
  }
}

/** Sequences must run without a hole and be the tree indexes that the proof names. */
export function checkSequence(leaves: readonly Leaf[], { begin, end }: EvidenceBundle['proof']): Check {
  const wrong = leaves.findIndex(({ record }, at) => record.sequence !== begin + at);
  if (wrong >= 0) {
    const sequence = leaves[wrong]?.record.sequence;
    return failed(
      'sequence',
      `record ${wrong} has sequence ${sequence}, not ${begin + wrong}: something is left out`,
    );
  }
  if (end !== begin + leaves.length)
    return failed('sequence', `${leaves.length} records are not ${begin} to ${end - 1}`);
  return proven('sequence', `nothing is left out between ${begin} and ${end - 1}`);
}

/** The words must be exactly what leaf and name give. */
export function checkReadable(bundle: EvidenceBundle, leaves: readonly Leaf[]): Check {
  const names = new Map(bundle.names.map(({ subject, name }) => [subject, name]));
  for (const [at, { record }] of leaves.entries()) {
    const expected = readableOf(record, names.get(toHex(record.subject)));
    const field = differingField(expected, bundle.records[at]?.readable);
    if (field) return failed('readable', `record ${at}: ${field} is not what the leaf says`);
  }
  return proven('readable', 'the readable values are those of the signed bytes');
}

function differingField(expected: ReadableRecord, seen: object | undefined): string | undefined {
  const wanted = new Map<string, unknown>(Object.entries(expected));
  const given = new Map<string, unknown>(Object.entries(seen ?? {}));
  for (const field of new Set([...wanted.keys(), ...given.keys()])) {
    if (wanted.get(field) !== given.get(field)) return field;
  }
  return undefined;
}

/** Each name must hash to a subject or shipment of these records. */
export function checkNames(bundle: EvidenceBundle, leaves: readonly Leaf[]): Check {
  const nameless = new Set(leaves.flatMap(({ record }) => [toHex(record.subject), toHex(record.shipment)]));
  nameless.delete('');
  const count = nameless.size;
  for (const { subject, name, salt } of bundle.names) {
    const shown = `the name "${printable(name)}"`;
    const hash = toHex(subjectOf(name, salt === undefined ? undefined : fromHex(salt)));
    if (hash !== subject) return failed('names', `${shown} does not hash to ${subject}`);
    if (!nameless.delete(subject))
      return failed('names', `${shown} belongs to none of the records, or is there twice`);
  }
  return nameless.size === 0
    ? proven('names', `all ${count} subjects and shipments are named`)
    : notProven(
        'names',
        `${nameless.size} of ${count} subjects and shipments have no name here; ask for it to know what was meant`,
      );
}

/** Each document must be one that a leaf names by hash. */
export function checkDetails(bundle: EvidenceBundle, leaves: readonly Leaf[]): Check {
  const wanted = new Set(
    leaves.filter(({ record }) => record.detail.length > 0).map(({ record }) => toHex(record.detail)),
  );
  const count = wanted.size;
  for (const [at, document] of bundle.details.entries()) {
    if (!wanted.delete(toHex(detailHash(document)))) {
      return failed('details', `document ${at} is named by no record, or is there twice`);
    }
  }
  return wanted.size === 0
    ? proven(
        'details',
        count === 0 ? 'no record names a document' : `${count} documents are those that were signed`,
      )
    : notProven(
        'details',
        `${wanted.size} of ${count} documents are not in the bundle; ask the gateway for them`,
      );
}
