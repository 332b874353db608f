// A demo as a person runs it: a process with its lines, and what it leaves behind.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';

/** Starts a built program; what it says is in `output`. */
export function startDemo(program: string, ...parameters: string[]) {
  const child = spawn(process.execPath, [program, ...parameters], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const demo = { child, output: '', exited: once(child, 'exit') };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      demo.output += String(chunk);
    });
  }
  return demo;
}

/** Waits for what it must say; fails when it ends before. */
export async function waitForText(
  demo: { child: ChildProcess; output: string },
  text: string,
): Promise<void> {
  while (!demo.output.includes(text)) {
    if (demo.child.exitCode !== null)
      throw new Error(`the demo ended before it said "${text}":\n${demo.output}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Command lines of all processes that have something to do with the demo's folder. */
export function processesOf(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        return [];
      }
    })
    .filter((line) => line.includes(folder));
}
