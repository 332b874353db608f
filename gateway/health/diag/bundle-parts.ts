// The parts of a bundle for support. Each by itself: one that fails, or takes too long, is named in the bundle, and the others are
// there all the same. No record of goods, no name; what leaves here has gone through the redaction.

import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { arch, cpus, freemem, loadavg, release, totalmem, type, uptime } from 'node:os';
import type { Config } from '../../../config/schema.js';
import { decodeRecord } from '../../../ledger-sync/evidence/record.js';
import type { JournalReader } from '../../journal/journal-reader.js';
import { journalPathOf } from '../../journal/paths.js';
import { packageVersion } from '../../package-version.js';
import { mountOf } from '../../reports/qualification/mount.js';
import { readRuntimeStatus } from '../../runtime-status.js';
import { readSupervisedRoles } from '../supervisor-status.js';
import { redactedConfig } from './redacted-config.js';
import type { Redaction } from './redaction.js';

/** Newest records of which the kinds are counted. */
const COUNTED_RECORDS = 10_000;
const LOG_LINES = 2_000;
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;

export interface BundlePart {
  /** Name of its file. */
  readonly name: string;
  readonly collect: (signal: AbortSignal) => unknown | Promise<unknown>;
}

export interface BundleSource {
  readonly configFile: string;
  /** undefined: the file cannot be used, as its error says. */
  readonly config: Config | undefined;
  readonly configTrouble: string | undefined;
  /** undefined: there is none, or it cannot be opened. */
  readonly journal: JournalReader | undefined;
  readonly doctor: () => Promise<unknown>;
  readonly status: () => unknown;
}

/** Texts are taken as they are, all else as JSON. */
export function bundleParts(source: BundleSource, redaction: Redaction): BundlePart[] {
  const { config, journal } = source;
  return [
    { name: 'versions.json', collect: versions },
    { name: 'machine.json', collect: () => machine(config) },
    {
      name: 'configuration.json',
      collect: () => (config ? redactedConfig(config, redaction) : { trouble: source.configTrouble }),
    },
    { name: 'doctor.json', collect: () => source.doctor() },
    { name: 'status.json', collect: () => source.status() },
    { name: 'journal.json', collect: () => journalFacts(config, journal) },
    { name: 'roles.json', collect: () => roleFacts(config) },
    {
      name: 'log.txt',
      collect: (signal) =>
        output('journalctl', ['-u', 'coldgate*', '-n', String(LOG_LINES), '-o', 'cat', '--no-pager'], signal),
    },
    { name: 'kernel.txt', collect: async (signal) => kernelLines(await output('dmesg', ['-T'], signal)) },
  ];
}

function versions() {
  const { node, openssl, v8, uv } = process.versions;
  return { coldgate: packageVersion(), node, openssl, v8, uv };
}

function machine(config: Config | undefined) {
  const [cpu] = cpus();
  const mount = config && mountOf(config.gateway.dataDir);
  const osRelease = /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  return {
    ...{ system: osRelease, kernel: `${type()} ${release()}`, arch: arch(), uptimeS: Math.round(uptime()) },
    ...{ cpus: cpus().length, cpu: cpu?.model, load: loadavg() },
    ...{ memoryBytes: totalmem(), freeBytes: freemem() },
    dataFileSystem: mount && { fileSystem: mount.fileSystem, options: mount.options },
  };
}

function journalFacts(config: Config | undefined, journal: JournalReader | undefined) {
  if (!config || !journal) throw new Error('there is no journal, or it cannot be opened');
  const path = journalPathOf(config.gateway.dataDir);
  const size = journal.log.latestCheckpoint()?.size ?? 0;
  const kinds: Record<string, number> = {};
  for (const leaf of journal.log.leaves(Math.max(0, size - COUNTED_RECORDS), COUNTED_RECORDS)) {
    const kind = `kind ${decodeRecord(leaf).kind}`;
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  const bytesOf = (suffix: string) => statSync(path + suffix, { throwIfNoEntry: false })?.size ?? 0;
  return {
    ...{ records: size, newestKinds: kinds, pages: journal.pages() },
    files: { journal: bytesOf(''), wal: bytesOf('-wal'), shm: bytesOf('-shm') },
  };
}

function roleFacts(config: Config | undefined) {
  if (!config) throw new Error('without a configuration nobody knows where the roles tell of themselves');
  const { dataDir } = config.gateway;
  return {
    gateway: readRuntimeStatus(dataDir) ?? null,
    supervisor: readSupervisedRoles(dataDir, Date.now()),
  };
}

/** Of the card, the file system, ports, memory and power; nothing of the network, whose lines name others. */
const told =
  /mmc|sd[a-z]\b|ext4|i\/o error|usb|tty|ftdi|ch34|cp210|out of memory|oom|under-?voltage|watchdog|thermal/i;

function kernelLines(text: string): string {
  return text
    .split('\n')
    .filter((line) => told.test(line))
    .slice(-LOG_LINES)
    .join('\n');
}

function output(program: string, parameters: readonly string[], signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'pipe'], signal });
    const pieces: Buffer[] = [];
    let bytes = 0;
    let said = '';
    child.stdout.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes <= MAX_OUTPUT_BYTES) pieces.push(piece);
    });
    child.stderr.on('data', (piece: Buffer) => {
      said = `${said}${piece.toString('utf8')}`.slice(0, 1000);
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(Buffer.concat(pieces).toString('utf8'));
      else reject(new Error(`${program} ended with code ${code}: ${said.trim()}`));
    });
  });
}
