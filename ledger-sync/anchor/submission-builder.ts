// Turns pending batches into one signed transaction: dry run first, so that no gas is spent on records that the
// contract would skip; then the gas limit, the payer's balance, the signature. Saves and sends nothing.
import type { PendingBatch, Submission } from './anchor-store.js';
import { blockTag, quantity } from './chain-reader.js';
import { type AnchorContract, encodeAnchor } from './contract-client.js';
import type { Fees } from './fees.js';
import { LedgerError } from './ledger-error.js';
import type { LedgerView } from './ledger-view.js';
import { type PayingWallet, signTransaction } from './paying-wallet.js';

/**
 * The batches that directly follow the contract's head, without holes.
 * @throws LedgerError BATCH_MISSING when the first of them is not there
 */
export function nextBatches(pending: readonly PendingBatch[], headSeq: number): PendingBatch[] {
  const first = pending[0];
  if (first !== undefined && first.seq !== headSeq + 1) {
    const message = `the ledger waits for batch ${headSeq + 1}, the oldest pending one is ${first.seq}`;
    throw new LedgerError(
      'BATCH_MISSING',
      message,
      'The journal has lost a signed batch: restore it or use a new key.',
    );
  }
  return pending.filter((batch, index) => batch.seq === headSeq + 1 + index);
}

/**
 * @param batches at least one, ascending, the first directly above the contract's head
 * @throws LedgerError BATCH_REFUSED, INSUFFICIENT_FUNDS, RPC_*
 */
export async function buildSubmission(
  contract: AnchorContract,
  wallet: PayingWallet,
  view: LedgerView,
  batches: readonly PendingBatch[],
  fees: Fees,
): Promise<Submission> {
  const { rpc, address } = contract;
  const wires = batches.map((batch) => batch.wire);
  const taken = await contract.dryRun(encodeAnchor(wires), wallet.address, view.block.number);
  const first = batches[0];
  // Each header builds on the one before: what follows the first refused one would be skipped as well.
  const last = batches[taken - 1];
  if (first === undefined || last === undefined) throw refused(first?.seq);

  const data = encodeAnchor(wires.slice(0, taken));
  const call = { from: wallet.address, to: address, data };
  const estimate = quantity(await rpc.call('eth_estimateGas', [call]), 'eth_estimateGas');
  // A quarter more: the state may move between the estimate and the block.
  const gasLimit = estimate + estimate / 4n;
  await assertFunds(contract, wallet, view, gasLimit * fees.maxFeePerGas);

  const { chainId } = view.observation;
  const signed = signTransaction(wallet, {
    chainId,
    nonce: view.nonce,
    to: address,
    data,
    gasLimit,
    ...fees,
  });
  return { ...signed, nonce: view.nonce, fromSeq: first.seq, toSeq: last.seq };
}

async function assertFunds(
  contract: AnchorContract,
  wallet: PayingWallet,
  view: LedgerView,
  needed: bigint,
): Promise<void> {
  const answer = await contract.rpc.call('eth_getBalance', [wallet.address, blockTag(view.block.number)]);
  if (quantity(answer, 'eth_getBalance') < needed) throw insufficientFunds(wallet.address);
}

/** Without the amounts: they move with every block, and a problem is stored again whenever its words change. */
export function insufficientFunds(payer: string): LedgerError {
  const message = `${payer} cannot pay for the next transaction`;
  return new LedgerError(
    'INSUFFICIENT_FUNDS',
    message,
    'Send funds to this address; anchoring goes on by itself.',
  );
}

function refused(seq: number | undefined): LedgerError {
  const message = `the contract would not take batch ${seq}: its signature does not match the head on the ledger`;
  const hint = 'Check that chain id and contract address are those the batch was signed for.';
  return new LedgerError('BATCH_REFUSED', message, hint);
}
