// What Linux says of a process of `coldgate run`: which role it has, and what it holds.

import { readFileSync } from 'node:fs';

const KB_PER_MIB = 1024;

function readProc(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    // It has gone.
    return '';
  }
}

/** Its command line. */
export const wordsOf = (pid) => readProc(pid, 'cmdline').split('\0');

/** Its role; `run` for the one that starts the others; undefined for another program. */
export function roleOf(pid) {
  const words = wordsOf(pid);
  if (!words.includes('run')) return undefined;
  return words.includes('--role') ? words[words.indexOf('--role') + 1] : 'run';
}

/**
 * MiB of memory.
 * @param file of /proc, and @param name of its line: `status` `VmRSS`, or `smaps_rollup` `Pss`
 */
export function mebibytesIn(pid, file, name) {
  const [, kilobytes] = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readProc(pid, file)) ?? [];
  if (kilobytes === undefined) throw new Error(`process ${pid} has gone`);
  return Number(kilobytes) / KB_PER_MIB;
}
