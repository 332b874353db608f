// How a command joins the command line: program.ts calls each registration once and runs what is asked for.

import type { Command } from 'commander';
import type { CliIo, ExitCode } from './cli-io.js';

/** One command's code, with the arguments that it was given. */
export type CommandTask = (io: CliIo) => Promise<ExitCode>;

/** Takes the task that was asked for: it runs when the whole command line has been read. */
export type Runner = (task: CommandTask) => void;

/** Adds one command to the root. */
export type Registration = (program: Command, run: Runner) => void;
