// `coldgate ledger promote`: beside a relay that aggregates, writes one gateway's newest published header into its word on
// the ledger. Reads the relay's disk and uses the key that pays; the relay may go on running.

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadRelayConfig } from '../../config/load.js';
import type { RelayConfig } from '../../config/relay-schema.js';
import { aggregateInterface, type Tree } from '../../ledger-sync/anchor/aggregated-tree.js';
import { hexData } from '../../ledger-sync/anchor/chain-reader.js';
import { explained, revertOf } from '../../ledger-sync/anchor/contract-refusal.js';
import { JsonRpc } from '../../ledger-sync/anchor/json-rpc.js';
import { NodeRefusal } from '../../ledger-sync/anchor/ledger-error.js';
import { payingWallet } from '../../ledger-sync/anchor/paying-wallet.js';
import { sendAndWait } from '../../ledger-sync/anchor/send-and-wait.js';
import { classifySendRefusal } from '../../ledger-sync/anchor/send-refusal.js';
import { readUint, toHex } from '../../ledger-sync/evidence/bytes.js';
import { AggregateRows } from '../relay/aggregate-rows.js';
import { RelayDatabase } from '../relay/relay-database.js';
import { openKeyFile, readPassphrase } from '../sealing/key-file.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { addressOption } from './ledger-parts.js';

export interface PromoteOptions {
  readonly config: string;
  readonly gateway: string;
  readonly json?: boolean;
}

/** Trees that are asked about: the newest published one is among the last few. */
const TREES_ASKED = 8;
const ATTEMPTS = 5;
const RETRY_MS = 1000;

/** @throws ConfigError, UsageError, KeyError, LedgerError */
export async function runLedgerPromote(options: PromoteOptions, io: CliIo): Promise<ExitCode> {
  const config = loadRelayConfig(options.config);
  if (config.mode !== 'aggregate') {
    throw new UsageError(
      'WRONG_USE',
      `${options.config} does not aggregate`,
      'its headers are in their words already',
    );
  }
  const gateway = addressOption('gateway', options.gateway);
  const { ledger } = config;
  const wallet = payingWallet(
    await openKeyFile(ledger.payerKeyFile, readPassphrase(ledger.payerPassphraseFile)),
  );
  const rpc = new JsonRpc(ledger.rpcUrl);
  const database = new RelayDatabase(join(config.dataDir, 'relay.db'));
  try {
    const rows = new AggregateRows(database.connection);
    const { seq, transactionHash, blockNumber } = await unlessOvertaken(async () => {
      const tree = await newestTree(rpc, ledger.contract, wallet.address, rows);
      const { seq, call } = promotion(config, rows, gateway, tree, wallet.address);
      return { seq, ...(await sendAndWait(rpc, wallet, ledger.contract, call)) };
    });
    if (options.json)
      io.out(JSON.stringify({ gateway: options.gateway, seq, transactionHash, blockNumber }, undefined, 2));
    else
      io.out(
        `header ${seq} of ${options.gateway} is in its word: block ${blockNumber}, transaction ${transactionHash}`,
      );
    return exitCodes.ok;
  } finally {
    database.close();
  }
}

/** The relay goes on: it may publish a newer tree, or use up the payer's nonce, between a look and the transaction. */
async function unlessOvertaken<T>(promote: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await promote();
    } catch (error) {
      if (attempt === ATTEMPTS || !isOvertaken(error)) throw explained(error, aggregateInterface);
      await sleep(RETRY_MS);
    }
  }
}

function isOvertaken(error: unknown): boolean {
  if (!(error instanceof NodeRefusal)) return error instanceof NoPublishedTree;
  const revert = revertOf(error, aggregateInterface);
  if (revert !== undefined) return revert.name === 'UnknownTree';
  return ['nonce-used', 'underpriced'].includes(classifySendRefusal(error.nodeText));
}

class NoPublishedTree extends UsageError {
  constructor() {
    super(
      'WRONG_USE',
      'the newest tree on the ledger is none of this relay',
      'let the relay run until it has published',
    );
  }
}

async function newestTree(rpc: JsonRpc, to: string, aggregator: string, rows: AggregateRows): Promise<Tree> {
  const trees = rows.trees(TREES_ASKED);
  if (trees.length === 0) {
    throw new UsageError('WRONG_USE', 'this relay has published no tree yet', 'let the relay run first');
  }
  for (const tree of trees) {
    const data = aggregateInterface.encodeFunctionData('isNewestTree', [aggregator, tree.root, tree.size]);
    const answer = hexData(await rpc.call('eth_call', [{ to, data }, 'latest']), 'eth_call');
    if (answer.endsWith('1')) return tree;
  }
  throw new NoPublishedTree();
}

function promotion(
  { dataDir }: RelayConfig,
  rows: AggregateRows,
  gateway: Uint8Array,
  { size, root }: Tree,
  aggregator: string,
): { seq: number; call: string } {
  const proof = rows.proofIn(gateway, size, aggregator);
  const leaf = proof && rows.leafAt(proof.index);
  if (!proof || !leaf) {
    const hint = `no header of it stands under the published root; is ${dataDir} the relay's folder?`;
    throw new UsageError('WRONG_USE', `0x${toHex(gateway)} is not in the log`, hint);
  }
  const hex = (from: number, to: number) => `0x${toHex(leaf.slice(from, to))}`;
  const header = {
    prev: hex(20, 48),
    meta: `0x0000${toHex(leaf.slice(48, 78))}`,
    root: hex(78, 110),
    signature: hex(110, 174),
  };
  const values = [aggregator, root, size, `0x${toHex(gateway)}`, header, proof.index, proof.path];
  return { seq: readUint(leaf, 48, 4), call: aggregateInterface.encodeFunctionData('promote', values) };
}
