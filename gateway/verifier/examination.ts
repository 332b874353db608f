// The worker's side of the page: keeps the file that was given last and answers questions about it. Runs in a browser and in
// Node alike.

import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { sha256 } from '../../ledger-sync/evidence/sha256.js';
import type { EvidenceFile } from '../../ledger-sync/proofs/evidence-file.js';
import type { Answer, Contents, Question } from './dialogue.js';
import { type Expectation, judgeFile, type Refused, readGiven } from './judged-file.js';
import { seriesIn } from './reading-series.js';
import { excursionsIn } from './shown-excursions.js';
import { FileRecords } from './shown-records.js';

const MAX_SERIES = 12;
const MAX_EXCURSIONS = 200;
/** About one for each pixel of a wide chart. */
const BUCKETS = 800;

export class Examination {
  #file: EvidenceFile | Refused | undefined;
  #fileHash = '';
  #records: FileRecords | undefined;

  /** Never throws: what goes wrong here is told as an answer. */
  async answer(question: Question): Promise<Answer> {
    try {
      if (question.kind === 'rows')
        return {
          kind: 'rows',
          from: question.from,
          rows: this.#records?.shown(question.from, question.count) ?? [],
        };
      if (question.kind === 'file') await this.#open(question.file);
      return this.#judge(question.expectation);
    } catch (error) {
      return { kind: 'broken', message: error instanceof Error ? error.message : String(error) };
    }
  }

  async #open(file: Blob): Promise<void> {
    this.#records = undefined;
    const bytes = new Uint8Array(await file.arrayBuffer());
    this.#fileHash = toHex(sha256(bytes));
    this.#file = readGiven(bytes);
  }

  #judge(expectation: Expectation): Answer {
    const file = this.#file;
    const fileHash = this.#fileHash;
    if (!file) return { kind: 'broken', message: 'no file was given' };
    if ('code' in file) return { kind: 'refused', refused: file, fileHash };
    const judged = judgeFile(file, expectation);
    if (judged.light === 'red') {
      this.#records = undefined;
      return { kind: 'judged', judged, contents: undefined, fileHash };
    }
    this.#records ??= new FileRecords(file);
    return { kind: 'judged', judged, contents: contentsOf(this.#records), fileHash };
  }
}

function contentsOf(records: FileRecords): Contents {
  const series = seriesIn(records, MAX_SERIES, BUCKETS);
  const excursions = excursionsIn(records, MAX_EXCURSIONS);
  return {
    records: records.readable.length,
    series: series.shown,
    seriesTotal: series.total,
    excursions: excursions.shown,
    excursionsTotal: excursions.total,
  };
}
