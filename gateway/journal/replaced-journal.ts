// Sees that the journal's file was replaced (a damaged one is set aside by the gateway role). Whoever has the old one open
// would read and write what nobody looks at any more.

import { statSync } from 'node:fs';
import { JournalError } from './journal-error.js';

const LOOK_MS = 2_000;

/**
 * Looks until it happens. Begin before the journal is opened.
 * @throws JournalError JOURNAL_REPLACED, once: close what is open and start anew
 */
export function whenReplaced(path: string, signal: AbortSignal): Promise<never> {
  const fileNow = () => statSync(path, { throwIfNoEntry: false })?.ino;
  let known = fileNow();
  return new Promise((_resolve, reject) => {
    const timer = setInterval(() => {
      const found = fileNow();
      known ??= found;
      if (found === known) return;
      clearInterval(timer);
      reject(
        new JournalError(
          'JOURNAL_REPLACED',
          `another journal has taken the place of ${path}`,
          'nothing is to be done: the role starts again with the new one',
        ),
      );
    }, LOOK_MS);
    timer.unref();
    signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  });
}
