// One word on a shipment, and every reason for it. It is what the records say of the limits; whether the goods may be
// used is for a person of quality to judge, and stands in the steps of the shipment. Pure.

import type { ProbeReport, Report } from './report-schema.js';

interface VerdictTerms {
  readonly probes: readonly ProbeReport[];
  readonly excursions: Report['excursions'];
  readonly isWhole: boolean;
  readonly hasProfile: boolean;
  /** Neither delivered nor over. */
  readonly running: boolean;
}

type Reason = Report['verdict']['reasons'][number];

/** OK needs a reason: an excursion, a doubt or a hole leaves something else. */
export function verdictOf({
  probes,
  excursions,
  isWhole,
  hasProfile,
  running,
}: VerdictTerms): Report['verdict'] {
  const isTold = excursions.some(({ state, rule }) => state !== 'withdrawn' && rule !== 'unknown');
  const isFound = probes.some(({ rules }) => rules.some(({ recomputed }) => recomputed.count > 0));
  const isExcursion = isTold || isFound;
  const doubts: Reason[] = [
    ...when(!isWhole, 'log-broken'),
    ...when(!hasProfile, 'no-profile'),
    ...when(
      probes.every(({ counted }) => counted === 0),
      'no-readings',
    ),
    ...when(
      probes.some(({ points }) => points === 0),
      'probe-missing',
    ),
    ...when(probes.some(isUnknown), 'unknown-time'),
    ...when(
      probes.some(({ rules }) => rules.some(({ differences }) => differences.length > 0)),
      'disagreement',
    ),
  ];
  return {
    state: isExcursion ? 'EXCURSION' : doubts.length > 0 ? 'UNKNOWN' : 'OK',
    reasons: [...when(isExcursion, 'excursion'), ...doubts, ...when(running, 'still-running')],
  };
}

const when = (holds: boolean, reason: Reason): Reason[] => (holds ? [reason] : []);

/** Beyond what a profile tolerates in silence: any gap, fault or doubt that was counted. */
function isUnknown({ unknownMs, gaps }: ProbeReport): boolean {
  const { gap, fault, calibration, clock } = unknownMs;
  return gap + fault + calibration + clock > 0 || gaps.count > 0;
}
