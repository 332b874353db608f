// The one place where facts become findings. What goods went through is not looked at here: that is what alerts are for. Pure.

import { isTight } from '../retention/disk-room.js';
import type { FoundNow } from './finding.js';
import type { HealthFacts } from './health-facts.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A reader that is switched on with the ignition, a cable that is put back. */
const DEVICE_GRACE_MS = MINUTE_MS;
/** Without this device goods are not watched for longer than most profiles allow a hole to be. */
const DEVICE_CRITICAL_MS = 10 * MINUTE_MS;
/** Longer than a tunnel or a ferry's hold for most; the log keeps what waits. */
const BACKLOG_MS = 30 * MINUTE_MS;
const WRITER_SLOW_MS = 10_000;
/** A card that needs so long for one commit in a hundred is worn, or no card for this. */
const COMMIT_SLOW_MS = 2_000;
const LOOP_SLOW_MS = 1_000;
/** Twice of what the role takes with ten million records waiting. */
const MEMORY_HIGH_BYTES = 320 * 1024 * 1024;
/** At 4 MiB it is copied back; more means that a reader holds it. */
const WAL_HIGH_BYTES = 32 * 1024 * 1024;
const WORN_PERCENT = 90;
const SHORT_LIFE_YEARS = 1;
/** So many ends of a role within an hour are no accident. */
const MANY_ENDS = 3;
const DUE_SOON_MS = 30 * DAY_MS;

const utcMinute = (ms: number) => `${new Date(ms).toISOString().slice(0, 16)}Z`;

/** Everything that is wrong now, in no order. */
export function findingsOf(facts: HealthFacts): FoundNow[] {
  return [
    ...gatewayFindings(facts),
    ...journalFindings(facts),
    ...facts.devices.flatMap((device) => deviceFinding(device, facts.nowMs)),
    ...facts.roles.flatMap((role) => roleFindings(role, facts.nowMs)),
    ...machineFindings(facts),
    ...wearFindings(facts),
    ...facts.sinks.flatMap((sink) => sinkFinding(sink, facts.nowMs)),
    ...facts.problems.map(problemFinding),
    ...facts.calibrations.flatMap((one) => calibrationFinding(one, facts.nowMs)),
  ];
}

function gatewayFindings({ isGatewayRunning, toldAtMs }: HealthFacts): FoundNow[] {
  if (isGatewayRunning) return [];
  return [
    {
      id: 'gateway-down',
      severity: 'critical',
      sinceMs: toldAtMs,
      what: 'the gateway role does not run: no device is read and nothing is judged',
      whatToDo: 'start it: systemctl start coldgate, or coldgate run; its log says why it ended',
    },
  ];
}

function journalFindings({ journal, nowMs, walBytes }: HealthFacts): FoundNow[] {
  const found: FoundNow[] = [];
  if (journal?.trouble) {
    const { message, hint, sinceMs } = journal.trouble;
    const what = `nothing can be written to the journal: ${message}`;
    found.push({ id: 'journal-failing', severity: 'critical', sinceMs, what, whatToDo: hint });
  }
  if (journal && journal.unansweredMs >= WRITER_SLOW_MS) {
    found.push({
      id: 'journal-stalled',
      severity: 'critical',
      sinceMs: nowMs - journal.unansweredMs,
      what: 'the disk has not taken the last commit; readings wait in memory',
      whatToDo: 'look at the kernel log (dmesg) for errors of the card; if they are there, replace it',
    });
  }
  if (journal?.commitP99Ms && journal.commitP99Ms >= COMMIT_SLOW_MS) {
    found.push({
      id: 'commit-slow',
      severity: 'warning',
      what: 'one commit in a hundred takes longer than two seconds',
      whatToDo: 'the card may be at its end: coldgate doctor tells its wear; use an industrial one',
    });
  }
  if (walBytes >= WAL_HIGH_BYTES) {
    found.push({
      id: 'wal-large',
      severity: 'warning',
      what: 'the write-ahead log of the journal is not copied back: a program holds the journal open',
      whatToDo: 'end whatever reads the journal beside coldgate (a copy, a database browser)',
    });
  }
  return found;
}

function deviceFinding({ id, failure }: HealthFacts['devices'][number], nowMs: number): FoundNow[] {
  if (!failure || nowMs - failure.sinceMs < DEVICE_GRACE_MS) return [];
  const words: Readonly<Record<string, readonly [what: string, whatToDo: string]>> = {
    absent: [
      'is not there',
      'check plug and cable; coldgate ports lists what is plugged in. It is opened again by itself',
    ],
    silent: [
      'is there and does not answer',
      'check its power, its wiring and its address; coldgate probe PORT tells who answers',
    ],
    faulted: ['cannot be used', 'what it said stands here; coldgate probe PORT tells more'],
  };
  const [what, whatToDo] = words[failure.condition] ?? ['does not work', 'coldgate doctor tells more'];
  return [
    {
      id: `device:${id}`,
      severity: nowMs - failure.sinceMs >= DEVICE_CRITICAL_MS ? 'critical' : 'warning',
      sinceMs: failure.sinceMs,
      what: `device ${id} ${what}: ${failure.reason}`,
      whatToDo,
    },
  ];
}

