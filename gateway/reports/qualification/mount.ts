// On which mount a folder lies: the lines of /proc/self/mountinfo (proc(5)).

import { readFileSync } from 'node:fs';

export interface Mount {
  readonly mountPoint: string;
  readonly fileSystem: string;
  /** Of the mount and of the file system. */
  readonly options: readonly string[];
}

/** Spaces and others are written as octal numbers. */
const unescaped = (text: string) =>
  text.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/**
 * The mount that holds a path; undefined where none does.
 * @param path absolute
 * @param mountInfo for a test
 */
export function mountOf(
  path: string,
  mountInfo = readFileSync('/proc/self/mountinfo', 'utf8'),
): Mount | undefined {
  let best: Mount | undefined;
  for (const line of mountInfo.split('\n')) {
    const [front = '', back = ''] = line.split(' - ');
    const [, , , , point, mountOptions = ''] = front.split(' ');
    const [fileSystem, , superOptions = ''] = back.split(' ');
    if (point === undefined || fileSystem === undefined || fileSystem === '') continue;
    const mountPoint = unescaped(point);
    const holds = path === mountPoint || path.startsWith(mountPoint === '/' ? '/' : `${mountPoint}/`);
    // The last of several on one point covers the others.
    if (!holds || mountPoint.length < (best?.mountPoint.length ?? 0)) continue;
    const options = [...new Set([...mountOptions.split(','), ...superOptions.split(',')])];
    best = { mountPoint, fileSystem, options: options.filter((option) => option !== '') };
  }
  return best;
}
