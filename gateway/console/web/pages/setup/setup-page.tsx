// Set-up: what is plugged in, what is read and judged by what, where it is published and anchored. A proposal is tested and
// shown as differences before it is signed; what the gateway then does not run with is taken back.

import { useState } from 'preact/hooks';
import type { SetupState } from '../../../api/setup.js';
import { get } from '../../net/api-client.js';
import { Notice } from '../../parts/notice.js';
import { PageTitle } from '../../parts/page-title.js';
import { Shown, useResource } from '../../parts/resource.js';
import { t } from '../../words/language.js';
import { HardwareCard } from './hardware-card.js';
import { ProposalForm } from './proposal-form.js';
import './setup.css';

export function SetupPage() {
  // The proposal is another one as soon as the gateway has taken this one.
  const [isApplied, setApplied] = useState(false);
  const state = useResource('setup', (signal) => get<SetupState>('/api/setup', {}, signal));
  const onApplied = () => {
    setApplied(true);
    state.reload();
  };
  return (
    <>
      <header>
        <PageTitle words={t('nav.setup')} />
      </header>
      {isApplied ? (
        <Notice tone="ok" title={t('setup.applied')} isUrgent>
          <p>{t('setup.applied-body')}</p>
        </Notice>
      ) : null}
      <Shown of={state} tall>
        {(shown) => (
          <>
            {shown.isOnTrial ? <Notice tone="warn" title={t('setup.on-trial')} /> : null}
            {shown.reverted === null ? null : (
              <Notice tone="bad" title={t('setup.reverted')}>
                <p>{shown.reverted.message}</p>
                <p class="soft small code">{`[${shown.reverted.code}]`}</p>
              </Notice>
            )}
            <HardwareCard />
            <ProposalForm key={shown.text} state={shown} onApplied={onApplied} />
          </>
        )}
      </Shown>
    </>
  );
}
