// A folder of its own for one test, gone when the test is over.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Makes the folder; call it inside a test. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'coldgate-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
