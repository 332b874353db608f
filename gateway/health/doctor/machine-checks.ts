// What surrounds the gateway: memory, the clock that outlives a power cut, certificates, the systemd unit.

import { X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Config } from '../../../config/schema.js';
import { wearText } from '../disk-wear.js';
import { diskWear } from '../read-facts.js';
import { type DoctorCheck, type DoctorWord, fine, found, notice, skipped } from './doctor-check.js';

const KIB_PER_MIB = 1024;
/** A report or an unlock takes so much for seconds. */
const LEAST_AVAILABLE_MIB = 192;
const DAY_MS = 86_400_000;
const DUE_SOON_MS = 30 * DAY_MS;
const UNIT_FOLDERS = ['/etc/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system'];
/** Lines without which a unit does not do what the one that ships does. */
const wantedLines: readonly RegExp[] = [
  /^Type=notify$/m,
  /^WatchdogSec=/m,
  /^Restart=always$/m,
  /^NoNewPrivileges=yes$/m,
  /^ProtectSystem=strict$/m,
  /^User=(?!root$)\S+$/m,
];

export interface MachineRoots {
  /** Other folders than the machine's own, in a test. */
  readonly unitFolders?: readonly string[];
  readonly memInfo?: string;
  readonly rtc?: string;
  readonly manager?: string;
}

export function machineChecks(config: Config, nowMs: number, roots: MachineRoots = {}): DoctorCheck[] {
  const { memInfo = '/proc/meminfo', rtc = '/sys/class/rtc/rtc0' } = roots;
  return [
    {
      id: 'memory',
      mend: 'end what else runs on this machine, or give it more memory (1 GiB is enough)',
      look: () => memoryWord(readFileSync(memInfo, 'utf8')),
    },
    {
      id: 'real-time-clock',
      mend: 'a clock with a battery (DS3231) tells the time after a power cut before there is a network',
      look: () => {
        if (!existsSync(rtc))
          return notice('this machine has no real-time clock: after each start its time is unknown');
        return rtcWord(Number(readFileSync(join(rtc, 'since_epoch'), 'utf8')) * 1000, nowMs);
      },
    },
    {
      id: 'disk-wear',
      mend: 'look what else writes to the card (iotop), widen commit.windowMs, and replace it at the next stop',
      look: () => {
        const wear = diskWear(config);
        if (!wear) return skipped('the kernel tells nothing of the disk under gateway.dataDir');
        return wear.usedPercent !== null && wear.usedPercent >= 90
          ? found(wearText(wear))
          : fine(wearText(wear));
      },
    },
    ...certificateFiles(config).map(
      ({ key, path }): DoctorCheck => ({
        id: 'certificate',
        mend: 'renew it; a running broker and console take a new file without a restart',
        look: () => certificateWords(key, path, nowMs),
      }),
    ),
    {
      id: 'systemd-unit',
      mend: 'copy the unit of config/systemd anew, and put what is your own into a drop-in: systemctl edit',
      look: () => unitWords(roots),
    },
  ];
}

export function memoryWord(memInfo: string): DoctorWord {
  const [, availableKib] = /^MemAvailable:\s+(\d+) kB$/m.exec(memInfo) ?? [];
  const availableMib = Math.floor(Number(availableKib) / KIB_PER_MIB);
  const text = `${availableMib} MiB of memory are available`;
  return availableMib >= LEAST_AVAILABLE_MIB ? fine(text) : found(`only ${text}`);
}

function rtcWord(rtcMs: number, nowMs: number): DoctorWord {
  const offMs = Math.abs(rtcMs - nowMs);
  if (offMs < DAY_MS) return fine(`the real-time clock tells ${new Date(rtcMs).toISOString()}`);
  const mend = 'replace its battery, and set it: hwclock --systohc';
  return found(`the real-time clock is ${Math.round(offMs / DAY_MS)} days off`, mend);
}

function certificateFiles(config: Config): { readonly key: string; readonly path: string }[] {
  const { mqttIntake, console, publish, sparkplug } = config;
  const named = (key: string, path: string | undefined) => (path === undefined ? [] : [{ key, path }]);
  return [
    ...named('mqttIntake.listen.tls.certFile', mqttIntake?.listen.tls?.certFile),
    ...named('mqttIntake.listen.tls.caFile', mqttIntake?.listen.tls?.caFile),
    ...named('console.listen.tls.certFile', console?.listen.tls?.certFile),
    ...publish.brokers.flatMap(({ certFile, caFile }, index) => [
      ...named(`publish.brokers[${index}].certFile`, certFile),
      ...named(`publish.brokers[${index}].caFile`, caFile),
    ]),
    ...named('sparkplug.caFile', sparkplug && 'caFile' in sparkplug ? sparkplug.caFile : undefined),
  ];
}

/** The first certificate of the file is the one that is shown; the others are its issuers. */
function certificateWords(key: string, path: string, nowMs: number): DoctorWord {
  const { validTo, validFrom } = new X509Certificate(readFileSync(path));
  const [fromMs, toMs] = [Date.parse(validFrom), Date.parse(validTo)];
  const until = `${key} is valid until ${new Date(toMs).toISOString().slice(0, 10)}`;
  if (nowMs < fromMs)
    return found(`${key} is not valid before ${new Date(fromMs).toISOString()}: or the clock is wrong`);
  if (nowMs >= toMs) return found(`${until}: it has expired`);
  return toMs - nowMs < DUE_SOON_MS ? notice(until) : fine(until);
}

function unitWords({
  unitFolders = UNIT_FOLDERS,
  manager = '/run/systemd/system',
}: MachineRoots): DoctorWord[] {
  if (!existsSync(manager)) return [skipped('systemd does not run this machine')];
  const paths = unitFolders.flatMap((folder) =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => /^coldgate(-(gateway|ledger-sync|console))?\.service$/.test(name))
          .map((name) => join(folder, name))
      : [],
  );
  if (paths.length === 0)
    return [
      found(
        'no coldgate unit is installed: after a power cut nothing starts it',
        'copy config/systemd/coldgate.service to /etc/systemd/system, then: systemctl enable --now coldgate',
      ),
    ];
  return paths.map((path) => {
    const text = readFileSync(path, 'utf8');
    const missing = wantedLines
      .filter((line) => !line.test(text))
      .map(({ source }) => source.replace(/[\^$\\]/g, ''));
    if (missing.length === 0) return fine(`${basename(path)} is as it ships in what matters`);
    return found(`${path} lacks ${missing.join(', ')}`);
  });
}
