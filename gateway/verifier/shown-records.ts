// The records of a file as a page may show them: plain texts and numbers, with nothing in them that a stranger could use to
// turn the reading direction round. Only for files that are not refuted: then the readable words are those of the leaves.

import { fromBase64url, toHex } from '../../ledger-sync/evidence/bytes.js';
import { canonicalJson, detailHash } from '../../ledger-sync/evidence/jcs.js';
import { printable } from '../../ledger-sync/evidence/printable.js';
import { type ReadableRecord, readableOf } from '../../ledger-sync/evidence/readable.js';
import { decodeRecord } from '../../ledger-sync/evidence/record.js';
import type { EvidenceFile } from '../../ledger-sync/proofs/evidence-file.js';

export interface ShownRecord {
  readonly sequence: number;
  readonly observedAt: string;
  readonly kind: string;
  /** The name; the subject's hash where none is given. */
  readonly name: string;
  readonly value: number;
  readonly unit: string | undefined;
  readonly quality: string;
  /** Canonical JSON of its document, cut to 300 characters. */
  readonly document: string | undefined;
}

/** What a file holds, without the words that every page makes of it. */
export class FileRecords {
  readonly readable: readonly Pick<ReadableRecord, keyof ReadableRecord>[];
  readonly #file: EvidenceFile;
  #documents: ReadonlyMap<string, unknown> | undefined;

  /** @param file that was judged, and not refuted */
  constructor(file: EvidenceFile) {
    this.#file = file;
    this.readable =
      'bundle' in file
        ? file.bundle.records.map(({ readable }) => readable as ReadableRecord)
        : [readableOf(decodeRecord(file.proof.leaf), undefined)];
  }

  /** The document of the record at a place of the file; undefined where it names none or the file lacks it. */
  documentAt(at: number): unknown {
    if (!('bundle' in this.#file)) return undefined;
    const { records, details } = this.#file.bundle;
    const leaf = records[at]?.leaf;
    if (details.length === 0 || leaf === undefined) return undefined;
    this.#documents ??= new Map(details.map((document) => [toHex(detailHash(document)), document]));
    const { detail } = decodeRecord(fromBase64url(leaf));
    return detail.length === 0 ? undefined : this.#documents.get(toHex(detail));
  }

  /** A page of the table. */
  shown(from: number, count: number): ShownRecord[] {
    return this.readable.slice(from, from + count).map((record, at) => {
      const document = this.documentAt(from + at);
      return {
        sequence: record.sequence,
        observedAt: record.observedAt,
        kind: record.kind,
        name: printable(record.name ?? record.subject),
        value: record.value,
        unit: record.unit,
        quality: record.quality,
        document: document === undefined ? undefined : printable(canonicalJson(document)),
      };
    });
  }
}
