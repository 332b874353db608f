// The two components of an electronic signature, asked for anew with every request that changes something: the password
// and a code of the authenticator. Neither is kept longer than the form.

import { useState } from 'preact/hooks';
import type { CredentialsBody } from '../../api/fields.js';
import { t } from '../words/language.js';
import { Field } from './field.js';

const codeForm = /^[0-9]{6}$/;

/** Many authenticators show a space in the middle. */
export const digitsOf = (code: string) => code.replace(/\s/g, '');
export const isCode = (code: string) => codeForm.test(digitsOf(code));

export interface CredentialForm {
  readonly password: string;
  readonly code: string;
  /** Fields tell what is missing only after somebody has tried. */
  readonly wasTried: boolean;
  readonly setPassword: (password: string) => void;
  readonly setCode: (code: string) => void;
  /** The components where both are there; else the fields begin to say what is missing. */
  readonly take: () => CredentialsBody | undefined;
  /** After a refusal: a code works once. */
  readonly spend: () => void;
}

export function useCredentials(): CredentialForm {
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [wasTried, setTried] = useState(false);
  return {
    ...{ password, code, wasTried, setPassword, setCode },
    take: () => {
      setTried(true);
      return password !== '' && isCode(code) ? { password, code: digitsOf(code) } : undefined;
    },
    spend: () => {
      setTried(false);
      setCode('');
    },
  };
}

export function CredentialFields({ form }: { form: CredentialForm }) {
  const { password, code, wasTried, setPassword, setCode } = form;
  return (
    <>
      <Field label={t('log-in.password')} wrong={wasTried && password === '' ? t('form.missing') : undefined}>
        {(attributes) => (
          <input
            {...attributes}
            type="password"
            name="password"
            autocomplete="current-password"
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        )}
      </Field>
      <CodeField code={code} wasTried={wasTried} onCode={setCode} />
    </>
  );
}

interface CodeFieldProps {
  readonly code: string;
  readonly wasTried: boolean;
  readonly onCode: (code: string) => void;
}

/** Six digits of the authenticator. */
export function CodeField({ code, wasTried, onCode }: CodeFieldProps) {
  const isWrong = wasTried && !isCode(code);
  return (
    <Field
      label={t('log-in.code')}
      hint={t('log-in.code-hint')}
      wrong={isWrong ? t('form.code-wrong') : undefined}
    >
      {(attributes) => (
        <input
          {...attributes}
          name="code"
          inputMode="numeric"
          autocomplete="one-time-code"
          maxLength={7}
          value={code}
          onInput={(event) => onCode(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
