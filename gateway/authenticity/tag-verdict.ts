// The levels of one tag, and the verdict on it: the syntax of its EPC (L0), what makers and authorities say of it (L1), its
// chip (L2), a proof by the chip (L3), its course (L4). What could not be looked at is said to be unknown, never passed.

import { type Finding, findingDocument, type Verdict, verdictOf } from './finding.js';
import type { PackKnown } from './serials-knowledge.js';
import type { TagFacts } from './tag-fold.js';
import type { TagIdentity } from './tag-identity.js';

export interface Levels {
  readonly syntax: 'passed' | 'failed';
  readonly registry: 'passed' | 'failed' | 'no-pack' | 'no-key' | 'no-snapshot' | 'stale' | 'no-clock';
  /** first-sight: read for the first time, and bound to this EPC from now on. */
  readonly chip: 'passed' | 'failed' | 'first-sight' | 'as-before' | 'not-read';
  /** pending: the maker's service was not reached yet. no-answer: it was challenged, and gave none. */
  readonly proof:
    | 'passed'
    | 'failed'
    | 'pending'
    | 'no-key'
    | 'no-answer'
    | 'not-supported-by-reader'
    | 'chip-has-none'
    | 'not-read';
  readonly trace: 'passed' | 'failed' | 'doubtful' | 'no-place';
}

export interface Judged {
  readonly verdict: Verdict;
  readonly levels: Levels;
  readonly findings: readonly Finding[];
  /** The highest level up to which everything passed, 0 to 3; -1 if not even the first. */
  readonly level: number;
  readonly shown: Shown;
}

/** How much the chip has shown. */
export interface Shown {
  /** 0 nothing, 1 which one it is, 2 that it is the bound one. */
  readonly chip: number;
  /** 0 nothing, 1 an answer that nobody has judged yet, 2 that it holds its key. */
  readonly proof: number;
}

export interface TagQuestion {
  readonly identity: TagIdentity;
  readonly known: PackKnown | undefined;
  readonly facts: TagFacts;
  /** Of this read. */
  readonly chip: string | undefined;
  readonly chipAnswers: boolean | undefined;
  /** Whether this is the first read of a chip under this EPC. */
  readonly isFirstChip: boolean;
  /** Whether a running shipment lists packs of this product and not this one. */
  readonly isLeftOut: boolean;
  readonly atMs: number;
  readonly clockTrust: number;
  readonly maxAgeMs: number;
  /** Whether a maker's service is asked about proofs that only it can judge. */
  readonly asksService: boolean;
}

/** A tag at the edge of the field leaves a challenge without an answer now and then. */
const WITHHELD_MISSES = 3;
const traceCodes: ReadonlySet<string> = new Set(['two-places', 'impossible-speed']);

export function judgeTag(question: TagQuestion): Judged {
  const { identity, facts } = question;
  const findings: Finding[] = [...registryFindings(question), ...proofFindings(facts), ...facts.findings];
  if (identity.kind === 'malformed') findings.unshift({ code: 'malformed-epc' });
  if (question.isLeftOut) findings.push({ code: 'not-in-order' });
  const levels: Levels = {
    syntax: identity.kind === 'malformed' ? 'failed' : 'passed',
    registry: registryLevel(question, findings),
    chip: chipLevel(question, findings),
    proof: proofLevel(question),
    trace: traceLevel(question, findings),
  };
  const verdict = verdictOf(findings, levels.registry === 'passed');
  return { verdict, levels, findings, level: levelReached(levels), shown: shownBy(levels) };
}

function proofFindings({ proof }: TagFacts): Finding[] {
  if (!proof) return [];
  const { result, challengedBy, hasPassed, misses, isRepeated } = proof;
  const findings: Finding[] = [];
  if (result === 'failed') findings.push({ code: 'proof-failed' });
  if (hasPassed && misses >= WITHHELD_MISSES) findings.push({ code: 'proof-withheld' });
  if (isRepeated) findings.push({ code: 'challenge-repeated' });
  if (result === 'passed' && challengedBy === 'reader') findings.push({ code: 'reader-challenged' });
  return findings;
}

