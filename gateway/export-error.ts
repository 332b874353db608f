// What a person asked to be exported is not there.

export type ExportErrorCode =
  | 'SHIPMENT_UNKNOWN'
  | 'WINDOW_EMPTY'
  | 'RECORDS_DELETED'
  | 'RECORDS_LOST'
  | 'FILE_EXISTS'
  | 'FILE_UNREADABLE';

export class ExportError extends Error {
  readonly code: ExportErrorCode;
  readonly hint: string;

  constructor(code: ExportErrorCode, message: string, hint: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ExportError';
    this.code = code;
    this.hint = hint;
  }
}
