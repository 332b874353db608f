// The one-time code that stands in the terminal.

import { useState } from 'preact/hooks';
import { Field } from '../../parts/field.js';
import { t } from '../../words/language.js';

export function EnterCode({ isBusy, onCode }: { isBusy: boolean; onCode: (code: string) => void }) {
  const [code, setCode] = useState('');
  const submit = (event: Event) => {
    event.preventDefault();
    if (code.trim() !== '') onCode(code);
  };
  return (
    <form class="stack" onSubmit={submit} noValidate>
      <p>{t('first.code-body')}</p>
      <Field label={t('first.code')} hint={t('first.code-hint')}>
        {(attributes) => (
          <input
            {...attributes}
            class="code"
            name="setup-code"
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
            maxLength={64}
            value={code}
            onInput={(event) => setCode(event.currentTarget.value)}
          />
        )}
      </Field>
      <button type="submit" class="button main-action" aria-disabled={isBusy}>
        {t('first.go-on')}
      </button>
    </form>
  );
}
