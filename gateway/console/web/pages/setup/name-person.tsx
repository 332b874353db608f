// Who the first administrator is: account, the name that stands under signatures, and a password, twice.

import { useState } from 'preact/hooks';
import { Field } from '../../parts/field.js';
import { t } from '../../words/language.js';

export interface NamedPerson {
  readonly name: string;
  readonly printedName: string;
  readonly newPassword: string;
}

const nameForm = /^[a-z0-9][a-z0-9_-]{0,63}$/;
/** The gateway refuses known and guessable ones as well. */
const MIN_PASSWORD = 12;

interface NamePersonProps {
  readonly isBusy: boolean;
  readonly onPerson: (person: NamedPerson) => void;
}

export function NamePerson({ isBusy, onPerson }: NamePersonProps) {
  const [name, setName] = useState('');
  const [printedName, setPrintedName] = useState('');
  const [newPassword, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [wasTried, setTried] = useState(false);
  const wrong = {
    name: nameForm.test(name) ? undefined : t('first.name-wrong'),
    printedName: printedName.trim() === '' ? t('form.missing') : undefined,
    password: newPassword.length < MIN_PASSWORD ? t('first.password-short') : undefined,
    again: newPassword === again ? undefined : t('first.password-differs'),
  };
  const submit = (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (Object.values(wrong).some((one) => one !== undefined)) return;
    onPerson({ name, printedName: printedName.trim(), newPassword });
  };
  const told = (problem: string | undefined) => (wasTried ? problem : undefined);
  return (
    <form class="stack" onSubmit={submit} noValidate>
      <p>{t('first.person-body')}</p>
      <Field label={t('first.name')} hint={t('first.name-hint')} wrong={told(wrong.name)}>
        {(attributes) => (
          <input
            {...attributes}
            name="username"
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            value={name}
            onInput={(event) => setName(event.currentTarget.value.trim())}
          />
        )}
      </Field>
      <Field
        label={t('first.printed-name')}
        hint={t('first.printed-name-hint')}
        wrong={told(wrong.printedName)}
      >
        {(attributes) => (
          <input
            {...attributes}
            name="printed-name"
            autocomplete="name"
            maxLength={200}
            value={printedName}
            onInput={(event) => setPrintedName(event.currentTarget.value)}
          />
        )}
      </Field>
      <NewPassword
        label={t('first.password')}
        hint={t('first.password-hint')}
        wrong={told(wrong.password)}
        value={newPassword}
        onText={setPassword}
      />
      <NewPassword
        label={t('first.password-again')}
        wrong={told(wrong.again)}
        value={again}
        onText={setAgain}
      />
      <button type="submit" class="button main-action" aria-disabled={isBusy}>
        {t('first.go-on')}
      </button>
    </form>
  );
}

interface NewPasswordProps {
  readonly label: string;
  readonly hint?: string;
  readonly wrong: string | undefined;
  readonly value: string;
  readonly onText: (text: string) => void;
}

function NewPassword({ label, hint, wrong, value, onText }: NewPasswordProps) {
  return (
    <Field label={label} hint={hint} wrong={wrong}>
      {(attributes) => (
        <input
          {...attributes}
          type="password"
          autocomplete="new-password"
          value={value}
          onInput={(event) => onText(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
