// What a start has put right beside the log, said once.

import type { Logger } from 'pino';
import type { MendedRows } from './rotten-rows.js';

export function sayMended(log: Pick<Logger, 'error'>, { putBack, askedAgain, misread }: MendedRows): void {
  if (misread !== undefined) {
    const hint = 'nothing is missing; a card that fails to read should be replaced';
    log.error({ code: 'JOURNAL_MISREAD', hint }, `${misread}; read again, it is whole`);
  }
  const code = 'JOURNAL_MENDED';
  if (putBack.length > 0) {
    const hint = 'nothing is missing; a card that loses bits should be replaced';
    log.error({ code, tables: putBack, hint }, 'bits of the journal had flipped and were put back');
  }
  if (askedAgain.length > 0) {
    const hint =
      'the ledger, or the service of the maker, is asked again; a card that loses bits should be replaced';
    log.error(
      { code, tables: askedAgain, hint },
      'rows of the journal were not what was written, and are gone',
    );
  }
}