const shownBy = ({ chip, proof }: Levels): Shown => ({
  chip: shownByChip[chip],
  proof: proof === 'passed' ? 2 : proof === 'pending' ? 1 : 0,
});

const shownByChip: Readonly<Record<Levels['chip'], number>> = {
  'not-read': 0,
  failed: 0,
  'first-sight': 1,
  'as-before': 1,
  passed: 2,
};

function registryFindings({ known, atMs, clockTrust }: TagQuestion): Finding[] {
  if (known?.kind === 'absent') return [{ code: 'unknown-serial' }];
  if (known?.kind !== 'found') return [];
  const findings: Finding[] = [];
  if (known.isRecalled) findings.push({ code: 'recalled' });
  if (known.isDispensed) findings.push({ code: 'dispensed' });
  if (known.isDecommissioned) findings.push({ code: 'decommissioned' });
  if (known.isBoundChip === false) findings.push({ code: 'chip-mismatch' });
  if (clockTrust > 0 && new Date(atMs).toISOString().slice(0, 10) > known.expiry)
    findings.push({ code: 'expired' });
  return findings;
}

/** That nothing speaks against a pack is only worth something if it was asked lately. */
function registryLevel(
  { identity, known, atMs, clockTrust, maxAgeMs }: TagQuestion,
  findings: readonly Finding[],
): Levels['registry'] {
  if (identity.kind !== 'item') return 'no-pack';
  if (known === undefined) return 'no-snapshot';
  if (known.kind === 'no-key' || known.kind === 'no-snapshot') return known.kind;
  const against = ['unknown-serial', 'recalled', 'dispensed', 'decommissioned'];
  if (findings.some(({ code }) => against.includes(code))) return 'failed';
  if (clockTrust === 0) return 'no-clock';
  return atMs - known.asOfMs > maxAgeMs ? 'stale' : 'passed';
}

function chipLevel(question: TagQuestion, findings: readonly Finding[]): Levels['chip'] {
  const { known, chip, isFirstChip } = question;
  if (findings.some(({ code }) => code === 'chip-mismatch' || code === 'two-chips')) return 'failed';
  if (chip === undefined) return 'not-read';
  if (known?.kind === 'found' && known.isBoundChip === true) return 'passed';
  return isFirstChip ? 'first-sight' : 'as-before';
}

function proofLevel({ chip, chipAnswers, facts, asksService }: TagQuestion): Levels['proof'] {
  const result = facts.proof?.result;
  if (result === 'unchecked') return asksService ? 'pending' : 'no-key';
  if (result === 'no-answer' && chipAnswers === false) return 'chip-has-none';
  if (result !== undefined) return result;
  if (chip === undefined || chipAnswers === undefined) return 'not-read';
  return chipAnswers ? 'not-supported-by-reader' : 'chip-has-none';
}

function traceLevel({ facts }: TagQuestion, findings: readonly Finding[]): Levels['trace'] {
  if (findings.some(({ code }) => traceCodes.has(code))) return 'failed';
  const isDoubtful = findings.some(({ code }) =>
    ['not-in-order', 'late-appearance', 'moved-without-custody'].includes(code),
  );
  if (isDoubtful) return 'doubtful';
  return facts.last.place ? 'passed' : 'no-place';
}

function levelReached({ syntax, registry, chip, proof }: Levels): number {
  if (syntax !== 'passed') return -1;
  if (registry !== 'passed') return 0;
  // A chip that proves itself need not have been seen before.
  if (proof === 'passed' && shownByChip[chip] > 0) return 3;
  return chip === 'passed' || chip === 'as-before' ? 2 : 1;
}

/** The detail of the record: who reads it learns neither EPC nor chip nor lot. */
export function judgedDocument({ verdict, levels, findings }: Judged) {
  // The codes once more in one line, for whoever shows alerts.
  const codes = findings.map(({ code }) => code).join(', ');
  return {
    ...{ verdict, levels: { ...levels }, findings: findings.map(findingDocument) },
    ...(codes === '' ? {} : { finding: codes }),
  };
}
