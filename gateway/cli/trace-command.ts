// `coldgate trace ID`: all that is known of a logistic unit, a pack or a lot, in order: signed records of this gateway, each
// checked, events of the contract, and EPCIS events. What could not be looked at is said.

import { epcisSchema } from '../../config/epcis-schema.js';
import { loadConfig } from '../../config/load.js';
import type { Config } from '../../config/schema.js';
import { fromHex } from '../../ledger-sync/evidence/bytes.js';
import { readLotEvents } from '../../ledger-sync/serials/lot-events.js';
import { type LotKeyFile, lotIdOf, parseLotKeyFile } from '../../ledger-sync/serials/lot-file.js';
import { KnownSerials } from '../authenticity/known-serials.js';
import { JournalReader } from '../journal/journal-reader.js';
import { journalPathOf } from '../journal/paths.js';
import { brokenLine } from '../reviews/audit-text.js';
import { walkLog } from '../reviews/log-walk.js';
import { ledgerEntries } from '../trace/ledger-trace.js';
import { LogTrace, tracedForLog } from '../trace/log-trace.js';
import { inOrder, type TraceEntry, traceLines } from '../trace/trace-entry.js';
import { subjectText, type TraceSubject, traceSubjectOf } from '../trace/trace-subject.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { contractAt } from './serials-parts.js';

export interface TraceOptions {
  readonly id: string;
  readonly config: string;
  /** Node that is asked for events; by default the first of the configuration. */
  readonly rpc?: string;
  readonly fromBlock: string;
  readonly json?: boolean;
}

interface LedgerPart {
  readonly entries: readonly TraceEntry[];
  readonly notKnown: readonly string[];
}

const RECORDS_PER_SIGNATURE = 1024;

/** Exit code 1: the log is not what was signed. @throws UsageError, ConfigError, JournalError, LedgerError */
export async function runTrace(options: TraceOptions, io: CliIo): Promise<ExitCode> {
  const subject = traceSubjectOf(options.id, new Date().getUTCFullYear());
  if ('reason' in subject) {
    const hint = "give an SSCC, an EPC in hex, '(01)GTIN(21)serial', '(01)GTIN(10)lot' or a Digital Link";
    throw new UsageError('WRONG_USE', `${options.id}: ${subject.reason}`, hint);
  }
  if (!/^\d{1,12}$/.test(options.fromBlock)) {
    throw new UsageError('WRONG_USE', `--from-block ${options.fromBlock} is no number`, 'such as 0');
  }
  const config = loadConfig(options.config);
  const journal = new JournalReader(journalPathOf(config.gateway.dataDir));
  try {
    const trace = new LogTrace(subject, journal.gateway, config.epcis ?? epcisSchema('.').parse({}));
    let broken = 0;
    const end = walkLog(
      journal,
      { from: 0, wants: ({ kind }) => tracedForLog.has(kind), recordsPerSignature: RECORDS_PER_SIGNATURE },
      {
        record: (checked) => trace.take(checked),
        broken: (place) => {
          broken += 1;
          io.err(brokenLine(place));
        },
      },
    );
    const ofLog = trace.finish();
    const ofLedger = await askLedger(options, config, journal, subject);
    const notKnown = [
      ...ofLedger.notKnown,
      'what other gateways and systems saw: this trace has one gateway and one contract',
      ...(subject.kind === 'lot' ? ['which tags are of the lot: an EPC does not say it'] : []),
      ...(trace.nameless > 0 ? [`what ${trace.nameless} records are about: their names were erased`] : []),
    ];
    const entries = inOrder([...ofLog, ...ofLedger.entries]);
    const told = { subject: subjectText(subject), entries, notKnown };
    if (options.json === true) io.out(JSON.stringify(told, undefined, 2));
    else for (const line of traceLines(told)) io.out(line);
    if (broken === 0 && end.stoppedAt === undefined) return exitCodes.ok;
    io.err('coldgate: the log is not what was signed; coldgate audit shows what still holds');
    return exitCodes.refuted;
  } finally {
    journal.close();
  }
}

async function askLedger(
  { rpc, fromBlock }: TraceOptions,
  { authenticity, ledger }: Config,
  journal: JournalReader,
  subject: TraceSubject,
): Promise<LedgerPart> {
  const without = (sentence: string) => ({ entries: [], notKnown: [sentence] });
  if (subject.kind === 'sscc')
    return without('what the ledger says: the contract of serials knows packs and lots');
  if (!authenticity) return without('what the ledger says: the configuration has no authenticity section');
  const url = rpc ?? ledger?.rpcUrl;
  if (url === undefined || url === '')
    return without('what the ledger says: no node is configured; give --rpc');
  const place = placeOf(subject, journal, authenticity);
  if (place === undefined) return without('what the ledger says: no key of its lot is held here');
  const { contract, rpc: node } = await contractAt({ rpc: url, contract: authenticity.contract });
  const events = await readLotEvents(node, contract, place, Number(fromBlock));
  return { entries: ledgerEntries(events, place.index), notKnown: [] };
}

/** Which lot of the ledger the subject is of, and where it is in it. */
function placeOf(
  subject: Exclude<TraceSubject, { kind: 'sscc' }>,
  journal: JournalReader,
  authenticity: NonNullable<Config['authenticity']>,
) {
  const keys = journal.serials.lotKeys().flatMap((text): LotKeyFile[] => [parseLotKeyFile(text)]);
  const nameOf = (key: LotKeyFile) => ({ maker: key.maker, lot: lotIdOf(key, fromHex(key.readingKey)) });
  if (subject.kind === 'lot') {
    const key = keys.find(({ gtin, lot }) => gtin === subject.gtin && lot === subject.lot);
    return key && { ...nameOf(key), index: undefined };
  }
  const known = new KnownSerials(journal.serials, authenticity, () => undefined).look();
  const found = known?.find(subject.gtin, subject.serial, undefined);
  if (found?.kind !== 'found') return undefined;
  const key = keys.find(({ gtin, lot }) => gtin === subject.gtin && lot === found.lotNumber);
  return key && { ...nameOf(key), index: found.index };
}
