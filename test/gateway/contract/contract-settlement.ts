// Where broken promises of the topic contract are gathered, and fail the test in which they were published. Loaded before
// every test file, so it loads nothing itself: contract-watch.ts does the looking.

import { afterEach } from 'vitest';

const SHOWN = 5;
let violations: string[] = [];

export function noteViolation(violation: string): void {
  violations.push(violation);
}

/** Throws if there was a violation, and forgets it. */
export function settleContract(): void {
  const found = violations;
  violations = [];
  if (found.length === 0) return;
  throw new Error(`messages that break the topic contract:\n${found.slice(0, SHOWN).join('\n')}`);
}

afterEach(settleContract);
