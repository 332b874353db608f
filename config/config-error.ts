// What is wrong with a configuration file: one error that carries every problem found, in file order.
// Knows no YAML and no schema.

export type ConfigErrorCode =
  | 'CONFIG_ABSENT'
  | 'CONFIG_UNREADABLE'
  | 'CONFIG_TOO_LARGE'
  | 'CONFIG_NOT_YAML'
  | 'CONFIG_TOO_NEW'
  | 'CONFIG_INVALID';

/** One thing to mend. All texts are single lines, safe for a terminal, and never carry a secret. */
export interface ConfigProblem {
  /** Where, such as `devices[0].port`; empty for the whole file. */
  readonly path: string;
  /** Line in the file, from 1, where it is known. */
  readonly line?: number;
  /** What is wrong, in one sentence. */
  readonly message: string;
  /** The value that was found, shortened and with secrets masked; `nothing` when absent. */
  readonly seen?: string;
  /** What may stand there: unit, range or list. */
  readonly allowed?: string;
  /** A line that would be right. */
  readonly example?: string;
  /** What a person can do, where `allowed` does not already say it. */
  readonly hint?: string;
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code: ConfigErrorCode;
  readonly hint: string;
  readonly problems: readonly ConfigProblem[];

  constructor(
    code: ConfigErrorCode,
    message: string,
    hint: string,
    problems: readonly ConfigProblem[] = [],
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
    this.problems = problems;
  }
}

/** One problem as lines for a terminal: the sentence first, then what was seen, what is allowed, an example. */
export function problemLines(problem: ConfigProblem): string[] {
  const place = [problem.line === undefined ? '' : `line ${problem.line}`, problem.path]
    .filter(Boolean)
    .join(', ');
  const lines = [place === '' ? problem.message : `${place}: ${problem.message}`];
  if (problem.seen !== undefined) lines.push(`  seen:    ${problem.seen}`);
  if (problem.allowed !== undefined) lines.push(`  allowed: ${problem.allowed}`);
  if (problem.example !== undefined) lines.push(`  example: ${problem.example}`);
  if (problem.hint !== undefined) lines.push(`  hint:    ${problem.hint}`);
  return lines;
}
