// The checks that a qualification makes as well, with what mends each. What a qualification asks only once, such as the judge's
// scenarios or the whole log, is left to it.

import { existsSync } from 'node:fs';
import type { Config } from '../../../config/schema.js';
import type { JournalReader } from '../../journal/journal-reader.js';
import type { Examination } from '../../reports/qualification/check.js';
import { machineChecks } from '../../reports/qualification/machine-checks.js';
import { operationChecks } from '../../reports/qualification/operation-checks.js';
import { settingChecks } from '../../reports/qualification/setting-checks.js';
import { type DoctorCheck, type DoctorWord, skipped } from './doctor-check.js';

/** By the id that the check has in a qualification. */
const asked: Readonly<Record<string, readonly [id: string, mend: string]>> = {
  'IQ-02': ['node', 'install Node.js 20.19 or newer'],
  'IQ-03': [
    'sqlite',
    'reinstall coldgate with its own better-sqlite3, and keep gateway.dataDir on a local disk',
  ],
  'IQ-04': [
    'file-system',
    'put gateway.dataDir on ext4 of this machine, mounted rw with barriers (fstab: defaults,noatime)',
  ],
  'IQ-05': [
    'disk-room',
    'free space: coldgate status tells what is held for whom; a larger card, or shorter retention',
  ],
  'IQ-06': ['flush', 'the card is slow or failing: look for errors in dmesg, and replace it'],
  'IQ-08': ['configuration', 'coldgate check-config tells each place with an example'],
  'IQ-09': ['secret-files', 'chmod 600 each of them, and chown them to the user that coldgate runs as'],
  'IQ-10': ['device-key', 'bring back the key that signed this journal; another key begins another gateway'],
  'IQ-12': [
    'clock',
    'bring the machine on the network, and enable systemd-timesyncd: timedatectl set-ntp true',
  ],
  'OQ-02': ['probes', 'coldgate ports and coldgate probe PORT tell what is plugged in and who answers'],
  'OQ-03': ['calibration', 'have the probe calibrated, and enter its certificate under calibrations'],
};

/** They try something out in the data folder, which the first start makes. */
const needFolder: ReadonlySet<string> = new Set(['sqlite', 'disk-room', 'flush']);

const outcomes = { pass: 'fine', fail: 'finding', 'not-applicable': 'skipped' } as const;

async function wordOf({ look }: Examination): Promise<DoctorWord> {
  const { outcome, found } = await look();
  return { outcome: outcomes[outcome], found };
}

/** @param journal undefined: there is none yet */
export function qualifiedChecks(
  config: Config,
  journal: JournalReader | undefined,
  nowMs: number,
): DoctorCheck[] {
  return [
    ...machineChecks(config.gateway.dataDir),
    ...settingChecks(config, journal, nowMs),
    ...operationChecks(config, journal, nowMs),
  ].flatMap((examination) => {
    const [id, mend] = asked[examination.id] ?? [];
    if (id === undefined || mend === undefined) return [];
    const isEarly = needFolder.has(id) && !existsSync(config.gateway.dataDir);
    const look = () => (isEarly ? skipped('gateway.dataDir is not there yet') : wordOf(examination));
    return [{ id, mend, look }];
  });
}
