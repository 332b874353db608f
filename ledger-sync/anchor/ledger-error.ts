// The one error class of the ledger side. `code` is closed and meant for programs; `hint` is for the person
// at the gateway. Texts that come from a node are bounded and stripped before they get here.

export type LedgerErrorCode =
  | 'RPC_URL_INVALID'
  | 'RPC_DOWN'
  | 'RPC_TIMEOUT'
  | 'RPC_TOO_LARGE'
  | 'RPC_REDIRECTED'
  | 'RPC_MALFORMED'
  | 'RPC_REFUSED'
  | 'RPC_BUSY'
  | 'RPC_DISAGREE'
  | 'RPC_STALE'
  | 'WRONG_CHAIN'
  | 'CONTRACT_MISSING'
  | 'CONTRACT_UNKNOWN'
  | 'CONTRACT_REFUSED'
  | 'FACTORY_MISSING'
  | 'PROOF_INVALID'
  | 'GATEWAY_STOPPED'
  | 'NOT_REGISTERED'
  | 'LOG_OUTGROWN'
  | 'BATCH_MISSING'
  | 'BATCH_REFUSED'
  | 'INSUFFICIENT_FUNDS'
  | 'FEE_CEILING'
  | 'FEE_LIMIT'
  | 'HEADER_LIMIT'
  | 'DAY_LIMIT'
  | 'SEND_REFUSED'
  | 'TRANSACTION_REVERTED'
  | 'TRANSACTION_UNSEEN';

export class LedgerError extends Error {
  override readonly name = 'LedgerError';

  constructor(
    readonly code: LedgerErrorCode,
    message: string,
    /** What a person can do. */
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** RPC_REFUSED: the node answered with a JSON-RPC error. */
export class NodeRefusal extends LedgerError {
  constructor(
    method: string,
    /** JSON-RPC error code; -32601 is "method not found". */
    readonly nodeCode: number,
    /** The node's own words: the only thing that tells the reasons apart across node brands. */
    readonly nodeText: string,
    /** What a reverting contract returned, as 0x hex: the selector and arguments of its typed error. */
    readonly nodeData: string | undefined,
  ) {
    super('RPC_REFUSED', `${method}: the node refused: ${nodeText} (${nodeCode})`, 'Check the RPC endpoint.');
  }
}

/** RPC_BUSY: the endpoint works and asks for patience. */
export class EndpointBusy extends LedgerError {
  constructor(
    message: string,
    /** undefined where it does not say how long. */
    readonly retryAfterMs: number | undefined,
  ) {
    super(
      'RPC_BUSY',
      message,
      'It is asked again later. If it lasts, a larger plan or another endpoint helps.',
    );
  }
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

/** A transaction waits that nobody may pay enough for. */
export function feeCeiling(nonce: number): LedgerError {
  const message = `the transaction with nonce ${nonce} would need more than five times the usual fee`;
  const hint = 'It is sent again as it is until the fees of the chain fit.';
  return new LedgerError('FEE_CEILING', message, hint);
}

/** True when the endpoint could not answer: nothing is known, time and another try are the cure. */
export function isUnreachable(error: LedgerError): boolean {
  return unreachableCodes.has(error.code);
}

const unreachableCodes: ReadonlySet<LedgerErrorCode> = new Set<LedgerErrorCode>([
  'RPC_DOWN',
  'RPC_TIMEOUT',
  'RPC_TOO_LARGE',
  'RPC_REDIRECTED',
  'RPC_MALFORMED',
  'RPC_REFUSED',
  'RPC_BUSY',
  'RPC_DISAGREE',
  'RPC_STALE',
]);
