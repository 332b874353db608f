// `coldgate ledger status`: whether the contract is the one of this release, who keeps it, and how gateways stand there.

import { loadConfig } from '../../config/load.js';
import { JsonRpc } from '../../ledger-sync/anchor/json-rpc.js';
import {
  type GatewayReport,
  type LedgerReport,
  readLedgerReport,
} from '../../ledger-sync/anchor/ledger-report.js';
import { fromHex, toHex } from '../../ledger-sync/evidence/bytes.js';
import { readKeyFileAddress } from '../sealing/key-file.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { addressOption } from './ledger-parts.js';

export interface LedgerStatusOptions {
  /** Takes what the options do not say from it, and asks about its gateway. */
  readonly config?: string;
  readonly rpc?: string;
  readonly contract?: string;
  readonly gateway?: readonly string[];
  readonly json?: boolean;
}

/**
 * Exit code 1 when a gateway that was asked about may not anchor.
 * @throws ConfigError, UsageError, KeyError, LedgerError
 */
export async function runLedgerStatus(options: LedgerStatusOptions, io: CliIo): Promise<ExitCode> {
  const config = options.config === undefined ? undefined : loadConfig(options.config);
  const rpc = options.rpc ?? config?.ledger?.rpcUrl;
  const contract = options.contract ?? config?.ledger?.contract;
  if (rpc === undefined || contract === undefined) {
    const hint = 'give --rpc and --contract, or --config FILE with a ledger section';
    throw new UsageError('WRONG_USE', 'no ledger to ask', hint);
  }
  const own = config ? [fromHex(readKeyFileAddress(config.gateway.keyFile).address)] : [];
  const named = (options.gateway ?? []).map((text) => addressOption('--gateway', text));
  const report = await readLedgerReport(new JsonRpc(rpc), addressOption('--contract', contract), [
    ...own,
    ...named,
  ]);
  assertChainOf(config?.ledger?.chainId, report);
  if (options.json)
    io.out(JSON.stringify({ ...report, gateways: report.gateways.map(asJson) }, undefined, 2));
  else for (const line of lines(report)) io.out(line);
  return report.gateways.every(({ status }) => status === 'active') ? exitCodes.ok : exitCodes.refuted;
}

function assertChainOf(expected: number | undefined, { chainId }: LedgerReport): void {
  if (expected === undefined || expected === chainId) return;
  const message = `the endpoint serves chain ${chainId}, configured is ${expected}`;
  throw new UsageError('WRONG_USE', message, 'correct rpcUrl or chainId');
}

function lines(report: LedgerReport): string[] {
  return [
    `chain       ${report.chainId}, block ${report.blockNumber} of ${new Date(report.blockTimeMs).toISOString()}`,
    `contract    ${report.contract}: ${report.name} of this release`,
    `code hash   ${report.codeHash}`,
    `admin       ${report.admin}`,
    ...report.gateways.flatMap(gatewayLines),
  ];
}

function gatewayLines(entry: GatewayReport): string[] {
  const { gateway, status, seq, lastValidSeq, stoppedAtMs, successor } = entry;
  if (status === 'unregistered') return [`gateway     ${gateway}: not registered`];
  const first = `gateway     ${gateway}: ${status}, header ${seq}`;
  if (stoppedAtMs === undefined) return [first];
  const since = `            since ${new Date(stoppedAtMs).toISOString()}; headers are valid up to ${lastValidSeq}`;
  return [first, successor ? `${since}; replaced by 0x${toHex(successor)}` : since];
}

function asJson({ successor, ...entry }: GatewayReport) {
  return { ...entry, ...(successor ? { successor: `0x${toHex(successor)}` } : {}) };
}
