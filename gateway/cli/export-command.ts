// `coldgate export`: writes evidence that anyone can verify, as a bundle or in a format that others' tools read.

import { loadConfig } from '../../config/load.js';
import { sealFile } from '../../ledger-sync/sealed/sealed-file.js';
import { type ExportSelection, exportEvidence } from '../evidence-export.js';
import { JournalReader } from '../journal/journal-reader.js';
import { journalPathOf } from '../journal/paths.js';
import { StateStore } from '../requests/state-store.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { formatEvidence, formatOf, mediaTypes } from './export-format.js';
import { noteTaken, sha256Hex } from './noted-access.js';
import { keysFor } from './recipients-command.js';
import { saveExport } from './saved-export.js';

export interface ExportOptions {
  readonly config: string;
  readonly output: string;
  readonly shipment?: string;
  readonly from?: string;
  readonly to?: string;
  /** One record by its place in the log. */
  readonly sequence?: string;
  /** FIRST-LAST, places in the log. */
  readonly records?: string;
  /** bundle (default), bundle-cbor, tlog-proof or cose-receipt. */
  readonly format?: string;
  /** Recipients that it is sealed for; nobody else can read it. */
  readonly for?: readonly string[];
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

function selectionOf({ shipment, from, to, sequence, records }: ExportOptions): ExportSelection {
  const [first = -1, last = -1] = (/^(\d{1,15})-(\d{1,15})$/.exec(records ?? '') ?? []).slice(1).map(Number);
  const isAlone = [shipment, from, to, sequence].every((one) => one === undefined);
  if (records !== undefined && isAlone && last > first) return { kind: 'span', first, last };
  if (records !== undefined) throw saysNothing();
  if (sequence !== undefined && [shipment, from, to].every((one) => one === undefined)) {
    if (/^\d{1,15}$/.test(sequence)) return { kind: 'record', sequence: Number(sequence) };
  } else if (sequence === undefined && shipment !== undefined && from === undefined && to === undefined)
    return { kind: 'shipment', name: shipment };
  if (sequence === undefined && shipment === undefined && from !== undefined && to !== undefined) {
    const window = { kind: 'window', fromMs: timeMs(from, '--from'), toMs: timeMs(to, '--to') } as const;
    if (window.fromMs <= window.toMs) return window;
  }
  throw saysNothing();
}

const saysNothing = () =>
  new UsageError(
    'WRONG_USE',
    'say which records',
    'use either --shipment ID, or --from TIME and a later --to TIME, or --sequence NUMBER, or --records FIRST-LAST',
  );

function aboutOf(selection: ExportSelection): string {
  switch (selection.kind) {
    case 'record':
      return `record ${selection.sequence}`;
    case 'span':
      return `records ${selection.first} to ${selection.last}`;
    case 'shipment':
      return `shipment ${selection.name}`;
    case 'window':
      return `${new Date(selection.fromMs).toISOString()} to ${new Date(selection.toMs).toISOString()}`;
  }
}

/** Writes the file. @throws UsageError, ConfigError, ExportError, JournalError; KeyError for a receipt */
export async function runExport(options: ExportOptions, io: CliIo): Promise<ExitCode> {
  const selection = selectionOf(options);
  const format = formatOf(options.format, selection);
  const config = loadConfig(options.config);
  const journalPath = journalPathOf(config.gateway.dataDir);
  const journal = new JournalReader(journalPath);
  try {
    const { bundle, notAnchored } = exportEvidence(journal, config, selection, options.signedOnly === true);
    const evidence = await formatEvidence(format, bundle, journal.log, config);
    const keys = keysFor(options.for ?? [], () => new StateStore(journal.judgeStates()));
    const content =
      keys.length === 0 ? evidence : await sealFile(Buffer.from(evidence), mediaTypes[format], keys);
    saveExport(options.output, content, options.force === true);
    noteTaken(
      journalPath,
      {
        ...{ what: 'export', about: aboutOf(selection), format, sealedFor: [...(options.for ?? [])] },
        sha256: sha256Hex(content),
      },
      io,
    );
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
