// `coldgate agreement send`: what a relay does. Calls that others have signed go onto the ledger together; each is tried
// first, so that nobody makes the relay pay for what would be refused.

import * as z from 'zod';
import { encodeBatch } from '../../ledger-sync/shipments/agreement-calls.js';
import { address, chainId, readFileOf } from '../../ledger-sync/shipments/file-fields.js';
import { type AgreementCall, agreementAt } from './agreement-parts.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { type ActorOptions, actorOf, readSmallFile } from './ledger-parts.js';

const MAX_CALL_BYTES = 2 * 1024 * 1024;
/** In a batch a call needs a little more than alone: the contract passes on what it was given. */
const GAS_MARGIN_PERCENT = 125n;

const callSchema = z.strictObject({
  format: z.literal('coldgate-agreement-call'),
  version: z.literal(1),
  chainId,
  contract: address,
  data: z.string().regex(/^0x([0-9a-f]{2})+$/),
}) satisfies z.ZodType<AgreementCall>;

export interface SendOptions extends ActorOptions {
  readonly files: readonly string[];
  readonly json?: boolean;
}

/**
 * Sends what would be taken now in one transaction. Exit code 1: something was left out.
 * @throws UsageError, LedgerError, KeyError, FileError
 */
export async function runSend(options: SendOptions, io: CliIo): Promise<ExitCode> {
  const calls = options.files.map((path) => ({
    path,
    ...readFileOf(callSchema, readSmallFile(path, MAX_CALL_BYTES), 'call of an agreement'),
  }));
  const [first] = calls;
  if (!first) throw new UsageError('WRONG_USE', 'no call was given', 'name one or more files');
  if (calls.some((call) => call.contract !== first.contract || call.chainId !== first.chainId)) {
    throw new UsageError('WRONG_USE', 'the calls are for different contracts', 'send them apart');
  }
  const contract = await agreementAt(options.rpc, first);
  const { wallet } = await actorOf(options);
  const good = [];
  for (const { path, data } of calls) {
    const gas = await contract.gasOf(data, wallet.address);
    if (gas === undefined) io.err(`${path}: the contract would refuse it now; left out`);
    else good.push({ data, gasLimit: (gas * GAS_MARGIN_PERCENT) / 100n });
  }
  if (good.length === 0) return exitCodes.refuted;
  const { transactionHash, gasUsed } = await contract.send(wallet, encodeBatch(good));
  const result = {
    transactionHash,
    gasUsed: Number(gasUsed),
    sent: good.length,
    leftOut: calls.length - good.length,
  };
  if (options.json) io.out(JSON.stringify(result));
  else io.out(`${good.length} of ${calls.length} calls: transaction ${transactionHash}, ${gasUsed} gas`);
  return good.length === calls.length ? exitCodes.ok : exitCodes.refuted;
}
