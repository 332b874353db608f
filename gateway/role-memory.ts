// What Node and the C library are told before a role starts, so that a small machine has room for all of them. Measured on
// the demo's truck: gateway/README.md, decision on memory.

import type { RoleName } from './main.js';

/**
 * V8's space for new objects, MiB: at its usual 16, which it takes three times, a drain holds half as much memory again. The gateway
 * role has twice the others': what is under way there outlives one MiB, and each reading then costs twice the processor.
 */
const nurseries: Readonly<Record<RoleName, number>> = { gateway: 2, 'ledger-sync': 1, console: 1 };

/**
 * `--optimize-for-size`: the heap grows in smaller steps, so what is thrown away goes sooner: 95 MiB instead of 111 in the gateway
 * role, which sets it itself (heap-pace.ts). For the console a limit as well: without one its heap grows to twice of what it needs
 * while it reads a long log, 184 MiB resident instead of 98.
 */
const heaps: Readonly<Record<RoleName, readonly string[]>> = {
  gateway: [],
  'ledger-sync': ['--optimize-for-size'],
  console: ['--optimize-for-size', '--max-old-space-size=64'],
};

/** Flags of Node for a role's process. */
export const nodeFlagsOf = (role: RoleName): readonly string[] => [
  `--max-semi-space-size=${nurseries[role]}`,
  ...heaps[role],
];

/**
 * For glibc's allocator, mallopt(3): one arena instead of one a thread, and what is freed goes back to the system. Loading
 * the modules else leaves 10 MiB of holes. Other C libraries ignore it.
 */
export const allocatorEnvironment: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '32768',
  MALLOC_TRIM_THRESHOLD_: '65536',
};
