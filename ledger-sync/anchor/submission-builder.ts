// Turns pending batches into one signed transaction: dry run first, so that no gas is spent on records that the
// contract would skip; then the gas limit, the payer's balance, the signature. Saves and sends nothing.
import type { PendingBatch, Spend, Submission } from './anchor-store.js';
import { type Block, blockTag, quantity } from './chain-reader.js';
import { type AnchorContract, encodeAnchor } from './contract-client.js';
import type { Fees } from './fees.js';
import { insufficientFunds, LedgerError } from './ledger-error.js';
import type { LedgerView } from './ledger-view.js';
import { type PayingWallet, signTransaction } from './paying-wallet.js';
import { readRegistryEntry } from './registry.js';
import { assertAffordable, type SpendingLimits, withinFeeLimit } from './spending.js';

/**
 * Above what was measured (34,833 for one header, 7,856 for each of 100 of one gateway, 12,498 for each of 200 gateways):
 * an endpoint that says less lies or errs.
 */
const gasOfTransaction = 33_000n;
const gasOfHeader = 13_000n;
/** The most that one transaction may ask for (EIP-7825). */
const gasOfAny = 16_777_216n;

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

/** What a transaction needs beside the batches. */
export interface BuildParts {
  readonly contract: AnchorContract;
  readonly wallet: PayingWallet;
  readonly limits: SpendingLimits;
  /** Of the last 24 hours. */
  readonly spends: readonly Spend[];
}

export interface BuiltSubmission<Kept = Submission> {
  readonly submission: Kept;
  readonly most: Spend;
  /** What the payer has. */
  readonly balanceWei: bigint;
}

/**
 * @param batches at least one, ascending, the first directly above the contract's head
 * @throws LedgerError BATCH_REFUSED, GATEWAY_STOPPED, INSUFFICIENT_FUNDS, FEE_LIMIT, HEADER_LIMIT, DAY_LIMIT, RPC_*
 */
export async function buildSubmission(
  { contract, wallet, limits, spends }: BuildParts,
  view: LedgerView,
  batches: readonly PendingBatch[],
  offer: Fees,
): Promise<BuiltSubmission> {
  const { block, nonce } = view;
  const fees = withinFeeLimit(offer, block.baseFeePerGas, limits);
  const wires = batches.map((batch) => batch.wire);
  const taken = await contract.dryRun(encodeAnchor(wires), wallet.address, block.number);
  const first = batches[0];
  // Each header builds on the one before: what follows the first refused one would be skipped as well.
  const last = batches[taken - 1];
  if (first === undefined || last === undefined) throw await whyRefused(contract, view, first?.seq);

  const { chainId } = view.observation;
  const { signed, ...cost } = await buildTransaction(
    { contract, wallet, limits, spends },
    { chainId, block, nonce },
    anchorCall(wires.slice(0, taken)),
    fees,
  );
  return { submission: { ...signed, nonce, fromSeq: first.seq, toSeq: last.seq }, ...cost };
}

/** Where a transaction is to stand: which chain, after which block, with which of the payer's nonces. */
export interface TransactionPlace {
  readonly chainId: number;
  readonly block: Block;
  readonly nonce: number;
}

export interface BuiltTransaction {
  readonly signed: { readonly hash: string; readonly raw: string };
  readonly most: Spend;
  /** What the payer has. */
  readonly balanceWei: bigint;
}

/** What a transaction is to do. */
export interface ContractCall {
  /** 0x hex. */
  readonly data: string;
  /** Headers that it carries, for the limit per header. */
  readonly headers: number;
  /** Gas that the contract is known to need. */
  readonly leastGas: bigint;
}

/** The call that anchors these records. @param wires what the contract would take, in this order */
export function anchorCall(wires: readonly Uint8Array[]): ContractCall {
  const headers = wires.length;
  const leastGas = gasOfTransaction + gasOfHeader * BigInt(headers);
  return { data: encodeAnchor(wires), headers, leastGas };
}

/**
 * Prices and signs a transaction.
 * @param fees held to the limit per gas already
 * @throws LedgerError INSUFFICIENT_FUNDS, HEADER_LIMIT, DAY_LIMIT, RPC_*
 */
export async function buildTransaction(
  { contract, wallet, limits, spends }: BuildParts,
  { chainId, block, nonce }: TransactionPlace,
  call: ContractCall,
  fees: Fees,
): Promise<BuiltTransaction> {
  const { data, headers } = call;
  const gasLimit = await gasLimitOf(contract, wallet, call);
  const most: Spend = { nonce, wei: gasLimit * fees.maxFeePerGas, timeMs: block.timeMs };
  assertAffordable(most.wei, headers, nonce, spends, limits);
  const balanceWei = await readBalance(contract, wallet, block);
  if (balanceWei < most.wei) throw insufficientFunds(wallet.address);
  const to = contract.address;
  const signed = signTransaction(wallet, { chainId, nonce, to, data, gasLimit, ...fees });
  return { signed, most, balanceWei };
}

/** A quarter above the estimate, as the state may move; never below what the contract is known to need. */
async function gasLimitOf(
  contract: AnchorContract,
  wallet: PayingWallet,
  { data, leastGas }: ContractCall,
): Promise<bigint> {
  const call = { from: wallet.address, to: contract.address, data };
  const estimate = quantity(await contract.rpc.call('eth_estimateGas', [call]), 'eth_estimateGas');
  const asked = estimate + estimate / 4n;
  const enough = asked > leastGas ? asked : leastGas;
  return enough > gasOfAny && estimate <= gasOfAny ? gasOfAny : enough;
}

async function readBalance(contract: AnchorContract, wallet: PayingWallet, block: Block): Promise<bigint> {
  const answer = await contract.rpc.call('eth_getBalance', [wallet.address, blockTag(block.number)]);
  return quantity(answer, 'eth_getBalance');
}

/** Nothing would be taken: because the gateway was stopped, or because the signature does not fit. */
async function whyRefused(
  { rpc, address }: AnchorContract,
  { observation, block }: LedgerView,
  seq: number | undefined,
): Promise<LedgerError> {
  const { status } = await readRegistryEntry(rpc, address, observation.gateway, block.number);
  if (status === 'active' || status === 'unregistered') return refused(seq);
  const hint =
    'Readings go on being signed and kept. The key is used up: give the gateway a new one and let it be registered.';
  return new LedgerError(
    'GATEWAY_STOPPED',
    `the contract takes nothing more: this gateway is ${status}`,
    hint,
  );
}

function refused(seq: number | undefined): LedgerError {
  const message = `the contract would not take batch ${seq}: its signature does not match the head on the ledger`;
  const hint = 'Check that chain id and contract address are those the batch was signed for.';
  return new LedgerError('BATCH_REFUSED', message, hint);
}
