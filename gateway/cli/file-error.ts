// A file that a command was given cannot be used.

export class FileError extends Error {
  override readonly name = 'FileError';

  constructor(
    readonly code: 'FILE_UNREADABLE' | 'FILE_UNWRITABLE',
    message: string,
    readonly hint: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}
