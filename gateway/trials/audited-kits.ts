// What became of the kits of a trial, told from its proven records alone, and what an auditor would ask about. Pure.

import type { DetailDocument } from '../sealing/draft-record.js';
import type { AuditedRecord } from './trial-audit.js';

export interface AuditedQuarantine {
  readonly id: string;
  readonly cause: string;
  readonly kits: readonly string[];
  readonly noticeDueMs: number;
  /** undefined: nobody has told the sponsor. */
  readonly isNoticeLate: boolean | undefined;
  readonly decision: string | undefined;
}

export interface AuditedKits {
  /** By number: usable, quarantined, destroyed, dispensed. */
  readonly conditions: ReadonlyMap<string, string>;
  readonly quarantines: readonly AuditedQuarantine[];
  readonly legs: number;
  /** What should not be. */
  readonly findings: readonly string[];
}

const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.map((one) => String(Array.isArray(one) ? one[0] : one)) : [];

export function auditedKits(records: readonly AuditedRecord[]): AuditedKits {
  const conditions = new Map<string, string>();
  const quarantines = new Map<string, AuditedQuarantine>();
  const findings: string[] = [];
  let legs = 0;
  const become = (kits: readonly string[], condition: string) => {
    for (const kit of kits) conditions.set(kit, condition);
  };
  for (const { sequence, document } of records) {
    const { type, event } = document;
    const kits = textsOf(document.kits);
    const where = `record ${sequence}`;
    if (type === 'trial' && event === 'registered') become(kits, 'usable');
    else if (type === 'trial-leg') legs += 1;
    else if (type === 'trial-kits' && event === 'dispensed') {
      const wrong = kits.filter((kit) => conditions.get(kit) !== 'usable');
      if (wrong.length > 0) findings.push(`${where}: kit ${wrong[0]} was dispensed and was not usable`);
      become(kits, 'dispensed');
    } else if (type === 'trial-quarantine') {
      take(document, where, quarantines, findings);
      if (event === 'opened') become(kits, 'quarantined');
      if (event === 'disposed') become(kits, document.decision === 'release' ? 'usable' : 'destroyed');
    }
  }
  for (const { id, isNoticeLate, decision } of quarantines.values()) {
    if (isNoticeLate === undefined) findings.push(`${id}: no record says that the sponsor was told`);
    else if (isNoticeLate) findings.push(`${id}: the sponsor was told after more than 24 hours`);
    if (decision === undefined) findings.push(`${id}: nothing is decided`);
  }
  return { conditions, quarantines: [...quarantines.values()], legs, findings };
}

function take(
  document: DetailDocument,
  where: string,
  quarantines: Map<string, AuditedQuarantine>,
  findings: string[],
): void {
  const { event, case: name, cause, noticeDueMs, decision, isLate } = document;
  const id = String(name);
  const before = quarantines.get(id);
  if (event === 'opened') {
    const opened = {
      id,
      cause: String(cause),
      kits: textsOf(document.kits),
      noticeDueMs: Number(noticeDueMs),
    };
    quarantines.set(id, { ...opened, isNoticeLate: undefined, decision: undefined });
  } else if (!before) findings.push(`${where}: quarantine ${id} was never opened`);
  else if (event === 'notice') quarantines.set(id, { ...before, isNoticeLate: isLate === true });
  else if (event === 'disposed') {
    if (before.isNoticeLate === undefined) findings.push(`${where}: ${id} was decided on before the notice`);
    quarantines.set(id, { ...before, decision: String(decision) });
  }
}
