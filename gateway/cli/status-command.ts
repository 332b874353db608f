// `coldgate status`: one screen on how far the log, the brokers and the ledger are.

import { loadConfig } from '../../config/load.js';
import { wearText } from '../health/disk-wear.js';
import { healthStateOf } from '../health/finding.js';
import type { RetentionStatus } from '../retention/retention-status.js';
import { type LedgerStatus, readStatus, type StatusReport } from '../status-report.js';
import { type CliIo, type ExitCode, exitCodes } from './cli-io.js';
import { reportLine } from './fleet-report-line.js';

export interface StatusOptions {
  readonly config: string;
  readonly json?: boolean;
}

function ledgerLines(ledger: LedgerStatus | undefined): string[] {
  if (!ledger) return ['ledger      none configured'];
  const { isRegistered, includedSeq, anchoredRecords, blockNumber, transactionHash } = ledger;
  if (isRegistered === undefined) return [`ledger      chain ${ledger.chainId}: no answer yet`];
  if (!isRegistered)
    return [`ledger      chain ${ledger.chainId}: this gateway is not registered at ${ledger.contract}`];
  const where = blockNumber === undefined ? '' : `, block ${blockNumber}, transaction ${transactionHash}`;
  return [
    `ledger      chain ${ledger.chainId}: header ${includedSeq} of ${ledger.signedSeq} signed ones is included`,
    `            ${stagesLine(ledger)}`,
    `            it covers ${anchoredRecords} records${where}`,
  ];
}

/** How far headers have come, stage by stage; the stage before these, stored, is the log's own line. */
function stagesLine({ signedSeq, sentSeq, includedSeq, safeSeq, finalizedSeq }: LedgerStatus): string {
  const later = `safe ${safeSeq ?? 'not told'}, finalized ${finalizedSeq ?? 'not told'}`;
  return `signed ${signedSeq}, sent ${sentSeq}, included ${includedSeq}, ${later}`;
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1_000_000)} MB`;
/** The rest is in the JSON. */
const SHOWN_HOLDS = 5;

function retentionLines({
  oldestSequence,
  oldestAt,
  deletedRecords,
  holds,
  ...rest
}: RetentionStatus): string[] {
  const { disk, bytesPerDay, daysLeft } = rest;
  const deleted =
    deletedRecords === 0 ? 'nothing was deleted' : `the readings among ${deletedRecords} others were deleted`;
  const pace = bytesPerDay === undefined ? '' : `; the log takes ${megabytes(bytesPerDay)} a day`;
  const end = daysLeft === undefined ? '' : `, enough for ${daysLeft} days`;
  const held = holds.slice(0, SHOWN_HOLDS).map(({ by, fromSequence }) => `${by} from ${fromSequence}`);
  return [
    `kept        from record ${oldestSequence} of ${oldestAt ?? 'now'}; ${deleted}`,
    `            held for ${held.join(', ')}${holds.length > SHOWN_HOLDS ? ` and ${holds.length - SHOWN_HOLDS} others` : ''}`,
    `disk        ${megabytes(disk.freeBytes)} of ${megabytes(disk.diskBytes)} free, ${megabytes(disk.wantedFreeBytes)} wanted; journal ${megabytes(disk.journalBytes)}${pace}${end}`,
  ];
}

function wearLines(wear: StatusReport['wear']): string[] {
  if (!wear) return [];
  return [`wear        ${wearText(wear)}`];
}

function healthLines(findings: StatusReport['findings']): string[] {
  const told = findings.flatMap(({ severity, sinceMs, what, whatToDo }) => [
    `  ${severity.padEnd(9)} ${what}, since ${new Date(sinceMs).toISOString().slice(0, 19)}Z`,
    `            ${whatToDo}`,
  ]);
  return [`health      ${healthStateOf(findings)}`, ...told];
}

const clockWords = {
  unsynchronised: 'nobody has said what time it is: readings are in doubt until somebody does',
  holdover: 'goes on by itself since it was set',
  synchronised: 'right',
} as const;

function clockLine({ now, trust, source, errorMs }: StatusReport['clock']): string {
  const by = source === undefined ? '' : `, by ${source}`;
  const error = errorMs === undefined ? '' : `, wrong by at most ${Math.ceil(errorMs / 1000)} s`;
  return `clock       ${now}: ${clockWords[trust]}${by}${error}`;
}

function lines(report: StatusReport): string[] {
  return [
    `gateway     ${report.name} ${report.gateway}`,
    ...healthLines(report.findings),
    `log         ${report.records} records, signed and on disk; last checkpoint ${report.lastCheckpointAt ?? 'none'}`,
    clockLine(report.clock),
    ...report.sinks.map(
      ({ sink, acknowledged, waiting }) =>
        `publish     ${sink}: ${acknowledged} acknowledged, ${waiting} waiting`,
    ),
    ...(report.fleet ? [`fleet       ${reportLine(report.fleet)}`] : []),
    ...ledgerLines(report.ledger),
    ...retentionLines(report.retention),
    ...wearLines(report.wear),
    ...report.shipments.map(
      (shipment) =>
        `shipment    ${shipment.name}: records ${shipment.firstSequence} to ${shipment.lastSequence}`,
    ),
    ...report.alerts.map(({ id, state, severity }) => `alert       ${id}: ${state}, ${severity}`),
  ];
}

/** Prints the state; exit code 0 also when there are problems, since they are what was asked for. */
export async function runStatus(options: StatusOptions, io: CliIo): Promise<ExitCode> {
  const report = readStatus(loadConfig(options.config));
  if (options.json) io.out(JSON.stringify(report, undefined, 2));
  else for (const line of lines(report)) io.out(line);
  return exitCodes.ok;
}
