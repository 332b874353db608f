// Gaps of the log against the signed records that say what was deleted. A gap that no record tells was cut by another hand;
// what was kept inside of one is proven by itself, under the checkpoint at the gap's end.

import type { SignedCheckpoint } from '../../ledger-sync/evidence/checkpoint.js';
import { buildInclusion, verifyInclusion } from '../../ledger-sync/evidence/inclusion.js';
import { leafHash } from '../../ledger-sync/evidence/merkle.js';
import type { NodeReader } from '../../ledger-sync/evidence/node-reader.js';
import { decodeRecord, type EvidenceRecord, recordKinds } from '../../ledger-sync/evidence/record.js';
import type { LogReader } from '../journal/log-reader.js';
import type { Span } from '../journal/pruned-spans.js';
import { classOfLeaf } from '../journal/record-class.js';
import { lostSpansOf } from '../recovery/recovery-record.js';
import { deletedSpanOf } from '../retention/retention-record.js';
import { type BrokenPlace, placeAt } from './broken-place.js';
import type { CheckedRecord, Forgery } from './checked-record.js';

const PAGE_RECORDS = 1000;
/** One hash for each 256 places of a gap at most. */
const REMEMBERED_LEVEL = 8;

export class GapAccount {
  readonly #log: LogReader;
  readonly #check: (record: EvidenceRecord) => CheckedRecord | Forgery;
  readonly #gaps: { readonly gap: Span; kept: number }[] = [];
  readonly #told: Span[] = [];

  /** @param check gives a record its words, if they are what was signed */
  constructor(log: LogReader, check: (record: EvidenceRecord) => CheckedRecord | Forgery) {
    this.#log = log;
    this.#check = check;
  }

  /** A signed record, of any kind. */
  note(record: EvidenceRecord): void {
    if (record.kind !== recordKinds.dataLoss) return;
    const checked = this.#check(record);
    if ('forged' in checked || checked.detail === undefined || checked.detail === 'missing') return;
    const span = deletedSpanOf(checked.detail);
    if (span) this.#told.push(span);
    this.#told.push(...lostSpansOf(checked.detail));
  }

  /** A gap that was met, with what was kept of it: records, or places where they are not what was signed. */
  *pass(gap: Span, checkpoint: SignedCheckpoint): Generator<EvidenceRecord | BrokenPlace> {
    const met = { gap, kept: 0 };
    this.#gaps.push(met);
    const nodes = remembering(this.#log);
    for (let from = gap.first; ; ) {
      const page = this.#log.stored(from, gap.beyond, PAGE_RECORDS);
      for (const { sequence, leaf } of page) {
        from = sequence + 1;
        if (this.#isDeleted(sequence, leaf)) continue;
        const record = this.#proven(sequence, leaf, checkpoint, nodes);
        if (record) met.kept += 1;
        yield record ?? placeAt(sequence, 'it is not what was signed');
      }
      if (page.length < PAGE_RECORDS) return;
    }
  }

  /** Gaps of which signed records say that they were to be. Ask when all of the log was noted. */
  told(): readonly { readonly gap: Span; readonly kept: number }[] {
    return this.#gaps.filter(({ gap }) => this.#untoldFrom(gap) === undefined);
  }

  /** All others, from where on no record tells of them. */
  untold(): BrokenPlace[] {
    const what = 'they are gone, and no signed record says that they were deleted';
    return this.#gaps.flatMap(({ gap }) => {
      const from = this.#untoldFrom(gap);
      return from === undefined ? [] : [{ firstSequence: from, lastSequence: gap.beyond - 1, what }];
    });
  }

  #untoldFrom({ first, beyond }: Span): number | undefined {
    let at = first;
    for (const span of [...this.#told].sort((a, b) => a.first - b.first)) {
      if (span.first <= at) at = Math.max(at, span.beyond);
    }
    return at < beyond ? at : undefined;
  }

  /** Its row only waits to be swept: to prove thousands of them would take minutes, and show what is gone tomorrow. */
  #isDeleted(sequence: number, leaf: Uint8Array): boolean {
    if (this.#log.pruned.at(sequence, 'lost')) return false;
    const kept = classOfLeaf(leaf);
    return (
      kept === 'readings' || (kept === 'events' && this.#log.pruned.at(sequence, 'events') !== undefined)
    );
  }

  #proven(
    sequence: number,
    leaf: Uint8Array,
    { size, root }: SignedCheckpoint,
    nodes: NodeReader,
  ): EvidenceRecord | undefined {
    try {
      const proof = buildInclusion(sequence, size, nodes);
      return verifyInclusion(sequence, size, leafHash(leaf), proof, root) ? decodeRecord(leaf) : undefined;
    } catch {
      return undefined;
    }
  }
}

/** Neighbours have most of their proof in common, and a large subtree is folded from thousands of hashes. */
function remembering(nodes: NodeReader): NodeReader {
  const known = new Map<string, Uint8Array>();
  return {
    node: (level, index) => {
      const key = `${level}/${index}`;
      const hash = known.get(key) ?? nodes.node(level, index);
      if (level >= REMEMBERED_LEVEL) known.set(key, hash);
      return hash;
    },
  };
}
