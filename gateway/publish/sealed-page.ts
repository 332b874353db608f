// What a sealed log message says of its records beyond their leaves: names with their salts, and the documents. With it
// a recipient checks each name and document against the leaf; without it the leaves give nothing away.

import { fromHex, toHex } from '../../ledger-sync/evidence/bytes.js';
import type { JournalReader } from '../journal/journal-reader.js';
import type { LogPage } from './log-page.js';
import { signedDetail } from './signed-detail.js';
import { requireSignedName } from './signed-name.js';

/** As PROTOCOL.md section 17 has it: shipments stand among the names. */
interface PageSecrets {
  readonly names: { readonly subject: string; readonly name: string; readonly salt?: string }[];
  readonly details: unknown[];
}

export class SealedPages {
  readonly #journal: JournalReader;
  #shipments = new Map<string, { readonly name: string; readonly salt: Uint8Array }>();

  constructor(journal: JournalReader) {
    this.#journal = journal;
  }

  /** @throws JournalError JOURNAL_DAMAGED */
  secretsOf(page: LogPage): PageSecrets {
    const names = new Map<string, PageSecrets['names'][number]>();
    const details = new Map<string, unknown>();
    const { log } = this.#journal;
    for (const record of page.records) {
      const { subject, shipment, detail } = record;
      const id = toHex(subject);
      const known = names.has(id) ? undefined : log.subjectName(subject);
      if (known) {
        requireSignedName(subject, known);
        names.set(id, entry(id, known.name, known.salt));
      }
      if (shipment.length > 0) this.#addShipment(names, toHex(shipment));
      if (detail.length === 0) continue;
      const text = signedDetail(log, record);
      if (text !== undefined) details.set(toHex(detail), JSON.parse(text));
    }
    return { names: [...names.values()], details: [...details.values()] };
  }

  #addShipment(names: Map<string, PageSecrets['names'][number]>, id: string): void {
    if (names.has(id)) return;
    if (!this.#shipments.has(id)) {
      const rows = this.#journal.shipmentNames();
      this.#shipments = new Map(rows.map(({ shipment, name, salt }) => [toHex(shipment), { name, salt }]));
    }
    const known = this.#shipments.get(id);
    if (!known) return;
    requireSignedName(fromHex(id), known);
    names.set(id, entry(id, known.name, known.salt));
  }
}

function entry(subject: string, name: string, salt: Uint8Array | undefined) {
  return { subject, name, ...(salt === undefined ? {} : { salt: toHex(salt) }) };
}
