// The first start: the code of the terminal, then the first administrator with password and authenticator. Works without any
// network beyond this machine. What is entered here is kept nowhere but in the form.

import { useState } from 'preact/hooks';
import type { AccountChanged, AuthenticatorSecret } from '../../../api/accounts.js';
import type { SetupToken } from '../../../api/setup.js';
import { post } from '../../net/api-client.js';
import { Trouble } from '../../parts/notice.js';
import { PageTitle } from '../../parts/page-title.js';
import { door, logIn } from '../../shell/session.js';
import { t } from '../../words/language.js';
import { EnterCode } from './enter-code.js';
import { type NamedPerson, NamePerson } from './name-person.js';
import { PairAuthenticator } from './pair-authenticator.js';

type Step =
  | { readonly kind: 'code' }
  | { readonly kind: 'person'; readonly token: string }
  | {
      readonly kind: 'authenticator';
      readonly token: string;
      readonly person: NamedPerson;
      readonly secret: AuthenticatorSecret;
    };

const numbers = { code: 1, person: 2, authenticator: 3 } as const;

export function FirstStartPage() {
  const [step, setStep] = useState<Step>({ kind: 'code' });
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const attempt = async (work: () => Promise<void>) => {
    if (isBusy) return;
    setBusy(true);
    setError(undefined);
    try {
      await work();
    } catch (refused) {
      setError(refused);
    }
    setBusy(false);
  };
  const redeem = (code: string) =>
    attempt(async () => {
      const { token } = await post<SetupToken>('/api/setup/code', { code });
      setStep({ kind: 'person', token });
    });
  const name = (token: string, person: NamedPerson) =>
    attempt(async () => {
      const asked = { token, name: person.name };
      const secret = await post<AuthenticatorSecret>('/api/setup/authenticator', asked);
      setStep({ kind: 'authenticator', token, person, secret });
    });
  const make = ({ token, person, secret }: Extract<Step, { kind: 'authenticator' }>, code: string) =>
    attempt(async () => {
      const { totpSecret } = secret;
      const body = { ...person, token, totpSecret, newCode: code };
      await post<AccountChanged>('/api/setup/administrator', body);
      // The code has shown that the authenticator works; it has signed nothing yet.
      // It may be over by now: the account is there all the same.
      await logIn({ name: person.name, password: person.newPassword, code }).catch(() => {
        door.value = 'sign-in';
      });
    });
  return (
    <main class="log-in">
      <div class="card stack">
        <header>
          <PageTitle words={t('first.title')} />
          <p class="soft">{t('first.step', { step: numbers[step.kind], of: 3 })}</p>
        </header>
        {error === undefined ? null : <Trouble error={error} />}
        {step.kind === 'code' && <EnterCode isBusy={isBusy} onCode={redeem} />}
        {step.kind === 'person' && (
          <NamePerson isBusy={isBusy} onPerson={(person) => name(step.token, person)} />
        )}
        {step.kind === 'authenticator' && (
          <PairAuthenticator secret={step.secret} isBusy={isBusy} onCode={(code) => make(step, code)} />
        )}
      </div>
    </main>
  );
}
