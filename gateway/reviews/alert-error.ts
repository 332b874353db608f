// What is kept of an alert cannot be read: somebody changed the row, or a newer coldgate wrote it.

export class AlertError extends Error {
  override readonly name = 'AlertError';
  readonly code = 'ALERT_UNREADABLE';
  readonly hint = 'restore the journal from a copy, or run the coldgate version that wrote it';

  constructor(id: string, cause?: unknown) {
    super(`what is kept of alert ${id} cannot be read`, { cause });
  }
}
