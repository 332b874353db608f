#!/usr/bin/env node
// The `coldgate` command. Everything that can be tested is in program.ts.

import { runProgram } from './program.js';

// A reader that has seen enough (`coldgate ports | head`) ends the pipe, and with it this program, without a word.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

process.exitCode = await runProgram(process.argv.slice(2), {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
});
