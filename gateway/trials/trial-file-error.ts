// A file of a trial that cannot be taken.

export class TrialFileError extends Error {
  override readonly name = 'TrialFileError';

  constructor(
    readonly code: 'COLUMN_REFUSED' | 'KIT_INVALID' | 'STATEMENT_INVALID' | 'AUDIT_INVALID' | 'LEG_UNKNOWN',
    message: string,
    /** What a person can do. */
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
