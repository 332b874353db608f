// A node's transaction pool by geth's rules (core/txpool/legacypool, price bump 10 %), which anvil does not enforce:
// one transaction per nonce, replaced only if BOTH the fee cap and the tip are at least a tenth higher.
import { Transaction } from 'ethers/transaction';
import { NodeRefusal } from '../../../ledger-sync/anchor/ledger-error.js';

const priceBumpPercent = 10n;

export class ReplacingPool {
  readonly #byNonce = new Map<number, Transaction>();
  /** Offers that were turned away. */
  readonly refused: string[] = [];

  /** What the node answers to eth_sendRawTransaction. */
  take(raw: string): string {
    const offered = Transaction.from(raw);
    const known = this.#byNonce.get(offered.nonce);
    if (known?.hash === offered.hash) throw this.#refusal('already known');
    if (
      known &&
      !(
        beats(offered.maxFeePerGas, known.maxFeePerGas) &&
        beats(offered.maxPriorityFeePerGas, known.maxPriorityFeePerGas)
      )
    ) {
      this.refused.push(raw);
      throw this.#refusal('replacement transaction underpriced');
    }
    this.#byNonce.set(offered.nonce, offered);
    return offered.hash ?? '';
  }

  has(hash: unknown): boolean {
    return [...this.#byNonce.values()].some((transaction) => transaction.hash === hash);
  }

  #refusal(text: string): NodeRefusal {
    return new NodeRefusal('eth_sendRawTransaction', -32000, text, undefined);
  }
}

function beats(offered: bigint | null, known: bigint | null): boolean {
  return (
    (offered ?? 0n) * 100n >= (known ?? 0n) * (100n + priceBumpPercent) && (offered ?? 0n) > (known ?? 0n)
  );
}
