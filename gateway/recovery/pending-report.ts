// What a recovery has to tell, kept beside the log until the record that tells it is in it. Written and read by this program
// alone, so it is read by hand: the writer's thread loads no schema library.

/** Key of the row. */
export const RECOVERY_KEY = 'recovery/pending';

export interface PendingReport {
  /** What the journal was found with. */
  readonly code: string;
  readonly message: string;
  /** Where it is kept, in the data folder. */
  readonly folder: string;
  /** The log up to here is under a root that was signed; its last one, in hexadecimal. */
  readonly lastSize: number;
  readonly lastRoot: string;
  readonly source: 'journal' | 'mark';
  /** The first sequence from which on the log goes on. */
  readonly firstSequence: number;
  readonly recovered: number;
  /** Of these, with one bit put back. */
  readonly mended: number;
  /** Places below `firstSequence` of which no record was recovered, but for those that were deleted by rule. */
  readonly lost: number;
  /** Whole commits in which places were lost: the first, and the one behind the last. */
  readonly spans: readonly (readonly [first: number, beyond: number])[];
  /** Tables beside the log of which rows are missing. */
  readonly incomplete: readonly string[];
}

/** The report in a row; undefined if there is none that can be read. */
export function pendingReportOf(text: string | undefined): PendingReport | undefined {
  if (text === undefined) return undefined;
  try {
    const report: PendingReport = JSON.parse(text);
    return Array.isArray(report.spans) && Array.isArray(report.incomplete) ? report : undefined;
  } catch {
    return undefined;
  }
}
