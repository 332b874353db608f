// Records of one message as JSON: `readableOf` with the leaf, to the byte, put together from parts that are the same in many
// records. Through an object for each record it was most of what a reading costs on its way to a broker.

import { equalBytes, readUint, toHex } from '../../ledger-sync/evidence/bytes.js';
import { kindName, qualityName, unitOf } from '../../ledger-sync/evidence/readable.js';
import type { EvidenceRecord } from '../../ledger-sync/evidence/record.js';
import type { NameOf } from './known-names.js';

/** An exact integer. */
const KEY_BYTES = 6;

const base64Of = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');

const unitPart = (unit: string | undefined) => (unit === undefined ? '' : `,"unit":"${unit}"`);

/** Parts of a message by the id that they are of: 16 bytes, of which six mostly tell one from the others. */
class PartsById {
  readonly #make: (id: Uint8Array) => string;
  readonly #parts = new Map<number, { readonly id: Uint8Array; readonly part: string }>();

  constructor(make: (id: Uint8Array) => string) {
    this.#make = make;
  }

  of(id: Uint8Array): string {
    const key = readUint(id, 0, KEY_BYTES);
    const known = this.#parts.get(key);
    if (known && equalBytes(known.id, id)) return known.part;
    const part = this.#make(id);
    this.#parts.set(key, { id, part });
    return part;
  }
}

export class RecordJson {
  readonly #subjects: PartsById;
  readonly #shipments = new PartsById((shipment) => `,"shipment":"${toHex(shipment)}"`);
  #timeMs = Number.NaN;
  #time = '';

  /** @param nameOf asked once for each subject. Names may be erased: one of these lives as long as its message */
  constructor(nameOf: NameOf) {
    this.#subjects = new PartsById((subject) => {
      const name = nameOf(subject);
      return `"subject":"${toHex(subject)}"${name === undefined ? '' : `,"name":${JSON.stringify(name)}`}`;
    });
  }

  /** @param leaf that the record was read from */
  text(record: EvidenceRecord, leaf: Uint8Array): string {
    const { sequence, kind, subject, value, quality, shipment } = record;
    return (
      `{"sequence":${sequence},"observedAt":"${this.#timeOf(record.observedAtMs)}","kind":"${kindName(kind)}",` +
      `${this.#subjects.of(subject)},"value":${value}${unitPart(unitOf(kind))},"quality":"${qualityName(quality)}"` +
      `${shipment.length > 0 ? this.#shipments.of(shipment) : ''},"leaf":"${base64Of(leaf)}"}`
    );
  }

  /** Readings of one frame have one time. */
  #timeOf(timeMs: number): string {
    if (timeMs !== this.#timeMs) this.#time = new Date(timeMs).toISOString();
    this.#timeMs = timeMs;
    return this.#time;
  }
}
