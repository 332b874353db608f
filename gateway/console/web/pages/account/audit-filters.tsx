// What the audit trail is narrowed to.

import { Filters, TextFilter } from '../../parts/filter-bar.js';
import { preferences } from '../../shell/preferences.js';
import { dayEndMs, dayStartMs } from '../../words/day.js';
import { t } from '../../words/language.js';

/** The query of the API from that of the address. */
export function askedOf(query: URLSearchParams): Readonly<Record<string, string | number | undefined>> {
  const { zone } = preferences.value;
  const text = (name: string) => query.get(name) ?? undefined;
  return {
    kinds: text('kinds'),
    subject: text('subject'),
    actor: text('actor'),
    shipment: text('shipment'),
    fromMs: dayStartMs(query.get('from') ?? '', zone),
    toMs: dayEndMs(query.get('to') ?? '', zone),
  };
}

export function AuditFilters() {
  return (
    <Filters names={['actor', 'shipment', 'subject', 'kinds', 'from', 'to']}>
      <TextFilter name="actor" label={t('audit.by')} />
      <TextFilter name="shipment" label={t('filter.shipment')} />
      <TextFilter name="subject" label={t('audit.about')} />
      <TextFilter name="kinds" label={t('audit.kinds')} />
      <TextFilter name="from" label={t('filter.from')} kind="date" />
      <TextFilter name="to" label={t('filter.to')} kind="date" />
    </Filters>
  );
}
