// One check of a qualification: what was looked at, what had to be, what was found. A check never throws: what goes wrong in
// it is what it found.

import { printable } from '../../../ledger-sync/evidence/printable.js';

export type CheckPart = 'installation' | 'operation';
export type CheckOutcome = 'pass' | 'fail' | 'not-applicable';

export interface QualificationCheck {
  /** Such as IQ-03; stays with its check. */
  readonly id: string;
  readonly part: CheckPart;
  readonly title: string;
  readonly expected: string;
  readonly found: string;
  readonly outcome: CheckOutcome;
}

export interface Finding {
  readonly outcome: CheckOutcome;
  readonly found: string;
}

export const passed = (found: string): Finding => ({ outcome: 'pass', found });
export const failed = (found: string): Finding => ({ outcome: 'fail', found });
export const notApplicable = (found: string): Finding => ({ outcome: 'not-applicable', found });
/** `found` either way. */
export const passedIf = (holds: boolean, found: string): Finding => (holds ? passed(found) : failed(found));

export interface Examination {
  readonly id: string;
  readonly title: string;
  readonly expected: string;
  readonly look: () => Finding | Promise<Finding>;
}

/** Carries the examinations out, one after the other. */
export async function examine(examinations: readonly Examination[]): Promise<QualificationCheck[]> {
  const checks: QualificationCheck[] = [];
  for (const { id, title, expected, look } of examinations) {
    const part = id.startsWith('IQ') ? 'installation' : 'operation';
    const { outcome, found } = await looked(look);
    checks.push({ id, part, title, expected, found: printable(found), outcome });
  }
  return checks;
}

async function looked(look: Examination['look']): Promise<Finding> {
  try {
    return await look();
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}
