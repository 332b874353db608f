// What a command may use of the terminal, and the exit codes that scripts rely on.

/** Output of a command. Each call is one line, without its line end. */
export interface CliIo {
  /** The result. */
  out(line: string): void;
  /** Trouble, and anything that must not mix with the result. */
  err(line: string): void;
}

/** Exit codes of every command. */
export const exitCodes = {
  ok: 0,
  /** The answer is no: evidence refuted, a check failed. */
  refuted: 1,
  /** Wrong use of the command, or a configuration that must be mended. */
  wrongUse: 2,
  /** The question could not be answered: key missing, port taken, disk full. */
  cannotRun: 3,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A wrong use that the option parser cannot see. */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  constructor(
    readonly code: 'WRONG_USE' | 'WOULD_OVERWRITE',
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}
