// `coldgate trace ID`: all that is known of a logistic unit, a pack or a lot, in order: signed records of this gateway, each
// checked, events of the contract, and EPCIS events. What could not be looked at is said.

import { epcisSchema } from '../../config/epcis-schema.js';
import { loadConfig } from '../../config/load.js';
import { JournalReader } from '../journal/journal-reader.js';
import { journalPathOf } from '../journal/paths.js';
import { brokenLine } from '../reviews/audit-text.js';
import { walkLog } from '../reviews/log-walk.js';
import { LogTrace, tracedForLog } from '../trace/log-trace.js';
import { inOrder, traceLines } from '../trace/trace-entry.js';
import { subjectText, traceSubjectOf } from '../trace/trace-subject.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { writeNewFile } from './ledger-parts.js';
import { askCustody, askSerials } from './trace-ledger.js';

export interface TraceOptions {
  readonly id: string;
  readonly config: string;
  /** Node that is asked for events; by default the first of the configuration. */
  readonly rpc?: string;
  readonly fromBlock: string;
  /** File for the JSON. */
  readonly output?: string;
  readonly json?: boolean;
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
    const url = options.rpc ?? config.ledger?.rpcUrl;
    const ledger = { url: url === '' ? undefined : url, fromBlock: Number(options.fromBlock) };
    const ofSerials = await askSerials(ledger, config, journal, subject);
    const ofCustody = await askCustody(ledger, trace.agreements);
    const notKnown = [
      ...ofSerials.notKnown,
      ...ofCustody.notKnown,
      'what other gateways and systems saw: this trace has one gateway and one chain',
      ...(subject.kind === 'lot' ? ['which tags are of the lot: an EPC does not say it'] : []),
      ...(trace.nameless > 0 ? [`what ${trace.nameless} records are about: their names were erased`] : []),
    ];
    const entries = inOrder([...ofLog, ...ofSerials.entries, ...ofCustody.entries]);
    const isWhole = broken === 0 && end.stoppedAt === undefined;
    const told = { subject: subjectText(subject), entries, notKnown, isWhole };
    if (options.output !== undefined) writeNewFile(options.output, told);
    else if (options.json === true) io.out(JSON.stringify(told, undefined, 2));
    else for (const line of traceLines(told)) io.out(line);
    if (isWhole) return exitCodes.ok;
    io.err('coldgate: the log is not what was signed; coldgate audit shows what still holds');
    return exitCodes.refuted;
  } finally {
    journal.close();
  }
}
