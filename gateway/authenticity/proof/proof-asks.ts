// Proofs that only the maker's service can judge, as rows beside the log: put there in the commit of the sighting, read by the
// ledger-sync role, gone with the record of the answer. One a tag; the chip's short number is in these rows and nowhere else.

import * as z from 'zod';
import type { DraftRecord, StateRow } from '../../sealing/draft-record.js';
import type { ProofResult } from './proof-detail.js';

export const proofAskPrefix = 'authenticity/proof/';

const askSchema = z.strictObject({
  epc: z.string(),
  askedAtMs: z.int(),
  suite: z.literal('impinj'),
  challenge: z.string(),
  response: z.string(),
  shortTid: z.string(),
  reader: z.string(),
  /** Print of the chip, where its TID was read. */
  chip: z.string().exactOptional(),
});
export type ProofAsk = z.infer<typeof askSchema>;

/** What the service said of one ask. */
export interface ProofAnswer {
  readonly epc: string;
  readonly askedAtMs: number;
  /** no-key: the service does not know the chip. */
  readonly result: Extract<ProofResult, 'passed' | 'failed' | 'no-key'>;
}

/** @param value of a row; undefined for what another program wrote */
export function readProofAsk(value: string): ProofAsk | undefined {
  const read = askSchema.safeParse(JSON.parse(value));
  return read.success ? read.data : undefined;
}

export class ProofAsks {
  readonly #asks = new Map<string, ProofAsk>();

  /** @param stored rows beside the log */
  constructor(stored: ReadonlyMap<string, string>) {
    for (const [key, value] of stored) {
      const ask = key.startsWith(proofAskPrefix) ? readProofAsk(value) : undefined;
      if (ask) this.#asks.set(ask.epc, ask);
    }
  }

  /** @param draft of a sighting with a proof */
  put({ subjectName: epc, observedAtMs: askedAtMs, detail, aside }: DraftRecord): readonly StateRow[] {
    const { reader, chip, proof } = detail ?? {};
    const { shortTid } = aside ?? {};
    const { suite, challenge, response } = (proof ?? {}) as Partial<ProofAsk>;
    const read = askSchema.safeParse({
      ...{ epc, askedAtMs, suite, challenge, response, shortTid, reader },
      ...(chip === undefined ? {} : { chip }),
    });
    if (!read.success) return [];
    this.#asks.set(epc, read.data);
    return [[proofAskPrefix + epc, JSON.stringify(read.data)]];
  }

  /** What an answer is about; undefined if that was answered before, or another was asked since. */
  answeredBy({ epc, askedAtMs }: ProofAnswer): ProofAsk | undefined {
    const ask = this.#asks.get(epc);
    return ask?.askedAtMs === askedAtMs ? ask : undefined;
  }

  forget(epc: string): readonly StateRow[] {
    return this.#asks.delete(epc) ? [[proofAskPrefix + epc, undefined]] : [];
  }
}
