// One check of the doctor: what is looked at, what is found, and what mends it. A check never throws and never hangs: what goes
// wrong in it, and that it took too long, is what it found.

import { setTimeout as sleep } from 'node:timers/promises';
import { printable } from '../../../ledger-sync/evidence/printable.js';

/** `notice` is worth knowing and changes no exit code. */
export type DoctorOutcome = 'fine' | 'notice' | 'finding' | 'skipped';

export interface DoctorWord {
  readonly outcome: DoctorOutcome;
  readonly found: string;
  /** What mends it, where it differs from what the check says. */
  readonly mend?: string;
}

export interface DoctorCheck {
  /** Stays with its check. */
  readonly id: string;
  /** Asks somebody beyond this machine. */
  readonly needsNetwork?: boolean;
  readonly mend: string;
  readonly look: () => DoctorWord | readonly DoctorWord[] | Promise<DoctorWord | readonly DoctorWord[]>;
}

export interface Diagnosis {
  readonly id: string;
  readonly outcome: DoctorOutcome;
  readonly found: string;
  /** Only of a finding or a notice. */
  readonly mend?: string;
}

const LIMIT_MS = 20_000;

export const fine = (found: string): DoctorWord => ({ outcome: 'fine', found });
export const found = (text: string, mend?: string): DoctorWord => ({
  ...{ outcome: 'finding', found: text },
  ...(mend === undefined ? {} : { mend }),
});
export const notice = (text: string, mend?: string): DoctorWord => ({
  ...found(text, mend),
  outcome: 'notice',
});
export const skipped = (text: string): DoctorWord => ({ outcome: 'skipped', found: text });

export interface DoctorTerms {
  /** Nobody beyond this machine is asked. */
  readonly isOffline: boolean;
  readonly limitMs?: number;
}

/** Carries the checks out, one after the other. */
export async function diagnose(checks: readonly DoctorCheck[], terms: DoctorTerms): Promise<Diagnosis[]> {
  const diagnoses: Diagnosis[] = [];
  for (const check of checks) {
    const { id, mend: usual } = check;
    for (const { outcome, found: text, mend = usual } of await wordsOf(check, terms)) {
      const isWrong = outcome === 'finding' || outcome === 'notice';
      diagnoses.push({ id, outcome, found: printable(text), ...(isWrong ? { mend: printable(mend) } : {}) });
    }
  }
  return diagnoses;
}

async function wordsOf(
  { needsNetwork, look }: DoctorCheck,
  { isOffline, limitMs = LIMIT_MS }: DoctorTerms,
): Promise<readonly DoctorWord[]> {
  if (needsNetwork && isOffline) return [skipped('not asked: --offline')];
  try {
    const late = sleep(limitMs, found(`no answer within ${limitMs / 1000} s`), { ref: false });
    const words = await Promise.race([(async () => look())(), late]);
    return Array.isArray(words) ? words : [words as DoctorWord];
  } catch (error) {
    return [found(error instanceof Error ? error.message : String(error))];
  }
}
