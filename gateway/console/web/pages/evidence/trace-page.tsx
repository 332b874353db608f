// What is known of one pallet, pack or lot: typed or scanned by a reader that types, told in order of time with who says so, and
// what could not be looked at.

import { useState } from 'preact/hooks';
import type { TraceAnswer, TraceEntry } from '../../../api/trace.js';
import { get } from '../../net/api-client.js';
import { logWord } from '../../parts/alert-parts.js';
import { Chip, type Tone } from '../../parts/chip.js';
import { Field } from '../../parts/field.js';
import { CorrectedMoment } from '../../parts/moment.js';
import { Empty, Notice } from '../../parts/notice.js';
import { PageTitle } from '../../parts/page-title.js';
import { Shown, useResource } from '../../parts/resource.js';
import { Table } from '../../parts/table.js';
import { narrow, pathOf, query } from '../../shell/router.js';
import { t } from '../../words/language.js';
import { showCount, showZone } from '../../words/shown.js';

const tones: Readonly<Record<TraceEntry['source'], Tone>> = { log: 'ok', ledger: 'plain', epcis: 'plain' };

function Place({ entry: { sequence, blockNumber, transactionHash, eventId } }: { entry: TraceEntry }) {
  if (blockNumber !== undefined) {
    return (
      <>
        {t('trace.block', { block: showCount(blockNumber) })}
        <p class="code small break">{transactionHash}</p>
      </>
    );
  }
  return (
    <>
      {sequence === undefined ? null : <span class="number">{`#${sequence}`}</span>}
      {eventId === undefined ? null : <p class="code small break">{eventId}</p>}
    </>
  );
}

function What({ entry: { what, words, shipment } }: { entry: TraceEntry }) {
  return (
    <>
      <strong>{logWord('trace-what', what)}</strong>
      <p class="small break" lang="en">
        {words}
      </p>
      {shipment === undefined ? null : (
        <p>
          <a href={pathOf('shipments', shipment)}>{shipment}</a>
        </p>
      )}
    </>
  );
}

function Told({ trace: { subject, entries, notKnown, isWhole } }: { trace: TraceAnswer }) {
  return (
    <>
      {isWhole ? null : <Notice tone="bad" title={t('trace.broken')} isUrgent />}
      {entries.length === 0 ? (
        <Empty icon="tag" title={t('trace.nothing')}>
          <p class="soft code">{subject}</p>
        </Empty>
      ) : (
        <section class="card stack" aria-labelledby="told-title">
          <h2 id="told-title" class="code break">
            {subject}
          </h2>
          <Table
            caption={t('trace.caption', { subject })}
            rows={entries}
            keyOf={({ source, sequence, transactionHash, what, atMs }) =>
              [source, sequence ?? transactionHash, what, atMs].join(' ')
            }
            columns={[
              {
                name: t('audit.when'),
                cell: ({ atMs, recordedAtMs }) => <CorrectedMoment atMs={atMs} recordedAtMs={recordedAtMs} />,
              },
              {
                name: t('trace.source'),
                cell: ({ source }) => <Chip tone={tones[source]} words={t(`trace-source.${source}`)} />,
              },
              { name: t('audit.what'), cell: (entry) => <What entry={entry} /> },
              { name: t('trace.place'), cell: (entry) => <Place entry={entry} /> },
            ]}
          />
        </section>
      )}
      {notKnown.length === 0 ? null : (
        <section class="card stack" aria-labelledby="not-known-title">
          <h2 id="not-known-title">{t('trace.not-known')}</h2>
          <ul lang="en">
            {notKnown.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Answer({ id }: { id: string }) {
  const trace = useResource(id, (signal) => get<TraceAnswer>('/api/trace', { id }, signal));
  return (
    <Shown of={trace} tall>
      {(known) => <Told trace={known} />}
    </Shown>
  );
}

export function TracePage() {
  const asked = query.value.get('of') ?? '';
  const [typed, setTyped] = useState(asked);
  const onSubmit = (event: Event) => {
    event.preventDefault();
    narrow({ of: typed.trim() });
  };
  return (
    <>
      <header>
        <PageTitle words={t('nav.trace')} />
        <p class="soft small">{t('time.zone', { zone: showZone(Date.now()) })}</p>
      </header>
      <form class="card stack" onSubmit={onSubmit}>
        <Field label={t('trace.id')} hint={t('trace.hint')}>
          {(attributes) => (
            <input
              type="text"
              spellcheck={false}
              autocapitalize="none"
              {...attributes}
              value={typed}
              onInput={(event) => setTyped(event.currentTarget.value)}
            />
          )}
        </Field>
        <p>
          <button type="submit" class="main-action">
            {t('trace.ask')}
          </button>
        </p>
      </form>
      {asked === '' ? null : <Answer key={asked} id={asked} />}
    </>
  );
}
