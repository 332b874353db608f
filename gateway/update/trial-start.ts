// The new version's side of a trial: it runs as the gateway role on a copy of the journal, with a probe that is a file, and has to
// bring one reading to the disk. The copy is the log of a key that was made for it, so nothing that is signed here is of the
// gateway. No section of the configuration that reaches the network is taken.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import type { Config } from '../../config/schema.js';
import { recordKinds } from '../../ledger-sync/evidence/record.js';
import { startGatewayRole } from '../gateway-role.js';
import { openDatabase } from '../journal/database.js';
import { giveToSigner, layoutOf } from '../journal/journal-copy.js';
import { JournalError } from '../journal/journal-error.js';
import { JournalReader } from '../journal/journal-reader.js';
import { journalPathOf } from '../journal/paths.js';
import { walkLog } from '../reviews/log-walk.js';
import { createKeyFile, createPassphraseFile } from '../sealing/key-file.js';
import { deviceSigner } from '../sealing/open-device-key.js';
import { UpdateError } from './update-error.js';

export interface TrialReport {
  readonly ok: true;
  /** Of the copy, after it was opened. */
  readonly journalLayout: number;
  readonly recordsBefore: number;
  readonly records: number;
}

/** An hour of a busy truck; all of the log is for coldgate audit. */
const TAIL_RECORDS = 4096;
const RECORDS_PER_SIGNATURE = 512;
const READING_LIMIT_MS = 60_000;
const LOOK_MS = 100;
const STDERR = 2;

/** As the kernel writes it (firmware-bridge/onewire): 26.375 degrees. */
const READING = 'a6 01 4b 46 7f ff 0c 10 5c : crc=5c YES\na6 01 4b 46 7f ff 0c 10 5c t=26375\n';
/** Without one nobody looks for probes. */
const BUS = 'w1_bus_master1';
const PROBE = { sensorId: 'update-trial-probe', romId: '28-000000000001' };

/** The configuration with its judges, and nothing that is plugged in or connected. */
function aloneWith(config: Config, dataDir: string): Config {
  const { mqttIntake, sparkplug, epcis, console, ledger, authenticity, shipment, ...rest } = config;
  const directory = join(dataDir, 'onewire');
  return {
    ...rest,
    gateway: {
      ...config.gateway,
      ...{ dataDir, keyFile: join(dataDir, 'key.json'), passphraseFile: join(dataDir, 'passphrase') },
    },
    commit: { windowMs: 0, sightingWindowMs: 0 },
    devices: [{ id: 'update-trial', type: 'onewire', directory, cadenceMs: 1_000, probes: [PROBE] }],
    publish: { ...config.publish, brokers: [], consumers: [] },
    ...{ webhooks: [], commands: [], contacts: [] },
  };
}

/** Verifies the end of the log. @returns readings of the trial's probe among it */
function verifiedReadings(path: string, from: number): number {
  const journal = new JournalReader(path);
  try {
    const places: string[] = [];
    let readings = 0;
    const end = walkLog(
      journal,
      {
        ...{ from, recordsPerSignature: RECORDS_PER_SIGNATURE },
        wants: ({ kind }) => kind === recordKinds.temperature,
      },
      {
        record: ({ name }) => {
          if (name === PROBE.sensorId) readings += 1;
        },
        broken: (place) => places.push(JSON.stringify(place)),
      },
    );
    if (places.length === 0 && end.stoppedAt === undefined) return readings;
    const where = places[0] ?? `from record ${end.stoppedAt}`;
    throw new UpdateError(
      'VERSION_UNFIT',
      `records are not what was signed: ${where}`,
      'coldgate audit tells more',
    );
  } finally {
    journal.close();
  }
}

function sizeOf(path: string): number {
  const journal = new JournalReader(path);
  try {
    return journal.log.latestCheckpoint()?.size ?? 0;
  } finally {
    journal.close();
  }
}

/** Brings the copy to the layout of this version, and verifies its end by the gateway's own signatures. */
function bringUp(path: string): number {
  openDatabase(path, { access: 'owner' }).close();
  try {
    const size = sizeOf(path);
    verifiedReadings(path, Math.max(0, size - TAIL_RECORDS));
    return size;
  } catch (error) {
    // A gateway that has never run.
    if (error instanceof JournalError && error.code === 'JOURNAL_ABSENT') return 0;
    throw error;
  }
}

/**
 * Runs the role on the copy in `dataDir` until a reading is on the disk and verified.
 * @throws JournalError, KeyError, UpdateError VERSION_UNFIT, and what the role's start throws
 */
export async function startOnCopy(config: Config, dataDir: string): Promise<TrialReport> {
  const path = journalPathOf(dataDir);
  const recordsBefore = bringUp(path);
  const alone = aloneWith(config, dataDir);
  await createKeyFile(alone.gateway.keyFile, createPassphraseFile(alone.gateway.passphraseFile));
  giveToSigner(path, await deviceSigner(alone.gateway));
  for (const name of [BUS, PROBE.romId]) mkdirSync(join(dataDir, 'onewire', name), { recursive: true });
  writeFileSync(join(dataDir, 'onewire', PROBE.romId, 'w1_slave'), READING);
  const log = pino({ level: 'error' }, pino.destination({ fd: STDERR, sync: true }));
  const role = await startGatewayRole(alone, log);
  try {
    const deadline = performance.now() + READING_LIMIT_MS;
    while (verifiedReadings(path, recordsBefore) === 0) {
      if (performance.now() > deadline)
        throw new UpdateError(
          'VERSION_UNFIT',
          'no reading came to the disk within a minute',
          'see what it said',
        );
      await Promise.race([sleep(LOOK_MS), role.failed]);
    }
  } finally {
    await role.close();
  }
  return { ok: true, journalLayout: layoutOf(path) ?? 0, recordsBefore, records: sizeOf(path) };
}
