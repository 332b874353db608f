// A probe's calibration certificate, and whether it vouches for a reading: EU GDP (2013/C 343/01) section 9.2 asks for
// calibration at least once a year. Pure; days are UTC days.

const dayMs = 86_400_000;
const maxAgeDays = 365;

/** Plain JSON, as it stands in a record. */
export interface Calibration {
  /** Of the probe. */
  readonly serial: string;
  /** Number of the certificate. */
  readonly certificate: string;
  /** YYYY-MM-DD. */
  readonly calibratedOn: string;
  /** YYYY-MM-DD; the last day on which it holds. */
  readonly dueOn: string;
  /** Expanded uncertainty, k = 2. */
  readonly uncertaintyMilliC: number;
}

/** Days since 1970-01-01; undefined for what is no day of the calendar. */
function dayOf(date: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return undefined;
  const unixMs = Date.parse(`${date}T00:00:00Z`);
  // Some engines take the 31st of February for the 3rd of March.
  if (Number.isNaN(unixMs) || new Date(unixMs).toISOString().slice(0, date.length) !== date) return undefined;
  return unixMs / dayMs;
}

/**
 * `calibration-expired` when no certificate vouches for the moment: after `dueOn`, more than 365 days after
 * `calibratedOn`, before it, without a certificate, or where a date cannot be read.
 */
export function calibrationDoubt(
  calibration: Calibration | undefined,
  observedAtMs: number,
): 'calibration-expired' | undefined {
  const calibratedDay = dayOf(calibration?.calibratedOn ?? '');
  const dueDay = dayOf(calibration?.dueOn ?? '');
  if (calibratedDay === undefined || dueDay === undefined) return 'calibration-expired';
  const day = Math.floor(observedAtMs / dayMs);
  const lastDay = Math.min(dueDay, calibratedDay + maxAgeDays);
  return day < calibratedDay || day > lastDay ? 'calibration-expired' : undefined;
}
