// The audit trail: what was done, to what, when and by whom, the newest first. Each entry was proven before it came;
// one that is not what was signed is shown as broken, never left out.

import type { AuditPage as AuditAnswer, AuditEntry } from '../../../api/audit.js';
import { get } from '../../net/api-client.js';
import { logWord } from '../../parts/alert-parts.js';
import { Chip } from '../../parts/chip.js';
import { CorrectedMoment } from '../../parts/moment.js';
import { Empty } from '../../parts/notice.js';
import { PageTitle } from '../../parts/page-title.js';
import { Paged } from '../../parts/paged.js';
import { Table } from '../../parts/table.js';
import { pathOf, query } from '../../shell/router.js';
import { t } from '../../words/language.js';
import { showZone } from '../../words/shown.js';
import './audit.css';
import { detailLines } from './audit-detail.js';
import { AuditFilters, askedOf } from './audit-filters.js';

function What({ entry: { kind, type, sequence, broken } }: { entry: AuditEntry }) {
  return (
    <>
      <strong>{logWord('record-kind', kind)}</strong> {type === null ? null : <code>{type}</code>}{' '}
      <span class="soft small number">{`#${sequence}`}</span>
      {broken === null ? null : (
        <p>
          <Chip tone="bad" words={t('audit.broken')} /> {broken}
        </p>
      )}
    </>
  );
}

function By({ by }: Pick<AuditEntry, 'by'>) {
  if (by === null) return <span class="soft">{t('audit.gateway-itself')}</span>;
  return (
    <>
      {by.printedName ?? by.name}
      {by.printedName === null || by.printedName === by.name ? null : (
        <span class="soft">{` (${by.name})`}</span>
      )}
      {by.isSigned ? (
        <p>
          <Chip tone="ok" icon="sign" words={t('audit.signed')} />
        </p>
      ) : null}
    </>
  );
}

function Detail({ detail }: Pick<AuditEntry, 'detail'>) {
  if (detail === null) return null;
  if (detail === 'missing') return <Chip tone="unknown" words={t('audit.missing')} />;
  const lines = detailLines(detail);
  if (lines.length === 0) return null;
  return (
    <details class="audit-detail">
      <summary>{t('audit.detail')}</summary>
      <dl class="facts small">
        {lines.map(([name, value]) => (
          <>
            <dt class="code">{name}</dt>
            <dd class="code">{value}</dd>
          </>
        ))}
      </dl>
    </details>
  );
}

function About({ entry: { subject, shipment } }: { entry: AuditEntry }) {
  return (
    <>
      {subject ?? <span class="soft">{t('audit.erased')}</span>}
      {shipment === null || shipment === subject ? null : (
        <p>
          <a href={pathOf('shipments', shipment)}>{shipment}</a>
        </p>
      )}
    </>
  );
}

export function AuditPage() {
  const asked = askedOf(query.value);
  return (
    <>
      <header>
        <PageTitle words={t('nav.audit')} />
        <p class="soft small">{t('time.zone', { zone: showZone(Date.now()) })}</p>
      </header>
      <p class="soft">{t('audit.intro')}</p>
      <AuditFilters />
      <Paged
        of={JSON.stringify(asked)}
        load={async (pageFrom, signal) => {
          const page = await get<AuditAnswer>('/api/audit', { ...asked, pageFrom }, signal);
          return { items: page.entries, nextPage: page.nextPage };
        }}
      >
        {(entries) =>
          entries.length === 0 ? (
            <Empty icon="audit" title={t('audit.empty.title')}>
              <p class="soft">{t('audit.empty.body')}</p>
            </Empty>
          ) : (
            <div class="card">
              <Table
                caption={t('nav.audit')}
                rows={entries}
                keyOf={({ sequence }) => String(sequence)}
                columns={[
                  {
                    name: t('audit.when'),
                    cell: ({ observedAtMs, recordedAtMs }) => (
                      <CorrectedMoment atMs={observedAtMs} recordedAtMs={recordedAtMs} />
                    ),
                  },
                  { name: t('audit.what'), cell: (entry) => <What entry={entry} /> },
                  { name: t('audit.about'), cell: (entry) => <About entry={entry} /> },
                  { name: t('audit.by'), cell: ({ by }) => <By by={by} /> },
                  { name: t('audit.detail'), cell: ({ detail }) => <Detail detail={detail} /> },
                ]}
              />
            </div>
          )
        }
      </Paged>
    </>
  );
}
