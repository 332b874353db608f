// The card fails to read, once: a page of the journal comes with EIO and is there the next time (strace). SQLite calls that a
// damaged file. Needs the build.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { tempFolder } from '../gateway/temp-folder.js';
import { auditJournal } from './journal-audit.js';
import { canTrace, TRACER } from './tracer.js';

const CHILD = fileURLToPath(new URL('./journal-child.mjs', import.meta.url));
const GROUP = 3;

describe.runIf(canTrace())('a read that fails once', () => {
  // While the list of tables, the checks of rows and the end of the log are read.
  test.each([4, 8, 14, 20])(
    'number %i of a start sets no journal aside, and leaves one whole log',
    (nth) => {
      const folder = tempFolder();
      const journal = join(folder, 'data', 'journal.db');
      const run = (groups: number, ...wrapper: string[]) => {
        const first = existsSync(journal) ? auditJournal(journal).size : 0;
        const [program = '', ...words] = [
          ...wrapper,
          process.execPath,
          CHILD,
          folder,
          `${first}`,
          `${groups}`,
        ];
        return spawnSync(program, words, { encoding: 'utf8' });
      };
      expect(run(1).stdout).toContain('end');
      const tracer = [TRACER, '-f', '-qq', '-o', '/dev/null', '-P', journal, '-P', `${journal}-wal`];
      const hurt = run(2, ...tracer, '-e', 'trace=pread64', '-e', `inject=pread64:error=EIO:when=${nth}`);
      // The thread that reads may end the role as well, which starts anew.
      expect([0, 3]).toContain(hurt.status);
      expect(run(1).stdout).toContain('end');
      const confirmed = 2 + hurt.stdout.split('\n').filter((line) => line.startsWith('confirmed')).length;
      expect(auditJournal(journal).size).toBeGreaterThanOrEqual(confirmed * GROUP);
      expect(existsSync(join(folder, 'data', 'damaged'))).toBe(false);
    },
    60_000,
  );
});
