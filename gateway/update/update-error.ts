// Why another version cannot be planned, installed or gone back from. A message names the package, the version and what was
// seen; a hint says what a person can do.

export type UpdateErrorCode =
  /** The answer is no: the package is not what was signed, or does not run here. */
  | 'PACKAGE_REFUSED'
  | 'PACKAGE_INCOMPLETE'
  | 'VERSION_OLDER'
  | 'VERSION_UNFIT'
  | 'NOTHING_BEFORE'
  /** It could not be tried. */
  | 'PACKAGE_UNREADABLE'
  | 'UPDATE_NO_ROOM'
  | 'UPDATE_UNDER_WAY'
  | 'UPDATE_UNWATCHED'
  | 'UPDATE_UNWRITABLE';

const refusals: readonly UpdateErrorCode[] = [
  ...(['PACKAGE_REFUSED', 'PACKAGE_INCOMPLETE', 'VERSION_OLDER', 'VERSION_UNFIT', 'NOTHING_BEFORE'] as const),
];

export class UpdateError extends Error {
  override readonly name = 'UpdateError';

  constructor(
    readonly code: UpdateErrorCode,
    message: string,
    readonly hint: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }

  /** Whether the question was answered, by no. */
  get isRefusal(): boolean {
    return refusals.includes(this.code);
  }
}

/** What a foreign error says, in one line. */
export const saidBy = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
