// One transaction by a person at a keyboard: sends it and waits for its receipt. For deployment and registration;
// batches go through the submitter, which survives crashes and this does not.
import { setTimeout as sleep } from 'node:timers/promises';
import { quantity, type Receipt, readBlock, readChainId, readNonce, readReceipt } from './chain-reader.js';
import { suggestFees } from './fees.js';
import type { Rpc } from './json-rpc.js';
import { LedgerError } from './ledger-error.js';
import { type PayingWallet, signTransaction } from './paying-wallet.js';

/** The pause between looks starts here and doubles: a local chain answers at once. */
const firstPollMs = 20;
const maxPollMs = 2_000;
/** Ten mainnet blocks. */
const timeoutMs = 120_000;

/** What became of a transaction. */
export type MinedTransaction = Receipt & { readonly transactionHash: string };

/**
 * @param to 0x address; null creates a contract
 * @param valueWei what is sent with it
 * @throws LedgerError RPC_*, TRANSACTION_REVERTED, TRANSACTION_UNSEEN after two minutes; its message has the hash
 */
export async function sendAndWait(
  rpc: Rpc,
  wallet: PayingWallet,
  to: string | null,
  data: string,
  valueWei = 0n,
): Promise<MinedTransaction> {
  const chainId = await readChainId(rpc);
  const block = await readBlock(rpc, 'latest');
  const nonce = await readNonce(rpc, wallet.address, block.number);
  const value = `0x${valueWei.toString(16)}`;
  const call = { from: wallet.address, data, value, ...(to === null ? {} : { to }) };
  // Also the dry run: a call that would revert is refused here with the contract's error data.
  const estimate = quantity(await rpc.call('eth_estimateGas', [call]), 'eth_estimateGas');
  const fees = await suggestFees(rpc, block);
  const fields = { chainId, nonce, to, data, value: valueWei, gasLimit: estimate + estimate / 4n, ...fees };
  const { hash, raw } = signTransaction(wallet, fields);
  await rpc.call('eth_sendRawTransaction', [raw]);
  return waitForReceipt(rpc, hash);
}

/**
 * Waits for a transaction that was sent.
 * @throws LedgerError as sendAndWait
 */
export async function waitForReceipt(rpc: Rpc, hash: string): Promise<MinedTransaction> {
  const startedMs = performance.now();
  for (let pollMs = firstPollMs; performance.now() - startedMs < timeoutMs; pollMs *= 2) {
    const receipt = await readReceipt(rpc, hash);
    if (receipt?.succeeded === true) return { ...receipt, transactionHash: hash };
    if (receipt !== undefined) throw reverted(hash, receipt.blockNumber);
    await sleep(Math.min(pollMs, maxPollMs));
  }
  const message = `${hash} is in no block after ${timeoutMs / 1000} s`;
  throw new LedgerError(
    'TRANSACTION_UNSEEN',
    message,
    'It may still be included: look it up before trying again.',
  );
}

function reverted(hash: string, blockNumber: number): LedgerError {
  const message = `${hash} was reverted in block ${blockNumber}`;
  return new LedgerError('TRANSACTION_REVERTED', message, 'Look the transaction up in a block explorer.');
}
