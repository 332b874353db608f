// Broken contracts of webhooks. A receiver that is away or refuses is none: that is a value, and may become a dead letter.

export type WebhookErrorCode =
  | 'WEBHOOK_SECRET_INVALID'
  | 'DEAD_LETTERS_UNREADABLE'
  | 'DEAD_LETTERS_UNWRITABLE';

export class WebhookError extends Error {
  override readonly name = 'WebhookError';

  constructor(
    readonly code: WebhookErrorCode,
    message: string,
    readonly hint: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}
