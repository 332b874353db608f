// Who has an account, for administrators and auditors.

import type { Account } from '../../../api/accounts.js';
import { get } from '../../net/api-client.js';
import { Chip } from '../../parts/chip.js';
import { Moment } from '../../parts/moment.js';
import { Shown, useResource } from '../../parts/resource.js';
import { Table } from '../../parts/table.js';
import { t } from '../../words/language.js';
import { showCount } from '../../words/shown.js';

function Standing({ account: { isDisabled, isLocked } }: { account: Account }) {
  if (isDisabled) return <Chip tone="plain" words={t('account.disabled')} />;
  if (isLocked) return <Chip tone="warn" icon="lock" words={t('account.locked')} />;
  return <Chip tone="ok" words={t('account.enabled')} />;
}

export function PeopleCard() {
  const people = useResource('accounts', (signal) =>
    get<{ accounts: readonly Account[] }>('/api/accounts', {}, signal),
  );
  return (
    <section class="card" aria-labelledby="people-title">
      <header>
        <h2 id="people-title">{t('account.people')}</h2>
      </header>
      <Shown of={people}>
        {({ accounts }) => (
          <Table
            caption={t('account.people')}
            rows={accounts}
            keyOf={({ name }) => name}
            columns={[
              { name: t('account.name'), cell: ({ name }) => name },
              { name: t('account.person'), cell: ({ printedName }) => printedName },
              { name: t('account.role'), cell: ({ role }) => t(`role.${role}`) },
              { name: t('account.standing'), cell: (account) => <Standing account={account} /> },
              {
                name: t('account.failures'),
                cell: ({ failures }) => showCount(failures),
                isNumber: true,
              },
              {
                name: t('account.password-since'),
                cell: ({ passwordSinceMs }) => <Moment atMs={passwordSinceMs} />,
              },
            ]}
          />
        )}
      </Shown>
    </section>
  );
}
