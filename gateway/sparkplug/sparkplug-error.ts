// Broken contracts of Sparkplug: bytes of a stranger that are no payload, and names that no topic can carry.

export type SparkplugErrorCode = 'PAYLOAD_MALFORMED' | 'PAYLOAD_TOO_LARGE' | 'TOPIC_NAME_INVALID';

export class SparkplugError extends Error {
  override readonly name = 'SparkplugError';

  constructor(
    readonly code: SparkplugErrorCode,
    message: string,
    readonly hint: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}
