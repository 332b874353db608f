// The gateway itself as it stands: log, receivers, ledger, clock, disk, troubles, and how many alerts wait.

import type { Config } from '../../../config/schema.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { machineTime } from '../../clock/machine-time.js';
import type { Health } from '../../health/read-health.js';
import { diskSpace } from '../../journal/disk-space.js';
import type { JournalReader } from '../../journal/journal-reader.js';
import { packageVersion } from '../../package-version.js';
import { type Alert, severities } from '../../reviews/alert.js';
import { ledgerStatus, sinkStatus } from '../../status-report.js';
import type { GatewayNow } from '../api/now.js';
import type { FollowerTrouble } from '../index/log-follower.js';

const trusts = ['unsynchronised', 'holdover', 'synchronised'] as const;
const version = packageVersion();

function diskOf(folder: string): GatewayNow['disk'] {
  try {
    return diskSpace(folder);
  } catch {
    return null;
  }
}

function ledgerNow(config: Config, journal: JournalReader): GatewayNow['ledger'] {
  const ledger = ledgerStatus(config, journal);
  if (!ledger) return null;
  const { isRegistered, safeSeq, finalizedSeq, transactionHash, blockNumber, ...rest } = ledger;
  return {
    ...rest,
    isRegistered: isRegistered ?? null,
    safeSeq: safeSeq ?? null,
    finalizedSeq: finalizedSeq ?? null,
    transactionHash: transactionHash ?? null,
    blockNumber: blockNumber ?? null,
  };
}

function alertCounts(alerts: readonly Alert[]): GatewayNow['alerts'] {
  const countOf = (state: Alert['state']) => alerts.filter((alert) => alert.state === state).length;
  const waiting = alerts
    .filter(({ state }) => state !== 'closed')
    .map(({ severity }) => severities.indexOf(severity));
  return {
    ...{ open: countOf('open'), acknowledged: countOf('acknowledged'), assessed: countOf('assessed') },
    worst: waiting.length === 0 ? null : (severities[Math.max(...waiting)] ?? null),
  };
}

/** @param trouble of the console's own index */
export function gatewayNow(
  config: Config,
  journal: JournalReader,
  alerts: readonly Alert[],
  trouble: FollowerTrouble | undefined,
  { facts, findings }: Health,
): GatewayNow {
  const { name, dataDir } = config.gateway;
  const last = journal.log.latestCheckpoint();
  const records = last?.size ?? 0;
  const time = machineTime(config, (key) => journal.judgeState(key));
  const own = trouble ? [{ role: 'console', ...trouble }] : [];
  return {
    name,
    address: `0x${toHex(journal.gateway)}`,
    version,
    records,
    lastCheckpoint: last ? { size: last.size, root: toHex(last.root), atMs: last.timeMs } : null,
    clockTrust: trusts[time.trust],
    clockSource: time.source ?? null,
    clockErrorMs: time.errorMs ?? null,
    disk: diskOf(dataDir),
    sinks: sinkStatus(config, journal, records).map(({ sink, acknowledged, waiting }) => ({
      ...{ sink, acknowledgedRecords: acknowledged, waitingRecords: waiting },
    })),
    ledger: ledgerNow(config, journal),
    problems: [...journal.problems(), ...own],
    findings: findings.map(({ id, severity, sinceMs, what, whatToDo }) => ({
      ...{ id, severity, sinceMs, what, whatToDo },
    })),
    alerts: alertCounts(alerts),
    isRunning: facts.toldAtMs === undefined ? null : facts.isGatewayRunning,
  };
}
