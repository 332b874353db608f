// A broker that signed records are published to; it is connected to before anything is saved.

import { useState } from 'preact/hooks';
import { t } from '../../words/language.js';
import { LineField } from './line-field.js';
import type { ProposalTools } from './proposal-form.js';
import { TestButton } from './test-button.js';

export function AddBroker({ tools }: { tools: ProposalTools }) {
  const { state, put, test } = tools;
  const [brokers, setBrokers] = useState(state.sections.brokers);
  const [name, setName] = useState('fleet');
  const [url, setUrl] = useState('');
  const [username, setUsername] = useState('');
  const [passwordFile, setPasswordFile] = useState('');
  const [added, setAdded] = useState('');
  const add = async (event: Event) => {
    event.preventDefault();
    const broker = {
      ...{ name, url },
      ...(username === '' ? {} : { username }),
      ...(passwordFile === '' ? {} : { passwordFile }),
    };
    const others = brokers.filter((one) => Reflect.get(Object(one), 'name') !== name);
    const next = [...others, broker] as Record<string, unknown>[];
    setBrokers(next);
    await put({ brokers: next });
    setAdded(name);
  };
  return (
    <section class="card stack" aria-labelledby="broker-title">
      <h2 id="broker-title">{t('setup.broker')}</h2>
      <form class="stack" onSubmit={add} noValidate>
        <LineField label={t('setup.broker-name')} value={name} onText={setName} />
        <LineField
          label={t('setup.broker-url')}
          hint={t('setup.broker-url-hint')}
          value={url}
          onText={setUrl}
        />
        <LineField label={t('setup.broker-user')} value={username} onText={setUsername} />
        <LineField
          label={t('setup.broker-password')}
          hint={t('setup.broker-password-hint')}
          value={passwordFile}
          onText={setPasswordFile}
        />
        <button type="submit" class="button">
          {t('setup.add')}
        </button>
      </form>
      {added === '' ? null : (
        <TestButton
          key={added}
          words={t('setup.connect', { broker: added })}
          onTest={() => test({ kind: 'broker', name: added })}
        />
      )}
    </section>
  );
}
