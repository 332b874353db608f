// Answers what people have asked as soon as it can be answered: at once with a fresh list, after the next contact without one.
// The answer is a record; that it is still pending, and why, is only a row.

import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { itemName } from '../../../ledger-sync/serials/pack-commitment.js';
import type { StateChange, StateView } from '../../requests/request.js';
import type { DraftRecord } from '../../sealing/draft-record.js';
import type { SerialsKnowledge } from '../serials-knowledge.js';
import { readVerifications, type Verification, verificationRow } from './verification.js';
import { answerTo, type VerificationAnswer } from './verification-answer.js';

export class VerificationDesk {
  readonly #state: StateView;
  readonly #maxAgeMs: number;

  /** @param state changed by the caller with what each call gives, before the next call */
  constructor(state: StateView, maxAgeMs: number) {
    this.#state = state;
    this.#maxAgeMs = maxAgeMs;
  }

  /** @param base a draft of this moment */
  answer(
    knowledge: SerialsKnowledge | undefined,
    base: DraftRecord,
  ): { readonly drafts: readonly DraftRecord[]; readonly state: readonly StateChange[] } {
    const drafts: DraftRecord[] = [];
    const state: StateChange[] = [];
    const moment = {
      nowMs: base.observedAtMs,
      isClockTrusted: base.clockTrust > 0,
      maxAgeMs: this.#maxAgeMs,
    };
    for (const asked of readVerifications(this.#state)) {
      if (asked.state !== 'pending') continue;
      const known = knowledge?.find(asked.gtin, asked.serial, undefined) ?? { kind: 'no-snapshot' as const };
      const answer = answerTo(asked, known, moment);
      if (answer.state === 'pending') {
        if (answer.why !== asked.why) state.push(verificationRow({ ...asked, why: answer.why }));
        continue;
      }
      state.push(verificationRow(answered(asked, answer, base.observedAtMs)));
      drafts.push(answerDraft(asked, answer, base));
    }
    return { drafts, state };
  }
}

type Settled = Exclude<VerificationAnswer, { state: 'pending' }>;

function answered(
  { why: _why, ...asked }: Verification,
  answer: Settled,
  answeredAtMs: number,
): Verification {
  const { state, info, asOfMs } = answer;
  return {
    ...asked,
    ...{ state, info: [...info], answeredAtMs, knownAsOfMs: asOfMs },
    ...(answer.state === 'not-verified' ? { reason: answer.reason } : {}),
  };
}

function answerDraft({ id, gtin, serial }: Verification, answer: Settled, base: DraftRecord): DraftRecord {
  const { state, info, asOfMs } = answer;
  return {
    ...base,
    ...{ kind: recordKinds.tagAuthenticity, subjectName: itemName(gtin, serial), isSalted: true, value: 0 },
    detail: {
      ...{ type: 'verification-answered', verification: id, state, info, knownAsOfMs: asOfMs },
      ...(answer.state === 'not-verified' ? { reason: answer.reason } : {}),
    },
  };
}
