// What the proposal would change, what is wrong with it, and the signature that puts it in force. All roles then start again:
// this page signs out, and the gateway goes back by itself where it does not run.

import { useState } from 'preact/hooks';
import type { Recorded } from '../../../api/fields.js';
import type { SetupPreview } from '../../../api/setup.js';
import { post } from '../../net/api-client.js';
import { CredentialFields, useCredentials } from '../../parts/credential-fields.js';
import { Notice, Trouble } from '../../parts/notice.js';
import { Table } from '../../parts/table.js';
import { TextField } from '../../parts/text-field.js';
import { t } from '../../words/language.js';

type Finding = SetupPreview['findings'][number];

function Findings({ findings }: { findings: readonly Finding[] }) {
  return (
    <ul>
      {findings.map(({ path, line, message, hint }) => (
        <li key={`${path} ${message}`}>
          <span class="code">{path}</span> {line === null ? '' : t('setup.line', { line })} {message} {hint}
        </li>
      ))}
    </ul>
  );
}

export function ApplyCard({ seen, onApplied }: { seen: SetupPreview; onApplied: () => void }) {
  const { text, baseHash, isSame, findings, warnings, diff } = seen;
  const credentials = useCredentials();
  const [reason, setReason] = useState('');
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const apply = async (event: Event) => {
    event.preventDefault();
    const given = credentials.take();
    if (!given || isBusy) return;
    setBusy(true);
    setError(undefined);
    try {
      const why = reason.trim() === '' ? {} : { reason: reason.trim() };
      await post<Recorded>('/api/setup/apply', { baseHash, text, ...why, credentials: given });
      onApplied();
    } catch (refused) {
      setError(refused);
      credentials.spend();
    }
    setBusy(false);
  };
  return (
    <section class="card stack" aria-labelledby="proposal-title">
      <h2 id="proposal-title">{t('setup.proposal')}</h2>
      {isSame ? <p class="soft">{t('setup.same')}</p> : null}
      {findings.length > 0 ? (
        <Notice tone="bad" title={t('setup.findings')}>
          <Findings findings={findings} />
        </Notice>
      ) : null}
      {warnings.length > 0 ? (
        <Notice tone="warn" title={t('setup.warnings')}>
          <Findings findings={warnings} />
        </Notice>
      ) : null}
      {diff.length === 0 ? null : (
        <Table
          caption={t('setup.proposal')}
          rows={diff}
          keyOf={({ path }) => path}
          columns={[
            { name: t('setup.setting'), cell: ({ path }) => <span class="code">{path}</span> },
            { name: t('setup.before'), cell: ({ before }) => before ?? t('value.none') },
            { name: t('setup.after'), cell: ({ after }) => after ?? t('value.none') },
          ]}
        />
      )}
      {isSame || findings.length > 0 ? null : (
        <form class="stack" onSubmit={apply} noValidate>
          <TextField
            label={t('setup.reason')}
            value={reason}
            isNeeded={false}
            wasTried={false}
            onText={setReason}
          />
          <CredentialFields form={credentials} />
          {error === undefined ? null : <Trouble error={error} />}
          <button type="submit" class="button main-action" aria-disabled={isBusy}>
            {t('setup.apply')}
          </button>
        </form>
      )}
    </section>
  );
}
