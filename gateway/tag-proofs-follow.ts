// What the ledger-sync role does for chips that prove themselves to their maker alone: sends what the gateway role has put
// beside the log to the maker's service, and writes its answers there. While nobody answers, proofs wait.

import type { AuthenticityConfig } from '../config/authenticity-schema.js';
import {
  askTagService,
  MAX_PROOFS,
  type ServiceProof,
  type ServiceResult,
} from '../ledger-sync/serials/tag-service.js';
import {
  type ProofAnswer,
  type ProofAsk,
  proofAskPrefix,
  readProofAsk,
} from './authenticity/proof/proof-asks.js';
import type { JournalDatabase } from './journal/database.js';
import { TagProofRows } from './journal/tag-proof-rows.js';
import { readPassphrase } from './sealing/key-file.js';

type TagService = NonNullable<AuthenticityConfig['tagService']>;

/** A service that does not know a chip says nothing against it. */
const resultOf: Readonly<Record<ServiceResult, ProofAnswer['result']>> = {
  genuine: 'passed',
  'not-genuine': 'failed',
  unknown: 'no-key',
};

export class TagProofsFollow {
  readonly #service: TagService;
  readonly #rows: TagProofRows;
  readonly #signal: AbortSignal;

  constructor(service: TagService, database: JournalDatabase, signal: AbortSignal) {
    this.#service = service;
    this.#rows = new TagProofRows(database);
    this.#signal = signal;
  }

  /**
   * Asks about all that waits and has no answer yet.
   * @returns how many were answered
   * @throws LedgerError, KeyError for a token file that cannot be read
   */
  async look(): Promise<number> {
    const asks = this.#rows.asks(proofAskPrefix).flatMap((value) => readProofAsk(value) ?? []);
    this.#rows.forgetBut(new Set(asks.map(({ epc }) => epc)));
    const answered = new Map(this.#rows.answers().map(({ epc, askedAtMs }) => [epc, askedAtMs]));
    const open = asks.filter(({ epc, askedAtMs }) => answered.get(epc) !== askedAtMs);
    for (let from = 0; from < open.length; from += MAX_PROOFS)
      await this.#ask(open.slice(from, from + MAX_PROOFS));
    return open.length;
  }

  async #ask(asks: readonly ProofAsk[]): Promise<void> {
    const { url, tokenFile } = this.#service;
    // Read anew each time: tokens expire.
    const token = tokenFile === undefined ? undefined : readPassphrase(tokenFile);
    const results = await askTagService(url, token, asks.map(proofOf), this.#signal);
    this.#rows.save(
      asks.map(({ epc, askedAtMs }, index) => {
        const result = results[index];
        return { epc, askedAtMs, result: result === undefined ? 'no-key' : resultOf[result] };
      }),
    );
  }
}

const proofOf = ({ suite, challenge, response, shortTid }: ProofAsk): ServiceProof => ({
  ...{ suite, message: challenge, response, tid: shortTid },
});
