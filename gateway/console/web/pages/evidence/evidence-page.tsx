// What is proven of a shipment or of a window, and since when; the bundle to take along; and a place to check a bundle from
// anybody, in this browser alone.

import { useState } from 'preact/hooks';
import type { EvidenceState } from '../../../api/evidence.js';
import type { ShipmentPage } from '../../../api/shipments.js';
import { addressOf, get } from '../../net/api-client.js';
import { fetchFile } from '../../net/file-download.js';
import { DownloadButton } from '../../parts/download-button.js';
import { Choice, Field } from '../../parts/field.js';
import { Icon } from '../../parts/icon.js';
import { Trouble } from '../../parts/notice.js';
import { PageTitle } from '../../parts/page-title.js';
import { Shown, useResource } from '../../parts/resource.js';
import { narrow, query } from '../../shell/router.js';
import { t } from '../../words/language.js';
import { ProofSteps } from './proof-steps.js';
import { type GivenFile, VerifierFrame } from './verifier-frame.js';
import './evidence.css';

interface Selection {
  readonly shipment?: string;
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** What the address asks for; undefined while it is not whole. */
function selectionOf(asked: URLSearchParams): Selection | undefined {
  const shipment = asked.get('shipment');
  if (shipment) return { shipment };
  const [fromMs, toMs] = ['from', 'to'].map((name) => Date.parse(asked.get(name) ?? ''));
  const isWindow = fromMs !== undefined && toMs !== undefined && fromMs < toMs;
  return isWindow ? { fromMs, toMs } : undefined;
}

export function EvidencePage() {
  const [given, setGiven] = useState<GivenFile>();
  const selection = selectionOf(query.value);
  return (
    <>
      <header>
        <PageTitle words={t('nav.evidence')} />
      </header>
      <SelectionCard />
      {selection === undefined ? null : (
        <SelectedCard key={JSON.stringify(selection)} selection={selection} onCheck={setGiven} />
      )}
      <section class="card stack" aria-labelledby="check-title">
        <h2 id="check-title">{t('evidence.check')}</h2>
        <p class="soft">{t('evidence.check-body')}</p>
        <p>
          <a href="/verifier.html" download="coldgate-verifier.html" class="button">
            <Icon name="download" />
            {t('evidence.save-verifier')}
          </a>
        </p>
        <VerifierFrame given={given} />
      </section>
    </>
  );
}

function SelectionCard() {
  const [kind, setKind] = useState<'shipment' | 'window'>(query.value.has('from') ? 'window' : 'shipment');
  const shown = (name: string) => ({
    value: query.value.get(name) ?? '',
    onChange: (event: { currentTarget: { value: string } }) =>
      narrow({ [name]: event.currentTarget.value.trim() }),
  });
  const choose = (next: 'shipment' | 'window') => {
    setKind(next);
    narrow({ shipment: '', from: '', to: '' });
  };
  return (
    <section class="card stack" aria-labelledby="selection-title">
      <h2 id="selection-title">{t('evidence.selection')}</h2>
      <Choice
        legend={t('evidence.of')}
        value={kind}
        options={[
          ['shipment', t('evidence.of-shipment')],
          ['window', t('evidence.of-window')],
        ]}
        onChoose={choose}
      />
      {kind === 'shipment' ? (
        <Field label={t('evidence.shipment')}>
          {(attributes) => (
            <>
              <input
                type="text"
                list="known-shipments"
                spellcheck={false}
                autocapitalize="none"
                {...attributes}
                {...shown('shipment')}
              />
              <KnownShipments />
            </>
          )}
        </Field>
      ) : (
        <div class="fields">
          <Field label={t('evidence.from')}>
            {(attributes) => <input type="datetime-local" {...attributes} {...shown('from')} />}
          </Field>
          <Field label={t('evidence.to')}>
            {(attributes) => <input type="datetime-local" {...attributes} {...shown('to')} />}
          </Field>
        </div>
      )}
    </section>
  );
}

/** The newest ones to pick from; any other can be typed. */
function KnownShipments() {
  const known = useResource('shipments', (signal) => get<ShipmentPage>('/api/shipments', {}, signal));
  return (
    <datalist id="known-shipments">
      {(known.value?.shipments ?? []).map(({ id }) => (
        <option key={id} value={id} />
      ))}
    </datalist>
  );
}

interface SelectedCardProps {
  readonly selection: Selection;
  readonly onCheck: (given: GivenFile) => void;
}

function SelectedCard({ selection, onCheck }: SelectedCardProps) {
  const state = useResource(JSON.stringify(selection), (signal) =>
    get<EvidenceState>('/api/evidence', { ...selection }, signal),
  );
  const [error, setError] = useState<unknown>();
  const name = `${selection.shipment ?? 'window'}-bundle`;
  const bundle = addressOf('/api/evidence/bundle', { ...selection });
  const check = async () => {
    setError(undefined);
    try {
      const file = await fetchFile(bundle, `${name}.json`, AbortSignal.timeout(120_000));
      onCheck({ name: file.name, bytes: await file.content.arrayBuffer() });
    } catch (failed) {
      setError(failed);
    }
  };
  return (
    <section class="card stack" aria-labelledby="proof-title">
      <h2 id="proof-title">{t('evidence.proof')}</h2>
      <Shown of={state}>
        {(shown) => (
          <>
            <ProofSteps state={shown} />
            <div class="row">
              <DownloadButton address={bundle} words={t('evidence.bundle')} fileName={`${name}.json`} />
              <DownloadButton
                address={addressOf('/api/evidence/bundle', { ...selection, format: 'binary' })}
                words={t('evidence.bundle-binary')}
                fileName={`${name}.cbor`}
              />
              <button type="button" class="button" onClick={check}>
                <Icon name="evidence" />
                {t('evidence.check-here')}
              </button>
            </div>
            {error === undefined ? null : <Trouble error={error} />}
          </>
        )}
      </Shown>
    </section>
  );
}
