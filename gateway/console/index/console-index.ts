// The index with the names that belong to it. Names are read from the journal each time: what was erased there is gone here.

import { decodeRecord, recordKinds } from '../../../ledger-sync/evidence/record.js';
import type { JournalReader } from '../../journal/journal-reader.js';
import { signedDetail } from '../../publish/signed-detail.js';
import type { Position } from '../api/fields.js';
import type { IndexConnection } from './index-database.js';
import { type IndexedSensor, IndexReader } from './index-reader.js';
import { SeriesReader } from './series-reader.js';

export interface NamedSensor {
  readonly sensor: IndexedSensor;
  readonly name: string;
}

const isWhole = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value);

export class ConsoleIndex {
  readonly reader: IndexReader;
  readonly series: SeriesReader;
  readonly #journal: JournalReader;

  constructor(journal: JournalReader, database: IndexConnection) {
    this.#journal = journal;
    this.reader = new IndexReader(database);
    this.series = new SeriesReader(journal, database);
  }

  /** Records of the log that it knows. */
  get size(): number {
    return this.reader.size();
  }

  /** Sensors of readings whose names are not erased, by name. */
  sensors(): NamedSensor[] {
    return this.reader
      .sensors()
      .flatMap((sensor) => {
        const name = this.#journal.log.nameOf(sensor.subject);
        return name === undefined ? [] : [{ sensor, name }];
      })
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** Of temperature probes. */
  sensorNames(): string[] {
    return this.sensors().flatMap(({ sensor, name }) =>
      sensor.kind === recordKinds.temperature ? [name] : [],
    );
  }

  /** When the first and the last of these records were observed. */
  timeOfRecords(first: number | null, last: number | null): { fromMs: number; toMs: number } | undefined {
    const [from, to] = [first, last].map((sequence) =>
      sequence === null ? undefined : this.#journal.log.leaf(sequence),
    );
    if (!from || !to) return undefined;
    const times = [from, to].map((leaf) => this.#journal.times.placed(decodeRecord(leaf)).observedAtMs);
    return { fromMs: Math.min(...times), toMs: Math.max(...times) };
  }

  /** Where a record says that the truck was; undefined if its words are erased. @throws JournalError JOURNAL_DAMAGED */
  position(sequence: number): Position | undefined {
    const leaf = this.#journal.log.leaf(sequence);
    const record = leaf && this.#journal.times.placed(decodeRecord(leaf));
    const text = record && signedDetail(this.#journal.log, record);
    if (text === undefined || !record) return undefined;
    const { latitudeDegE7, longitudeDegE7, speedMmPerS } = JSON.parse(text) as Record<string, unknown>;
    if (!isWhole(latitudeDegE7) || !isWhole(longitudeDegE7)) return undefined;
    const sensorId = this.#journal.log.nameOf(record.subject) ?? '';
    const speed = isWhole(speedMmPerS) ? speedMmPerS : null;
    return { atMs: record.observedAtMs, sensorId, latitudeDegE7, longitudeDegE7, speedMmPerS: speed };
  }
}
