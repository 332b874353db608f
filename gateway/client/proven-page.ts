// A page of the log that proves itself: its leaves, appended to the range before them, lead to the root that the gateway
// signed, and what it says in words is what the leaves say.

import { equalBytes, toHex } from '../../ledger-sync/evidence/bytes.js';
import { type SignedCheckpoint, verifyCheckpoint } from '../../ledger-sync/evidence/checkpoint.js';
import { CompactRange } from '../../ledger-sync/evidence/compact-range.js';
import { EvidenceError } from '../../ledger-sync/evidence/evidence-error.js';
import { leafHash } from '../../ledger-sync/evidence/merkle.js';
import { type ReadableRecord, readableOf } from '../../ledger-sync/evidence/readable.js';
import { decodeRecord, type EvidenceRecord, subjectOf } from '../../ledger-sync/evidence/record.js';
import type { RecordEvent } from './client-event.js';
import type { JsonObject } from './json-value.js';
import type { LogPayload, Refusal } from './log-payload.js';

export interface ProvenPage {
  readonly firstSequence: number;
  readonly records: readonly RecordEvent[];
  /** Before the first record. */
  readonly rangeBefore: CompactRange;
  /** After the last one. */
  readonly rangeAfter: CompactRange;
  readonly checkpoint: SignedCheckpoint;
  /** The gateway's unsigned word: from there to the first record all was deleted by rule. */
  readonly prunedFrom?: number;
  /** Roughly, while it waits. */
  readonly bytes: number;
}

/**
 * Proves a payload, or says why it proves nothing.
 * @param bytes of the payload as it came
 */
export function provePage(payload: LogPayload, bytes: number): ProvenPage | Refusal {
  const { firstSequence, leaves, checkpoint, prunedFrom } = payload;
  try {
    const rangeBefore = CompactRange.of(firstSequence, payload.rangeBefore);
    const rangeAfter = rangeBefore.clone();
    for (const leaf of leaves) rangeAfter.append(leafHash(leaf));
    const isRoot =
      leaves.length > 0 &&
      rangeAfter.size === checkpoint.size &&
      equalBytes(rangeAfter.root(), checkpoint.root);
    if (!isRoot) return { reason: 'root-mismatch', detail: 'the leaves do not lead to the root' };
    // After the root: a signature costs a hundred times more than a message that is simply wrong.
    if (!verifyCheckpoint(checkpoint)) {
      return { reason: 'signature-invalid', detail: 'the checkpoint is not signed by the gateway it names' };
    }
    const records = leaves.map((leaf, at) => recordEventOf(leaf, payload, at));
    const problem = payload.words
      ? wordsProblem(records, payload.words)
      : namesProblem(records, payload.names);
    if (problem) return { reason: 'words-differ', detail: problem };
    const gap = prunedFrom === undefined ? {} : { prunedFrom };
    return { firstSequence, records, rangeBefore, rangeAfter, checkpoint, bytes, ...gap };
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    const isLeaf = error.code === 'RECORD_MALFORMED';
    return { reason: isLeaf ? 'leaf-malformed' : 'malformed', detail: error.message };
  }
}

function recordEventOf(leaf: Uint8Array, payload: LogPayload, at: number): RecordEvent {
  const record = decodeRecord(leaf);
  const sequence = payload.firstSequence + at;
  if (record.sequence !== sequence || !equalBytes(record.gateway, payload.checkpoint.gateway)) {
    throw new EvidenceError(
      'RECORD_MALFORMED',
      `the leaf at ${sequence} is the record ${record.sequence}, or of another gateway`,
      'the gateway signed what it never should: keep the message',
    );
  }
  const word = payload.words?.[at]?.name;
  const name = payload.words ? word : payload.names.get(toHex(record.subject));
  const readable = readableOf(record, typeof name === 'string' ? name : undefined);
  return { type: 'record', record, leaf, readable, isNameProven: isNameProven(record, readable.name) };
}

function isNameProven({ subject }: EvidenceRecord, name: string | undefined): boolean {
  // Half a surrogate pair has no UTF-8, and so no hash.
  if (name === undefined || /\p{Surrogate}/u.test(name)) return false;
  return equalBytes(subjectOf(name), subject);
}

const fields: readonly (keyof ReadableRecord)[] = [
  'sequence',
  'observedAt',
  'kind',
  'subject',
  'name',
  'value',
  'unit',
  'quality',
  'shipment',
];

/**
 * The first field of the words that is not what the record says, or undefined. A newer gateway may have words for kinds and
 * qualities that are only numbers here; fields that are unknown here are not given on, and so not compared.
 */
export function differingField(readable: ReadableRecord, words: JsonObject): string | undefined {
  const isNewKind = readable.kind.startsWith('kind-');
  const isNewQuality = readable.quality.startsWith('quality-');
  return fields.find((field) => {
    if (isNewKind && (field === 'kind' || field === 'unit')) return false;
    if (isNewQuality && field === 'quality') return false;
    return words[field] !== readable[field];
  });
}

function wordsProblem(records: readonly RecordEvent[], words: readonly JsonObject[]): string | undefined {
  for (const [at, { readable }] of records.entries()) {
    const field = differingField(readable, words[at] ?? {});
    if (field) return `${field} of record ${readable.sequence} is not what its leaf says`;
  }
  return undefined;
}

function namesProblem(
  records: readonly RecordEvent[],
  names: ReadonlyMap<string, string>,
): string | undefined {
  const subjects = new Set(records.map(({ readable }) => readable.subject));
  return [...names.keys()].every((subject) => subjects.has(subject)) ? undefined : 'a name of no record';
}
