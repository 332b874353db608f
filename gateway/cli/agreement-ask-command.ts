// `coldgate agreement status` and `history`: where an agreement stands on the ledger, and how it came there. Need no key.

import { idOf } from '../../ledger-sync/shipments/agreement-file.js';
import { eventLine, standingLines, termsLines } from '../../ledger-sync/shipments/agreement-words.js';
import { type AskOptions, opened } from './agreement-parts.js';
import { type CliIo, type ExitCode, exitCodes } from './cli-io.js';
import { countOption } from './count-option.js';

/** @throws LedgerError, FileError */
export async function runStatus(options: AskOptions, io: CliIo): Promise<ExitCode> {
  const { agreement, contract } = await opened(options);
  const id = idOf(agreement);
  const standing = await contract.standing(id);
  const { asset, payer, payee } = agreement.terms;
  const credits = { payer: await contract.credit(asset, payer), payee: await contract.credit(asset, payee) };
  if (options.json) {
    const told = { payer: String(credits.payer), payee: String(credits.payee) };
    io.out(JSON.stringify({ id, ...standing, credits: told }, undefined, 2));
    return exitCodes.ok;
  }
  const lines = [
    `agreement  ${id}`,
    ...standingLines(standing, agreement),
    ...termsLines(agreement),
    `to be had  payer ${credits.payer}, payee ${credits.payee} (of all their agreements)`,
  ];
  for (const line of lines) io.out(line);
  return exitCodes.ok;
}

export interface HistoryOptions extends AskOptions {
  readonly fromBlock: string;
}

/** @throws LedgerError, FileError, UsageError */
export async function runHistory(options: HistoryOptions, io: CliIo): Promise<ExitCode> {
  const { agreement, contract } = await opened(options);
  const from = countOption('--from-block', options.fromBlock, [0, Number.MAX_SAFE_INTEGER]);
  const events = await contract.history(idOf(agreement), from);
  if (options.json) io.out(JSON.stringify(events, undefined, 2));
  else for (const event of events) io.out(eventLine(event));
  return exitCodes.ok;
}
