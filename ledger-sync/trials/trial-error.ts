// The one error class of trials on the ledger: a file that is not what it says, or a question that has no answer.

export type TrialErrorCode = 'TRIAL_FILE_INVALID' | 'NOT_IN_DATA_SET' | 'NOT_OPENED';

export class TrialError extends Error {
  override readonly name = 'TrialError';

  constructor(
    readonly code: TrialErrorCode,
    message: string,
    /** What a person can do. */
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
