// Why there is no report, or none that may be believed.

export type ReportErrorCode = 'SHIPMENT_UNKNOWN' | 'FONT_ABSENT' | 'CERTIFICATE_UNREADABLE';

export class ReportError extends Error {
  override readonly name = 'ReportError';

  constructor(
    readonly code: ReportErrorCode,
    message: string,
    readonly hint: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}
