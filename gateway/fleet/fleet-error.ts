// What goes wrong between a fleet's owner and its gateways, as a person is told of it.

export type FleetErrorCode =
  | 'CODE_MALFORMED'
  | 'CODE_EXPIRED'
  | 'BROKER_UNTRUSTED'
  | 'BROKER_REFUSES'
  | 'BROKER_UNREACHABLE'
  | 'OWNER_SILENT'
  | 'ENROLMENT_REFUSED'
  | 'ENROLLED_ALREADY'
  | 'CONFIGURATION_UNFIT'
  | 'CONFIGURATION_TOO_LARGE'
  | 'FLEET_UNREADABLE'
  | 'FLEET_UNWRITABLE'
  | 'FLEET_EXISTS'
  | 'GATEWAY_UNKNOWN';

export class FleetError extends Error {
  override readonly name = 'FleetError';

  constructor(
    readonly code: FleetErrorCode,
    message: string,
    readonly hint: string,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
  }
}
