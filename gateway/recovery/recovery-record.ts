// What the log says of a damaged journal: records of kind 13 that name the last root that was signed before, where the log goes
// on and which places are gone, and a condition of the gateway that people get an alert of.

import type { Logger } from 'pino';
import type { Arrival } from '../../firmware-bridge/observation.js';
import { recordKinds } from '../../ledger-sync/evidence/record.js';
import { draftOf, type RecordContext } from '../intake/record-mapper.js';
import type { DetailDocument, DraftRecord, StateRow } from '../sealing/draft-record.js';
import { type PendingReport, pendingReportOf, RECOVERY_KEY } from './pending-report.js';

const TYPE = 'journal-recovered';
const SUBJECT = 'gateway';
const CONDITION = 'damaged-journal';
/** Spans in one record: a document of a few kilobytes. */
const SPANS_PER_RECORD = 100;

/** Records that tell of a recovery; the condition is for the judges of devices. */
function recoveryDrafts(
  context: RecordContext,
  at: Arrival,
  report: PendingReport,
): { readonly losses: readonly DraftRecord[]; readonly condition: DraftRecord } {
  const { spans, folder, lastSize, lastRoot, firstSequence, recovered, mended, lost, incomplete } = report;
  const told: DetailDocument = {
    ...{ type: TYPE, cause: report.code, folder, lastSize, lastRoot, firstSequence },
    ...{ recovered, mended, lost, incomplete },
  };
  const draft = (kind: number, value: number, detail: DetailDocument) => ({
    ...draftOf(context, { at, kind, subjectName: SUBJECT, value, detail }),
    shipmentName: undefined,
  });
  const losses: DraftRecord[] = [];
  for (let from = 0; from === 0 || from < spans.length; from += SPANS_PER_RECORD) {
    const some = spans.slice(from, from + SPANS_PER_RECORD);
    losses.push(draft(recordKinds.dataLoss, from === 0 ? lost : 0, { ...told, spans: some }));
  }
  const beside =
    incomplete.length === 0 ? '' : `; beside the log rows are missing of ${incomplete.join(', ')}`;
  const reason = `${recovered} records were recovered, ${lost} were lost${beside}; the old journal is kept in ${folder}`;
  const detail = { type: 'device-condition', condition: CONDITION, reason, severity: 'critical' };
  return { losses, condition: draft(recordKinds.deviceCondition, 0, detail) };
}

/** What a desk for readings does with a recovery. */
interface TellingDesk {
  report(losses: readonly DraftRecord[], condition: DraftRecord, rows: readonly StateRow[]): void;
}

/** Puts into the log what a recovery before this start has to tell, and says it. */
export function tellRecovery(parts: {
  readonly context: RecordContext;
  readonly now: Arrival;
  /** Beside the log. */
  readonly rows: ReadonlyMap<string, string>;
  /** What was lost beside the log and is known again. */
  readonly restored: readonly StateRow[];
  readonly desk: TellingDesk;
  readonly log: Pick<Logger, 'error'>;
}): void {
  const report = pendingReportOf(parts.rows.get(RECOVERY_KEY));
  if (!report) return;
  const { losses, condition } = recoveryDrafts(parts.context, parts.now, report);
  parts.desk.report(losses, condition, [[RECOVERY_KEY, undefined], ...parts.restored]);
  sayRecovered(parts.log, report);
}

function sayRecovered(log: Pick<Logger, 'error'>, report: PendingReport): void {
  const { message, code, folder, recovered, mended, lost, incomplete, firstSequence } = report;
  log.error(
    {
      ...{ code: 'JOURNAL_RECOVERED', cause: code, recovered, mended, lost, incomplete, firstSequence },
      hint:
        code === 'JOURNAL_TOO_NEW'
          ? `keep ${folder}: the newer version reads it`
          : `keep ${folder} and replace the card; \`coldgate audit\` shows what is gone`,
    },
    code === 'JOURNAL_TOO_NEW'
      ? `the journal of a newer version was set aside and a new one has taken its place: ${message}`
      : `the journal was damaged and a new one has taken its place: ${message}`,
  );
}

/** Spans that a detail document says were lost; none where it says no such thing. */
export function lostSpansOf({ type, spans }: DetailDocument): { first: number; beyond: number }[] {
  if (type !== TYPE || !Array.isArray(spans)) return [];
  return spans.flatMap((span) => {
    const [first, beyond] = Array.isArray(span) ? span : [];
    return typeof first === 'number' && typeof beyond === 'number' ? [{ first, beyond }] : [];
  });
}
