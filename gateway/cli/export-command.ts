// `coldgate export`: writes an evidence bundle that anyone can verify.

import { writeFileSync } from 'node:fs';
import { loadConfig } from '../../config/load.js';
import type { EvidenceBundle } from '../../ledger-sync/evidence/bundle-schema.js';
import { type ExportSelection, exportEvidence } from '../evidence-export.js';
import { ExportError } from '../export-error.js';
import { JournalReader } from '../journal/journal-reader.js';
import { journalPathOf } from '../journal/paths.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';

export interface ExportOptions {
  readonly config: string;
  readonly output: string;
  readonly shipment?: string;
  readonly from?: string;
  readonly to?: string;
  readonly signedOnly?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

function timeMs(text: string, option: string): number {
  const ms = Date.parse(text);
  if (Number.isFinite(ms) && /^\d{4}-\d\d-\d\d/.test(text)) return ms;
  throw new UsageError(
    'WRONG_USE',
    `${option} ${text} is no time`,
    'write ISO 8601, for example 2026-03-01T08:00:00Z',
  );
}

function selectionOf({ shipment, from, to }: ExportOptions): ExportSelection {
  if (shipment !== undefined && from === undefined && to === undefined)
    return { kind: 'shipment', name: shipment };
  if (shipment === undefined && from !== undefined && to !== undefined) {
    const window = { kind: 'window', fromMs: timeMs(from, '--from'), toMs: timeMs(to, '--to') } as const;
    if (window.fromMs <= window.toMs) return window;
  }
  throw new UsageError(
    'WRONG_USE',
    'say which records',
    'use either --shipment ID, or --from TIME and a later --to TIME',
  );
}

function save(path: string, bundle: EvidenceBundle, mayOverwrite: boolean): void {
  try {
    writeFileSync(path, `${JSON.stringify(bundle, undefined, 1)}\n`, { flag: mayOverwrite ? 'w' : 'wx' });
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw new ExportError(
      isThere ? 'FILE_EXISTS' : 'FILE_UNREADABLE',
      isThere
        ? `${path} exists`
        : `${path} cannot be written: ${error instanceof Error ? error.message : error}`,
      isThere ? 'choose another name, or say --force' : 'check the folder and its rights',
      error,
    );
  }
}

/** Writes the bundle. @throws UsageError, ConfigError, ExportError, JournalError */
export async function runExport(options: ExportOptions, io: CliIo): Promise<ExitCode> {
  const selection = selectionOf(options);
  const config = loadConfig(options.config);
  const journal = new JournalReader(journalPathOf(config.gateway.dataDir));
  try {
    const { bundle, notAnchored } = exportEvidence(journal, config, selection, options.signedOnly === true);
    save(options.output, bundle, options.force === true);
    const { begin, end } = bundle.proof;
    const { kind } = bundle.head;
    if (options.json) {
      io.out(
        JSON.stringify({
          file: options.output,
          firstSequence: begin,
          lastSequence: end - 1,
          head: kind,
          notAnchored,
        }),
      );
      return exitCodes.ok;
    }
    const proof =
      kind === 'batch'
        ? 'by a header on the ledger'
        : 'by the newest checkpoint; no header on the ledger covers them yet';
    io.out(`${options.output}: records ${begin} to ${end - 1}, proven ${proof}`);
    if (notAnchored > 0)
      io.out(
        `${notAnchored} newer records are signed and not on the ledger yet; --signed-only takes them in`,
      );
    return exitCodes.ok;
  } finally {
    journal.close();
  }
}
