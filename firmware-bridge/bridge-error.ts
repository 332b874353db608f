// What firmware-bridge throws when a contract breaks: a port, a command, a configured bus.
// Noise on a line is counted, and a device's condition is an observation; neither is thrown.

export type BridgeErrorCode =
  | 'PORT_ADDRESS'
  | 'PORT_ABSENT'
  | 'PORT_LOCKED'
  | 'PORT_DENIED'
  | 'PORT_AMBIGUOUS'
  | 'PORT_CLOSED'
  | 'PORT_STALLED'
  | 'PORT_FAILED'
  | 'REPLY_TIMEOUT'
  | 'COMMAND_REFUSED'
  | 'READER_CONFIG'
  | 'BUS_CONFIG'
  | 'BUS_IN_USE'
  | 'MAPPING_CONFIG'
  | 'SIMULATOR_FAILED';

export class BridgeError extends Error {
  readonly code: BridgeErrorCode;
  /** What a person can do about it. */
  readonly hint: string;

  constructor(code: BridgeErrorCode, message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'BridgeError';
    this.code = code;
    this.hint = hint;
  }
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
