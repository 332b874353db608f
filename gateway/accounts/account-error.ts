// What is kept of an account cannot be read: somebody changed the row, or a newer coldgate wrote it. Carries no cause:
// a parser's message quotes what it read.

export class AccountError extends Error {
  override readonly name = 'AccountError';
  readonly code = 'ACCOUNT_UNREADABLE';
  readonly hint = 'restore the journal from a copy, or run the coldgate version that wrote it';

  constructor(account: string) {
    super(`what is kept of account ${account} cannot be read`);
  }
}