function roleFindings(
  { role, isRunning, endsAtMs, lastEnd }: HealthFacts['roles'][number],
  nowMs: number,
): FoundNow[] {
  const lately = endsAtMs.filter((atMs) => nowMs - atMs < HOUR_MS);
  if (lately.length < MANY_ENDS && (isRunning || lately.length === 0)) return [];
  const isMany = lately.length >= MANY_ENDS;
  const [first = nowMs] = lately;
  return [
    {
      id: `role:${role}`,
      severity: role === 'gateway' ? 'critical' : 'warning',
      sinceMs: first,
      what: `the ${role} role ${isMany ? 'ends again and again' : 'has ended and is started again'}: ${lastEnd ?? 'unknown'}`,
      whatToDo: 'its log says why: journalctl -u coldgate; coldgate doctor looks for the usual causes',
    },
  ];
}

function machineFindings({ clockTrust, disk, process }: HealthFacts): FoundNow[] {
  const found: FoundNow[] = [];
  if (clockTrust === 0) {
    found.push({
      id: 'clock-untrusted',
      severity: 'warning',
      what: 'the clock is not synchronised: what is recorded counts as UNKNOWN',
      whatToDo:
        'bring the machine on the network for a minute, or give it a real-time clock; timedatectl tells more',
    });
  }
  if (disk && isTight(disk)) {
    found.push({
      id: 'disk-low',
      severity: 'warning',
      what: 'less is free on the disk than retention.keepFree* wants',
      whatToDo: 'coldgate status tells what is held for whom; a larger card, or shorter retention',
    });
  }
  if (process && process.loopDelayP99Ms >= LOOP_SLOW_MS) {
    found.push({
      id: 'loop-slow',
      severity: 'warning',
      what: 'the gateway role runs late: the machine has too little processor for its load',
      whatToDo: 'look what else runs (top); fewer tags a second, a faster machine',
    });
  }
  if (process && process.residentBytes >= MEMORY_HIGH_BYTES) {
    found.push({
      id: 'memory-high',
      severity: 'warning',
      what: 'the gateway role holds more memory than it should',
      whatToDo: 'restart it at the next stop and send a bundle of coldgate diag',
    });
  }
  return found;
}

function wearFindings({ wear }: HealthFacts): FoundNow[] {
  const isSpent = wear?.usedPercent !== null && wear !== undefined && wear.usedPercent >= WORN_PERCENT;
  const isHard = wear?.yearsOfEndurance != null && wear.yearsOfEndurance < SHORT_LIFE_YEARS;
  if (!isSpent && !isHard) return [];
  const what = isSpent
    ? 'the card says that most of its life is used'
    : 'at the present rate the card takes what its maker rates it for within a year';
  return [
    {
      ...{ id: 'disk-wear', severity: 'warning', what },
      whatToDo: 'look what else writes to it (iotop), widen commit.windowMs, and replace it at the next stop',
    },
  ];
}

function sinkFinding({ sink, waiting, oldestAtMs }: HealthFacts['sinks'][number], nowMs: number): FoundNow[] {
  if (waiting === 0 || oldestAtMs === undefined || nowMs - oldestAtMs < BACKLOG_MS) return [];
  return [
    {
      id: `backlog:${sink}`,
      severity: 'warning',
      sinceMs: oldestAtMs,
      what: `${sink} has not acknowledged records since ${utcMinute(oldestAtMs)}; nothing is lost, the log keeps them`,
      whatToDo: 'check the network and that receiver; coldgate doctor tries to reach it',
    },
  ];
}

function problemFinding({ role, code, message, hint }: HealthFacts['problems'][number]): FoundNow {
  return {
    id: `problem:${role}:${code}`,
    severity: 'warning',
    what: `${role}: ${message} [${code}]`,
    whatToDo: hint,
  };
}

function calibrationFinding(
  { sensorId, dueOn, isValid }: HealthFacts['calibrations'][number],
  nowMs: number,
): FoundNow[] {
  const id = `calibration:${sensorId}`;
  if (!isValid) {
    const what = `the certificate of probe ${sensorId} does not hold (due ${dueOn}): its readings count as UNKNOWN`;
    return [{ id, severity: 'warning', what, whatToDo: 'have it calibrated and enter the new certificate' }];
  }
  if (Date.parse(`${dueOn}T00:00:00Z`) - nowMs >= DUE_SOON_MS) return [];
  const what = `the certificate of probe ${sensorId} ends on ${dueOn}`;
  return [{ id, severity: 'notice', what, whatToDo: 'have it calibrated, or hang a calibrated one' }];
}
