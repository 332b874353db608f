// The event of a tag that was judged: only where it cannot be believed, or where its lot was called back.

import type { CheckedRecord } from '../reviews/checked-record.js';
import type { EpcisEvent } from './epcis-event.js';
import type { EventMoment } from './event-shape.js';
import type { GatewayNames } from './gateway-names.js';
import { doubtedTagEvent } from './quality-event.js';
import { documentOf, textOf } from './source-record.js';

/** The verdict of a record before may have told the same: another reason is another event. */
export function tagEvents(
  checked: CheckedRecord,
  moment: EventMoment,
  names: GatewayNames,
): readonly EpcisEvent[] {
  const { type, verdict, finding } = documentOf(checked);
  const { name } = checked;
  if (type !== 'tag-authenticity' || name === undefined) return [];
  if (verdict !== 'suspect' && verdict !== 'recalled') return [];
  const codes = textOf(finding) ?? '';
  const told = { ...moment.extensions, 'coldgate:finding': `findings: ${codes}` };
  const hasNoPedigree = codes.split(', ').includes('unknown-serial');
  return [doubtedTagEvent({ ...moment, extensions: told }, { tag: names.tag(name), verdict, hasNoPedigree })];
}
