#!/usr/bin/env node
// The `coldgate` command: that of the version which `coldgate update` has chosen, else of this one.

import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chosenProgram } from '../update/chosen-program.js';

const { path, warning } = chosenProgram(process.argv[2], fileURLToPath(import.meta.url));
if (warning !== undefined) process.stderr.write(`coldgate: ${warning}\n`);
if (path === undefined) await import('./command-line.js');
else if (existsSync(path)) await import(pathToFileURL(path).href);
else {
  process.stderr.write(`coldgate: ${path} is not there: the version that was installed runs\n`);
  await import('./command-line.js');
}
