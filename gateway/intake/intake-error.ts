// Broken contracts on the way in. Device conditions are not errors: they become records.

export type IntakeErrorCode =
  | 'BROKER_PORT_TAKEN'
  | 'BROKER_CANNOT_LISTEN'
  | 'BROKER_OPEN_TO_ALL'
  | 'CERTIFICATE_UNUSABLE'
  | 'CLIENT_ID_REFUSED'
  | 'CLIENT_TOO_FAST'
  | 'LOGIN_REFUSED'
  | 'LOGINS_BUSY'
  | 'PACKET_TOO_LARGE'
  | 'PROTOCOL_BROKEN'
  | 'STORE_BEHIND'
  | 'SUBSCRIPTION_REFUSED'
  | 'TLS_REFUSED'
  | 'TOO_MANY_CONNECTIONS'
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
