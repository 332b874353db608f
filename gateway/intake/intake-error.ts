// Broken contracts on the way in. Device conditions are not errors: they become records.

export type IntakeErrorCode =
  | 'BROKER_PORT_TAKEN'
  | 'BROKER_CANNOT_LISTEN'
  | 'STORE_BEHIND'
  | 'PACKET_TOO_LARGE'
  | 'TOPIC_REFUSED';

export class IntakeError extends Error {
  readonly code: IntakeErrorCode;
  readonly hint: string;

  constructor(code: IntakeErrorCode, message: string, hint: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'IntakeError';
    this.code = code;
    this.hint = hint;
  }
}
