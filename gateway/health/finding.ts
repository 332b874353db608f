// A finding: one thing that is wrong with the gateway now, in words for whoever must mend it. Not about goods, which alerts are
// for. Pure.

export const findingSeverities = ['notice', 'warning', 'critical'] as const;
export type FindingSeverity = (typeof findingSeverities)[number];

export interface Finding {
  /** Names the matter, not its words: the same matter keeps its id. */
  readonly id: string;
  /**
   * `critical`: readings are lost or not judged, or will be within hours. `warning`: something is not done that should be, and
   * the log keeps it. `notice`: somebody should look at the next stop.
   */
  readonly severity: FindingSeverity;
  /** Unix ms; where nothing says when it began, when it was first seen. */
  readonly sinceMs: number;
  readonly what: string;
  readonly whatToDo: string;
}

/** As it is found, before anybody has looked how long it has been so. */
export type FoundNow = Omit<Finding, 'sinceMs'> & { readonly sinceMs?: number | undefined };

export type HealthState = 'ok' | 'degraded' | 'failing';

export function healthStateOf(findings: readonly Pick<Finding, 'severity'>[]): HealthState {
  if (findings.some(({ severity }) => severity === 'critical')) return 'failing';
  return findings.some(({ severity }) => severity === 'warning') ? 'degraded' : 'ok';
}

const gravity = ({ severity }: Pick<Finding, 'severity'>) => findingSeverities.indexOf(severity);

/** The gravest first, then the oldest. @param before what was found earlier, whose beginnings are kept */
export function sinceBefore(
  found: readonly FoundNow[],
  before: readonly Finding[],
  nowMs: number,
): Finding[] {
  const began = new Map(before.map(({ id, sinceMs }) => [id, sinceMs]));
  return found
    .map((one) => ({ ...one, sinceMs: one.sinceMs ?? began.get(one.id) ?? nowMs }))
    .sort((a, b) => gravity(b) - gravity(a) || a.sinceMs - b.sinceMs || (a.id < b.id ? -1 : 1));
}

/** One line: the state, and the gravest finding. */
export function headlineOf(findings: readonly Finding[]): string {
  const state = healthStateOf(findings);
  const [first] = findings;
  if (!first) return state;
  const others = findings.length === 1 ? '' : ` (and ${findings.length - 1} more: coldgate status)`;
  return `${state}: ${first.what}${others}`;
}
