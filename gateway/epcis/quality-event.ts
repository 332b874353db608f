// What quality decides about goods: held for review, released, rejected. And a tag that is not what it should be.

import type { BizTransaction, EpcisEvent } from './epcis-event.js';
import { type EventMoment, momentFields, named } from './event-shape.js';

/** The goods are set apart until quality has decided. */
export function holdEvent(moment: EventMoment, goods: readonly string[]): EpcisEvent {
  return named({
    type: 'ObjectEvent',
    ...momentFields(moment),
    epcList: goods,
    action: 'OBSERVE',
    bizStep: 'holding',
    disposition: 'non_sellable_other',
  });
}

export interface QualityVerdict {
  readonly goods: readonly string[];
  readonly isReleased: boolean;
  readonly papers?: readonly BizTransaction[] | undefined;
}

/** A person of quality has decided, and signed for it. */
export function verdictEvent(moment: EventMoment, { goods, isReleased, papers }: QualityVerdict): EpcisEvent {
  const verdict = isReleased ? 'conformant' : 'non_conformant';
  return named({
    type: 'ObjectEvent',
    ...momentFields(moment),
    epcList: goods,
    action: 'OBSERVE',
    bizStep: 'inspecting',
    disposition: verdict,
    persistentDisposition: { set: [verdict] },
    ...(papers === undefined ? {} : { bizTransactionList: papers }),
  });
}

export interface DoubtedTag {
  readonly tag: string;
  /** As the record of the tag has it. */
  readonly verdict: 'suspect' | 'recalled';
  /** Known to nobody; else it is known with another chip or at another place. */
  readonly hasNoPedigree: boolean;
}

/** A tag whose identity cannot be believed, or of a lot that was called back; why stands in the moment's extensions. */
export function doubtedTagEvent(
  moment: EventMoment,
  { tag, verdict, hasNoPedigree }: DoubtedTag,
): EpcisEvent {
  const isRecalled = verdict === 'recalled';
  return named({
    type: 'ObjectEvent',
    ...momentFields(moment),
    epcList: [tag],
    action: 'OBSERVE',
    bizStep: isRecalled ? 'holding' : 'inspecting',
    disposition: isRecalled ? 'recalled' : hasNoPedigree ? 'no_pedigree_match' : 'mismatch_instance',
  });
}
