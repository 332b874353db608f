// A terminal for tests: keeps what a command printed.

import type { CliIo } from '../../../gateway/cli/cli-io.js';

export interface CapturedIo extends CliIo {
  readonly outLines: string[];
  readonly errLines: string[];
}

export function capturedIo(): CapturedIo {
  const outLines: string[] = [];
  const errLines: string[] = [];
  return {
    outLines,
    errLines,
    out: (line) => outLines.push(line),
    err: (line) => errLines.push(line),
  };
}
