// Where batches are anchored. The ledger is asked for its chain and its contract before anything is saved.

import { useState } from 'preact/hooks';
import { t } from '../../words/language.js';
import { LineField } from './line-field.js';
import type { ProposalTools } from './proposal-form.js';
import { TestButton } from './test-button.js';

/** What stands there, or nothing. */
function standing(ledger: unknown, key: string): string {
  const value: unknown = Reflect.get(Object(ledger), key);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

export function LedgerForm({ tools }: { tools: ProposalTools }) {
  const { state, put, test } = tools;
  const { ledger } = state.sections;
  const [rpcUrl, setRpcUrl] = useState(standing(ledger, 'rpcUrl'));
  const [chainId, setChainId] = useState(standing(ledger, 'chainId'));
  const [contract, setContract] = useState(standing(ledger, 'contract'));
  const [isPut, setPut] = useState(false);
  const add = async (event: Event) => {
    event.preventDefault();
    const others = typeof ledger === 'object' && ledger !== null ? ledger : {};
    await put({ ledger: { ...others, rpcUrl, chainId: Number(chainId), contract } });
    setPut(true);
  };
  return (
    <section class="card stack" aria-labelledby="ledger-title">
      <h2 id="ledger-title">{t('setup.ledger')}</h2>
      <form class="stack" onSubmit={add} noValidate>
        <LineField label={t('setup.rpc')} hint={t('setup.rpc-hint')} value={rpcUrl} onText={setRpcUrl} />
        <LineField label={t('setup.chain')} value={chainId} onText={setChainId} />
        <LineField label={t('setup.contract')} value={contract} onText={setContract} />
        <button type="submit" class="button">
          {t('setup.add')}
        </button>
      </form>
      {isPut ? <TestButton words={t('setup.ask')} onTest={() => test({ kind: 'ledger' })} /> : null}
    </section>
  );
}
