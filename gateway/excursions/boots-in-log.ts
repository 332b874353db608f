// The judges' axis of time made again from the log, where the row that held it is lost: each boot is placed behind the last
// moment of the one before, as it was when it began. Pure.

import { type BootOnAxis, JudgeClock, type Moment } from './judge-clock.js';

/** A record of the log with its place. */
export interface PlacedMoment extends Moment {
  readonly sequence: number;
}

export interface MomentsOfLog {
  readonly size: number;
  /** The first record from `sequence` on; undefined behind the last. */
  from(sequence: number): PlacedMoment | undefined;
}

/** The last record behind `first` up to which `isTrue` holds, and the first for which it does not. */
function turnOf(log: MomentsOfLog, first: PlacedMoment, isTrue: (moment: Moment) => boolean) {
  let last = first;
  let next: PlacedMoment | undefined;
  for (let [low, high] = [first.sequence + 1, log.size]; low < high; ) {
    const middle = Math.floor((low + high) / 2);
    const found = log.from(middle);
    if (found && found.sequence < high && isTrue(found)) {
      last = found;
      low = found.sequence + 1;
    } else {
      if (found && !isTrue(found)) next = found;
      high = middle;
    }
  }
  return { last, next };
}

export function bootsInLog(log: MomentsOfLog): readonly BootOnAxis[] {
  const clock = new JudgeClock();
  let before: PlacedMoment | undefined;
  for (let first = log.from(0); first; ) {
    const { bootCount } = first;
    clock.place(first, before);
    const { last, next } = turnOf(log, first, (moment) => moment.bootCount === bootCount);
    if (first.clockTrust === 0) {
      const known = turnOf(
        log,
        first,
        (moment) => moment.bootCount === bootCount && moment.clockTrust === 0,
      ).next;
      if (known?.bootCount === bootCount) clock.settle(known);
    }
    before = last;
    first = next;
  }
  return clock.boots;
}
