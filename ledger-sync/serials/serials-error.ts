// The one error class of serials: a file that is not what it says, or a question that has no answer.

export type SerialsErrorCode =
  | 'SERIALS_FILE_INVALID'
  | 'PACK_UNKNOWN'
  | 'SNAPSHOT_FORGED'
  | 'SNAPSHOT_FOREIGN'
  | 'SNAPSHOT_OLD';

export class SerialsError extends Error {
  override readonly name = 'SerialsError';

  constructor(
    readonly code: SerialsErrorCode,
    message: string,
    /** What a person can do. */
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
