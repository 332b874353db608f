// The proposal in the making: forms for what most gateways need, the text for everything else, and below it what it would
// change. Each form puts its part into the text; the console does that, so that comments stay where they are.

import { useState } from 'preact/hooks';
import type { SetupPreview, SetupSections, SetupState, SetupTested } from '../../../api/setup.js';
import { post } from '../../net/api-client.js';
import { Trouble } from '../../parts/notice.js';
import { t } from '../../words/language.js';
import { AddBroker } from './add-broker.js';
import { AddProbe } from './add-probe.js';
import { ApplyCard } from './apply-card.js';
import { LedgerForm } from './ledger-form.js';
import type { TestSubject } from './test-button.js';

export interface ProposalTools {
  readonly text: string;
  readonly state: SetupState;
  /** Puts sections into the text. */
  readonly put: (sections: SetupSections) => Promise<void>;
  readonly test: (subject: TestSubject) => Promise<SetupTested>;
}

export function ProposalForm({ state, onApplied }: { state: SetupState; onApplied: () => void }) {
  const [text, setText] = useState(state.text);
  const [seen, setSeen] = useState<SetupPreview>();
  const [error, setError] = useState<unknown>();
  const look = async (proposed: string, sections?: SetupSections) => {
    setError(undefined);
    try {
      const preview = await post<SetupPreview>('/api/setup/preview', {
        text: proposed,
        ...(sections ? { sections } : {}),
      });
      setText(preview.text);
      setSeen(preview);
    } catch (refused) {
      setError(refused);
    }
  };
  const tools: ProposalTools = {
    ...{ text, state },
    put: (sections) => look(text, sections),
    test: (subject) => post<SetupTested>('/api/setup/test', { text, subject }),
  };
  return (
    <>
      <AddProbe tools={tools} />
      <AddBroker tools={tools} />
      <LedgerForm tools={tools} />
      <section class="card stack" aria-labelledby="text-title">
        <h2 id="text-title">{t('setup.text')}</h2>
        <label for="setup-text" class="soft">
          {t('setup.text-hint')}
        </label>
        <textarea
          id="setup-text"
          class="setup-text"
          spellcheck={false}
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setSeen(undefined);
          }}
        />
        <button type="button" class="button" onClick={() => look(text)}>
          {t('setup.look')}
        </button>
        {error === undefined ? null : <Trouble error={error} />}
      </section>
      {seen ? <ApplyCard seen={seen} onApplied={onApplied} /> : null}
    </>
  );
}
