// `coldgate ledger freeze`: looks for what a gateway's signatures contradict in one or two bundles, and shows it to the
// contract. Anyone may, without a role; the contract believes nothing but the gateway's own signatures.

import { anchorInterface } from '../../ledger-sync/anchor/contract-client.js';
import { explained } from '../../ledger-sync/anchor/contract-refusal.js';
import { encodeFraudProof } from '../../ledger-sync/anchor/header-calls.js';
import { sendAndWait } from '../../ledger-sync/anchor/send-and-wait.js';
import { fromHex } from '../../ledger-sync/evidence/bytes.js';
import {
  type Contradiction,
  findContradiction,
  hasHeader,
} from '../../ledger-sync/evidence/contradiction.js';
import { verifyBundle } from '../../ledger-sync/evidence/verify.js';
import { readEvidence } from '../../ledger-sync/proofs/evidence-file.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { type ActorOptions, actorOf } from './ledger-parts.js';
import { readEvidenceBytes } from './verify-file.js';

export interface FreezeOptions extends ActorOptions {
  /** One bundle, or two of one gateway. */
  readonly files: readonly string[];
  readonly json?: boolean;
}

/**
 * Exit code 1 when nothing contradicts.
 * @throws UsageError, ExportError, EvidenceError, KeyError, LedgerError
 */
export async function runLedgerFreeze(options: FreezeOptions, io: CliIo): Promise<ExitCode> {
  const [first, second] = options.files.map(headedBundle);
  if (!first) throw new UsageError('WRONG_USE', 'no evidence was given', 'name one or two bundles');
  if (second && (second.gateway !== first.gateway || second.head.contract !== first.head.contract)) {
    throw new UsageError('WRONG_USE', 'the bundles are of two gateways or two ledgers', 'give two of one');
  }
  const found = findContradiction(first, second);
  if (!found) {
    if (options.json) io.out(JSON.stringify({ gateway: first.gateway, contradiction: null }));
    else io.out(`Nothing that ${first.gateway} signed here contradicts itself.`);
    return exitCodes.refuted;
  }
  const { rpc, wallet } = await actorOf(options);
  const { chainId, contract } = first.head;
  const domain = { chainId, verifyingContract: fromHex(contract) };
  const { transactionHash } = await sendAndWait(rpc, wallet, contract, encodeFraudProof(domain, found)).catch(
    (error: unknown) => {
      throw explained(error, anchorInterface);
    },
  );
  if (options.json) {
    io.out(
      JSON.stringify({ gateway: first.gateway, contradiction: found.kind, transactionHash }, undefined, 2),
    );
  } else {
    io.out(`${first.gateway}: ${inWords(found)}.`);
    io.out(`It is frozen: transaction ${transactionHash}. A revoker judges; until then nothing is punished.`);
  }
  return exitCodes.ok;
}

/** A bundle whose signatures hold: what is forged accuses nobody, and would only cost gas. */
function headedBundle(path: string) {
  const evidence = readEvidence(readEvidenceBytes(path));
  if (!('bundle' in evidence) || !hasHeader(evidence.bundle)) {
    const hint = 'export it again once a header covers the records';
    throw new UsageError('WRONG_USE', `${path} is no bundle under a batch header`, hint);
  }
  const broken = verifyBundle(evidence.bundle).checks.find(
    // A header that does not sum up its own records is what is looked for.
    ({ name, outcome }) => outcome === 'failed' && name !== 'summary',
  );
  if (!broken) return evidence.bundle;
  throw new UsageError('WRONG_USE', `${path} does not hold: ${broken.text}`, 'coldgate verify says more');
}

function inWords(found: Contradiction): string {
  switch (found.kind) {
    case 'equivocation':
      return `it signed two headers for one place, ${found.headers.map(({ meta }) => meta.seq).join(' and ')}`;
    case 'rewrite':
      return `it signed two different records ${found.leaves[0].index}`;
    case 'outside-range':
      return `record ${found.placed.index} (${found.valueMilliC} milli-degC) is outside what its header vouches for`;
  }
}
