// How a command joins the command line: program.ts calls each registration once and runs what it asks to run.

import type { Command } from 'commander';
import type { CliIo, ExitCode } from './cli-io.js';

/** Runs one command's code and keeps its exit code. */
export type Runner = (task: (io: CliIo) => Promise<ExitCode>) => Promise<void>;

/** Adds one command to the root. */
export type Registration = (program: Command, run: Runner) => void;
