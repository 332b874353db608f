// A child process that ends with the demo: asked first, forced after a while. In a process group of its own, so
// that Ctrl-C reaches only the demo, which then ends everybody in order.

import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';

const STOP_TIMEOUT_MS = 10_000;

export interface LeashedChild {
  readonly pid: number;
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

export interface LeashOptions {
  /** Output goes to the end of this file. */
  readonly logFile: string;
  /** An IPC channel lets a Node child notice that the demo was killed. */
  readonly hasIpc: boolean;
  /** Called when the child ends although nobody asked it to. */
  readonly onLost: (text: string) => void;
}

/** Starts `program`; its output is appended to the log file. */
export function startChild(
  program: string,
  parameters: readonly string[],
  options: LeashOptions,
): LeashedChild {
  const log = openSync(options.logFile, 'a');
  const child = spawn(program, [...parameters], {
    detached: true,
    stdio: options.hasIpc ? ['ignore', log, log, 'ipc'] : ['ignore', log, log],
  });
  let isStopping = false;
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      options.onLost(`${program} cannot be started: ${error.message}`);
      resolve();
    });
    child.once('exit', (code, signal) => {
      if (!isStopping) options.onLost(`${program} ended with ${signal ?? code}; see ${options.logFile}`);
      resolve();
    });
  });
  return {
    pid: child.pid ?? 0,
    child,
    stop: async () => {
      isStopping = true;
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await ended;
      clearTimeout(force);
    },
  };
}
