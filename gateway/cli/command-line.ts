// The command line of this version. Everything that can be tested is in program.ts.

import { bundledOr } from '../program-bundle.js';

// A reader that has seen enough (`coldgate ports | head`) ends the pipe, and with it this program, without a word.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

const program = bundledOr('program.js', new URL('./program.js', import.meta.url));
const { runProgram }: typeof import('./program.js') = await import(program.href);
process.exitCode = await runProgram(process.argv.slice(2), {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
});
