// A log that writes nowhere but keeps its lines for the test.

import pino, { type Logger } from 'pino';

export interface QuietLog {
  readonly log: Logger;
  /** Each line as the object that a log reader would parse. */
  readonly lines: Record<string, unknown>[];
}

export function quietLog(): QuietLog {
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    { level: 'trace', base: {} },
    {
      write: (line: string) => {
        lines.push(JSON.parse(line));
      },
    },
  );
  return { log, lines };
}
