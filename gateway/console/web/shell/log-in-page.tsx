// The log-in page: name, password and the code of the authenticator. Says no more about a refusal than the gateway does:
// which of the three was wrong is nobody's business.

import { useState } from 'preact/hooks';
import { CredentialFields, useCredentials } from '../parts/credential-fields.js';
import { Field } from '../parts/field.js';
import { Icon } from '../parts/icon.js';
import { Notice, Trouble } from '../parts/notice.js';
import { PageTitle } from '../parts/page-title.js';
import { chooseLanguage, languages, t } from '../words/language.js';
import { preferences } from './preferences.js';
import { door, hasExpired, logIn } from './session.js';

export function LogInPage() {
  const [name, setName] = useState('');
  const credentials = useCredentials();
  const [isBusy, setBusy] = useState(false);
  const [wasTried, setTried] = useState(false);
  const [error, setError] = useState<unknown>();

  const submit = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    const given = credentials.take();
    if (name.trim() === '' || !given || isBusy) return;
    setBusy(true);
    setError(undefined);
    try {
      await logIn({ name: name.trim(), ...given });
    } catch (refused) {
      setError(refused);
      credentials.spend();
      setBusy(false);
    }
  };

  return (
    <main class="log-in">
      <div class="card stack">
        <header>
          <PageTitle words={t('log-in.title')} />
        </header>
        {door.value === 'set-up' ? (
          <Notice tone="warn" title={t('log-in.set-up.title')}>
            <p>{t('log-in.set-up.body')}</p>
          </Notice>
        ) : null}
        {hasExpired.value ? <Notice title={t('log-in.expired')} /> : null}
        {error === undefined ? null : <Trouble error={error} />}
        <form class="stack" onSubmit={submit} noValidate>
          <Field
            label={t('log-in.name')}
            wrong={wasTried && name.trim() === '' ? t('form.missing') : undefined}
          >
            {(attributes) => (
              <input
                {...attributes}
                name="username"
                autocomplete="username"
                autocapitalize="none"
                spellcheck={false}
                value={name}
                onInput={(event) => setName(event.currentTarget.value)}
              />
            )}
          </Field>
          <CredentialFields form={credentials} />
          <button type="submit" class="button main-action" aria-disabled={isBusy}>
            <Icon name="lock" />
            {isBusy ? t('log-in.busy') : t('log-in.action')}
          </button>
        </form>
      </div>
      <LanguageLinks />
    </main>
  );
}

/** Whoever cannot read this page finds the own language by its own name. */
function LanguageLinks() {
  return (
    <div class="row">
      {Object.entries(languages).map(([language, { name }]) => (
        <button
          key={language}
          type="button"
          class="button quiet"
          lang={language}
          aria-pressed={preferences.value.language === language}
          onClick={() => chooseLanguage(language as keyof typeof languages)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
