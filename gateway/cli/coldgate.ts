#!/usr/bin/env node
// The `coldgate` command. Everything that can be tested is in program.ts.

import { runProgram } from './program.js';

process.exitCode = await runProgram(process.argv.slice(2), {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
});
