// What is no EPCIS document, or one that cannot be read.

export type EpcisErrorCode = 'EPCIS_UNREADABLE' | 'EPCIS_TIME_INVALID' | 'EPCIS_TOO_DEEP';

export class EpcisError extends Error {
  override readonly name = 'EpcisError';

  constructor(
    readonly code: EpcisErrorCode,
    message: string,
    readonly hint: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}
