// Why a configuration cannot be changed here.

export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(
    readonly code: 'CONFIGURATION_UNREADABLE' | 'CONFIGURATION_UNWRITABLE' | 'CONFIGURATION_ABSENT',
    message: string,
    readonly hint: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}
