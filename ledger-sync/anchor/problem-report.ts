// Stores a trouble once, however often it is met, and takes it back once. Each change is a commit on an SD card, and
// an alert to a person: the word of one endpoint of several is not enough for that.
import type { AnchorProblem } from './anchor-store.js';

export class ProblemReport {
  readonly #save: (problem: AnchorProblem | undefined) => void;
  readonly #needsSecondLook: boolean;
  /** After a start it is not known what an earlier process left behind. */
  #isStored = false;
  #storedCode: string | undefined;
  #suspected: string | undefined;

  /** @param needsSecondLook store a problem only when two looks in a row, at different endpoints, meet it */
  constructor(save: (problem: AnchorProblem | undefined) => void, needsSecondLook: boolean) {
    this.#save = save;
    this.#needsSecondLook = needsSecondLook;
  }

  /** Tells what the last look met; undefined when all is well. */
  tell(problem: AnchorProblem | undefined): void {
    const isSuspected = problem === undefined || this.#suspected === problem.code;
    this.#suspected = problem?.code;
    if (this.#needsSecondLook && !isSuspected) return;
    // By code: the words name the call that failed, which is another one each time.
    if (this.#isStored && problem?.code === this.#storedCode) return;
    this.#save(problem && { code: problem.code, message: problem.message, hint: problem.hint });
    this.#isStored = true;
    this.#storedCode = problem?.code;
  }
}
