// Why a node refused a signed transaction. JSON-RPC has no codes for it, so the node's words decide; collected
// from geth, Erigon, Nethermind, Besu and anvil. What is not recognised is shown to a person word for word.
import { insufficientFunds, LedgerError, type NodeRefusal } from './ledger-error.js';

export type SendRefusal =
  /** The node has it already: as good as accepted. */
  | 'known'
  /** The nonce is used up: look for the receipt. */
  | 'nonce-used'
  /** The node wants a higher offer. */
  | 'underpriced'
  | 'no-funds'
  | 'wrong-chain'
  | 'other';

const patterns: readonly (readonly [RegExp, SendRefusal])[] = [
  [/already known|already imported|known transaction|alreadyknown|already exists/i, 'known'],
  [/nonce too low|nonce is too low|oldnonce|nonce has already been used|nonce below/i, 'nonce-used'],
  [/insufficient funds|insufficientfunds|upfront cost exceeds|insufficient balance/i, 'no-funds'],
  [
    /underpriced|fee too low|less than block base fee|feetoolow|below (?:the )?(?:current )?base ?fee|gas price (?:too low|below)/i,
    'underpriced',
  ],
  [/invalid chain id|chain ?id (?:mismatch|not match)|wrong chain|invalid sender/i, 'wrong-chain'],
];

export function classifySendRefusal(nodeText: string): SendRefusal {
  return patterns.find(([pattern]) => pattern.test(nodeText))?.[1] ?? 'other';
}

/** What a person must hear of; undefined where waiting or a higher offer is the answer. */
export function sendFailure(
  refusal: SendRefusal,
  cause: NodeRefusal,
  payer: string,
): LedgerError | undefined {
  switch (refusal) {
    case 'known':
    case 'nonce-used':
    case 'underpriced':
      return undefined;
    case 'no-funds':
      return insufficientFunds(payer);
    case 'wrong-chain':
      return new LedgerError('WRONG_CHAIN', cause.message, 'Check the RPC URL and the chain id.', { cause });
    case 'other': {
      const hint = 'It is tried again. If it lasts, the words of the node say why.';
      return new LedgerError('SEND_REFUSED', cause.message, hint, { cause });
    }
  }
}
