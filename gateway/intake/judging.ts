// What the judges make of drafts before they are sealed, and of time that passes: more drafts, and rows that are kept
// beside the log, all for one commit.

import type { ExcursionDesk } from '../excursions/excursion-desk.js';
import type { DraftRecord, StateRow } from '../sealing/draft-record.js';

export interface Judged {
  /** What was given, each followed by what came of it. */
  readonly drafts: readonly DraftRecord[];
  readonly judgeState: readonly StateRow[];
}

export interface JudgingParts {
  readonly excursions: ExcursionDesk;
}

export class Judging {
  readonly #excursions: ExcursionDesk;

  constructor({ excursions }: JudgingParts) {
    this.#excursions = excursions;
  }

  /** Takes readings and what else devices say, in their order. */
  take(readings: readonly DraftRecord[]): Judged {
    const drafts: DraftRecord[] = [];
    const judgeState: StateRow[] = [];
    for (const reading of readings) {
      const judgement = this.#excursions.judge(reading);
      drafts.push(reading, ...judgement.drafts);
      judgeState.push(...judgement.judgeState);
    }
    return { drafts, judgeState };
  }

  /** @param base a draft of this moment; @param position sequence of the next record */
  tick(base: DraftRecord, position: number): Judged {
    return this.#excursions.tick(base, position);
  }
}
