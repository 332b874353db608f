// Signs the transactions of the ledger-sync role. The key pays for gas and proves nothing: it is never the
// device key. ethers encodes and signs; its providers, nonce manager and wait() are not used anywhere.

import { keccak256, SigningKey } from 'ethers/crypto';
import { Transaction } from 'ethers/transaction';
import { BaseWallet } from 'ethers/wallet';
import type { Fees } from './fees.js';

/** What is needed of an ethers wallet. */
export type PayingWallet = Pick<BaseWallet, 'address' | 'signingKey'>;

/** @param privateKey 32 bytes of secp256k1 */
export function payingWallet(privateKey: Uint8Array): PayingWallet {
  return new BaseWallet(new SigningKey(privateKey));
}

export interface TransactionFields extends Fees {
  readonly chainId: number;
  readonly nonce: number;
  /** 0x address; null creates a contract. */
  readonly to: string | null;
  readonly data: string;
  readonly gasLimit: bigint;
  /** Wei sent with it; anchoring sends none. */
  readonly value?: bigint;
}

/** A signed type-2 transaction. Deterministic (RFC 6979): the same fields give the same bytes and hash. */
export function signTransaction(
  wallet: PayingWallet,
  fields: TransactionFields,
): { hash: string; raw: string } {
  const transaction = Transaction.from({ type: 2, value: 0n, ...fields });
  transaction.signature = wallet.signingKey.sign(transaction.unsignedHash);
  return { hash: keccak256(transaction.serialized), raw: transaction.serialized };
}

/** The call data of a signed transaction, 0x hex. */
export function dataOf(raw: string): string {
  return Transaction.from(raw).data;
}

/** The fees that a signed transaction offers. */
export function feesOf(raw: string): Fees {
  const { maxFeePerGas, maxPriorityFeePerGas } = Transaction.from(raw);
  return { maxFeePerGas: maxFeePerGas ?? 0n, maxPriorityFeePerGas: maxPriorityFeePerGas ?? 0n };
}
