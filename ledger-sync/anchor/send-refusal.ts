// Why a node refused a signed transaction. JSON-RPC has no codes for it, so the node's words decide; collected
// from geth, Erigon, Nethermind, Besu and anvil. What is not recognised is shown to a person word for word.

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
