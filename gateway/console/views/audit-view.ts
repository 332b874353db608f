// The audit trail a page at a time, found by the index and proven record by record. A place that is broken is shown as such.

import type * as z from 'zod';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import type { JournalReader } from '../../journal/journal-reader.js';
import { type AuditFilter, isWanted } from '../../reviews/audit-entry.js';
import type { AuditEntry, AuditPage, auditQuery } from '../api/audit.js';
import type { ConsoleIndex } from '../index/console-index.js';
import { offsetOf } from './page.js';
import type { ProvenWords, Shown } from './proven-words.js';

/** Looked at for one page, each at about 0.1 ms; where they hold too little, the page is short and says where to go on. */
const MAX_LOOKED_AT = 2_000;
const CHUNK = 200;

const kindCodes = new Map<string, number>(Object.entries(recordKinds));

function apiEntry(shown: Shown): AuditEntry {
  if ('broken' in shown) {
    const { sequence, broken } = shown;
    return {
      sequence,
      observedAtMs: 0,
      recordedAtMs: null,
      kind: 'broken',
      type: null,
      subject: null,
      shipment: null,
      by: null,
      detail: null,
      broken,
    };
  }
  const { sequence, observedAt, recordedAt, kind, type, subject, shipment, by, detail } = shown.entry;
  return {
    ...{ sequence, kind, observedAtMs: Date.parse(observedAt), type: type ?? null },
    recordedAtMs: recordedAt === undefined ? null : Date.parse(recordedAt),
    ...{ subject: subject ?? null, shipment: shipment ?? null, broken: null },
    by: by
      ? { name: by.name, printedName: by.printedName ?? null, role: by.role ?? null, isSigned: by.isSigned }
      : null,
    // Canonical JSON is plain JSON.
    detail: detail === undefined ? null : (detail as AuditEntry['detail']),
  };
}

/** Codes where all names are names of kinds; undefined: the words must be looked at. */
function codesOf(kinds: readonly string[] | undefined): number[] | undefined {
  const codes = kinds?.map((kind) => kindCodes.get(kind));
  return codes?.every((code) => code !== undefined) ? codes : undefined;
}

export class AuditView {
  readonly #journal: JournalReader;
  readonly #index: ConsoleIndex;
  readonly #words: ProvenWords;

  constructor(journal: JournalReader, index: ConsoleIndex, words: ProvenWords) {
    this.#journal = journal;
    this.#index = index;
    this.#words = words;
  }

  /** @throws ConsoleError REQUEST_INVALID */
  page(query: z.output<typeof auditQuery>): AuditPage {
    const { fromMs, toMs, subject, actor, shipment, pageSize } = query;
    const kinds = query.kinds?.split(',').filter((kind) => kind !== '');
    const filter: AuditFilter = { fromMs, toMs, kinds, subject, actor, shipment };
    const entries: AuditEntry[] = [];
    let before = query.pageFrom === undefined ? undefined : offsetOf(query.pageFrom);
    let isEnd = false;
    for (let looked = 0; looked < MAX_LOOKED_AT && entries.length < pageSize && !isEnd; looked += CHUNK) {
      const events = this.#index.reader.events({ fromMs, toMs, kinds: codesOf(kinds), before, limit: CHUNK });
      isEnd = events.length < CHUNK;
      for (const { sequence } of events) {
        before = sequence;
        const shown = this.#words.shown(sequence);
        if (!shown || ('entry' in shown && !isWanted(filter, shown.entry))) continue;
        entries.push(apiEntry(shown));
        if (entries.length < pageSize) continue;
        isEnd = false;
        break;
      }
    }
    const last = this.#journal.log.latestCheckpoint();
    return {
      entries,
      nextPage: isEnd || before === undefined ? null : String(before),
      checkpoint: last ? { size: last.size, root: toHex(last.root), atMs: last.timeMs } : null,
    };
  }
}
