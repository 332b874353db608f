// Tries one setting of the proposal and tells in plain words what came out.

import { useState } from 'preact/hooks';
import type { SetupTest, SetupTested } from '../../../api/setup.js';
import { Notice, Trouble } from '../../parts/notice.js';
import { t } from '../../words/language.js';

export type TestSubject = SetupTest['subject'];

interface TestButtonProps {
  readonly words: string;
  readonly onTest: () => Promise<SetupTested>;
}

export function TestButton({ words, onTest }: TestButtonProps) {
  const [told, setTold] = useState<SetupTested>();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const onClick = async () => {
    if (isBusy) return;
    setBusy(true);
    setTold(undefined);
    setError(undefined);
    try {
      setTold(await onTest());
    } catch (refused) {
      setError(refused);
    }
    setBusy(false);
  };
  return (
    <div class="stack">
      <button type="button" class="button" aria-busy={isBusy} onClick={onClick}>
        {isBusy ? t('setup.testing') : words}
      </button>
      {told ? (
        <Notice tone={told.isOk ? 'ok' : 'bad'} title={t(told.isOk ? 'setup.test-ok' : 'setup.test-failed')}>
          <p>{told.message}</p>
          <p class="soft small code">{`[${told.code}]`}</p>
        </Notice>
      ) : null}
      {error === undefined ? null : <Trouble error={error} />}
    </div>
  );
}
