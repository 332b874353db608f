// Changing one's own password. The gateway checks the old one and a code, and the change is a record of the log.

import { useState } from 'preact/hooks';
import type { AccountChanged } from '../../../api/accounts.js';
import { post } from '../../net/api-client.js';
import { CredentialFields, useCredentials } from '../../parts/credential-fields.js';
import { Field } from '../../parts/field.js';
import { Notice, Trouble } from '../../parts/notice.js';
import { t } from '../../words/language.js';

export function PasswordCard() {
  const credentials = useCredentials();
  const [newPassword, setNewPassword] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<{ error: unknown } | { changed: AccountChanged }>();

  const submit = async (event: Event) => {
    event.preventDefault();
    const given = credentials.take();
    if (!given || newPassword === '' || isBusy) return;
    setBusy(true);
    try {
      const body = { newPassword, credentials: given };
      setOutcome({ changed: await post<AccountChanged>('/api/session/password', body) });
      setNewPassword('');
      credentials.setPassword('');
    } catch (error) {
      setOutcome({ error });
    }
    credentials.spend();
    setBusy(false);
  };

  return (
    <details class="card">
      <summary>{t('account.password')}</summary>
      <form class="stack" onSubmit={submit} noValidate>
        {outcome && 'error' in outcome ? <Trouble error={outcome.error} /> : null}
        {outcome && 'changed' in outcome ? (
          <Notice
            tone="ok"
            title={t('account.password-done', { sequence: outcome.changed.sequence })}
            isUrgent
          />
        ) : null}
        <Field
          label={t('account.new-password')}
          hint={t('account.new-password-hint')}
          wrong={credentials.wasTried && newPassword === '' ? t('form.missing') : undefined}
        >
          {(attributes) => (
            <input
              {...attributes}
              type="password"
              autocomplete="new-password"
              value={newPassword}
              onInput={(event) => setNewPassword(event.currentTarget.value)}
            />
          )}
        </Field>
        <CredentialFields form={credentials} />
        <button type="submit" class="button main-action" aria-disabled={isBusy}>
          {t('account.password-action')}
        </button>
      </form>
    </details>
  );
}
