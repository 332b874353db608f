// The desk with what feeds it: knowledge that changes while the role runs, each change a record, and at the start the part of
// the log that is not in the fold.

import { recordKinds } from '../../ledger-sync/evidence/record.js';
import type { DraftRecord, StateRow } from '../sealing/draft-record.js';
import type { AuthenticityChange, AuthenticityDesk } from './authenticity-desk.js';
import type { KnownSerials } from './known-serials.js';
import type { ProofAnswer } from './proof/proof-asks.js';
import type { SerialsKnowledge } from './serials-knowledge.js';
import type { StoredTraced } from './stored-traced.js';
import type { VerificationDesk } from './verification/verification-desk.js';

const knownKey = 'authenticity/known';
/** A few milliseconds of reading. */
const SLICE_RECORDS = 1000;

export class AuthenticityWatch {
  readonly #desk: AuthenticityDesk;
  readonly #known: KnownSerials;
  readonly #verifications: VerificationDesk;
  readonly #answers: () => readonly ProofAnswer[];
  #knowledge: SerialsKnowledge | undefined;
  #digest: string | undefined;
  /** Known since the start, and not recorded yet. */
  #adopted: SerialsKnowledge | undefined;

  /**
   * @param stored rows of judge_state
   * @param answers what makers' services have said of proofs, also what was taken before
   */
  constructor(
    desk: AuthenticityDesk,
    known: KnownSerials,
    verifications: VerificationDesk,
    log: StoredTraced,
    stored: ReadonlyMap<string, string>,
    answers: () => readonly ProofAnswer[],
  ) {
    this.#answers = answers;
    this.#verifications = verifications;
    this.#desk = desk;
    this.#known = known;
    this.#digest = stored.get(knownKey);
    let sequence = desk.resumePosition;
    for (
      let page = log.page(sequence, SLICE_RECORDS);
      page.length > 0;
      page = log.page(sequence, SLICE_RECORDS)
    ) {
      for (const record of page) if (record) desk.resume(record);
      sequence += page.length;
    }
    const knowledge = known.look();
    if (knowledge) desk.adopt(knowledge);
    this.#knowledge = knowledge;
    this.#adopted = knowledge;
  }

  take(draft: DraftRecord): AuthenticityChange {
    return this.#desk.take(draft);
  }

  /** Takes what is recorded elsewhere, such as a shipment's steps. */
  pass(draft: DraftRecord): void {
    if (draft.kind !== recordKinds.tagSighting) this.#desk.take(draft);
  }

  /** @param base a draft of this moment; @param position sequence of the next record */
  tick(base: DraftRecord, position: number): AuthenticityChange {
    const judgeState: StateRow[] = [...this.#desk.tick(position)];
    const knowledge = this.#known.look() ?? this.#adopted;
    this.#adopted = undefined;
    const drafts = knowledge ? this.#adopt(knowledge, base, judgeState) : [];
    const answers = this.#verifications.answer(this.#knowledge, base);
    judgeState.push(...answers.state);
    const proven = this.#answers().map((answer) => this.#desk.answer(answer, base));
    judgeState.push(...proven.flatMap((change) => change.judgeState));
    return {
      drafts: [...drafts, ...answers.drafts, ...proven.flatMap((change) => change.drafts)],
      judgeState,
    };
  }

  /** What is known from now on is a record, if it is anything new. */
  #adopt(knowledge: SerialsKnowledge, base: DraftRecord, judgeState: StateRow[]): DraftRecord[] {
    this.#knowledge = knowledge;
    this.#desk.adopt(knowledge);
    const { digest, lots, packs, recalledLots, asOfMs } = knowledge;
    if (digest === this.#digest) return [];
    this.#digest = digest;
    judgeState.push([knownKey, digest]);
    const detail = { type: 'serials-known', digest, lots, packs, recalledLots, asOfMs };
    return [{ ...base, kind: recordKinds.configurationChange, subjectName: 'authenticity', detail }];
  }
}
