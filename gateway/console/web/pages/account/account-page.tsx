// Who is logged in, how the pages look in this browser, and the password. On a phone also the way to the pages that have
// no tab.

import { Facts } from '../../parts/facts.js';
import { Choice } from '../../parts/field.js';
import { Icon } from '../../parts/icon.js';
import { Moment } from '../../parts/moment.js';
import { PageTitle } from '../../parts/page-title.js';
import { moreEntries } from '../../shell/navigation.js';
import { type Preferences, preferences } from '../../shell/preferences.js';
import { pathOf } from '../../shell/router.js';
import { hasRole, logOut, session } from '../../shell/session.js';
import { chooseLanguage, type Language, languages, locale, t } from '../../words/language.js';
import { momentText, zoneText } from '../../words/moment.js';
import { PasswordCard } from './password-card.js';
import { PeopleCard } from './people-card.js';

function set(change: Partial<Preferences>): void {
  preferences.value = { ...preferences.value, ...change };
}

function LookCard() {
  const { language, theme, unit, zone } = preferences.value;
  const local = zoneText(Date.now(), { locale: locale.value, zone: 'local' });
  return (
    <section class="card stack" aria-labelledby="look-title">
      <h2 id="look-title">{t('account.look')}</h2>
      <p class="soft small">{t('account.look-hint')}</p>
      <Choice
        legend={t('account.language')}
        options={Object.entries(languages).map(([key, { name }]) => [key as Language, name] as const)}
        value={language}
        onChoose={chooseLanguage}
      />
      <Choice
        legend={t('account.theme')}
        options={[
          ['system', t('account.theme-system')],
          ['light', t('account.theme-light')],
          ['dark', t('account.theme-dark')],
        ]}
        value={theme}
        onChoose={(next) => set({ theme: next })}
      />
      <Choice
        legend={t('account.unit')}
        options={[
          ['C', '°C'],
          ['F', '°F'],
        ]}
        value={unit}
        onChoose={(next) => set({ unit: next })}
      />
      <Choice
        legend={t('account.zone')}
        options={[
          ['local', t('account.zone-local', { zone: local })],
          ['utc', t('account.zone-utc')],
        ]}
        value={zone}
        onChoose={(next) => set({ zone: next })}
      />
      <p class="soft small number">{momentText(Date.now(), 'full', { locale: locale.value, zone })}</p>
    </section>
  );
}

export function AccountPage() {
  const person = session.value;
  if (!person) return null;
  const links = moreEntries.filter(
    ({ page, roles }) => page !== 'account' && (roles === undefined || hasRole(...roles)),
  );
  return (
    <>
      <header>
        <PageTitle words={t('account.title')} />
        <button type="button" class="button" onClick={logOut}>
          {t('account.log-out')}
        </button>
      </header>
      <div class="columns">
        <div class="stack">
          <section class="card stack" aria-labelledby="person-title">
            <h2 id="person-title" class="break">
              {person.printedName}
            </h2>
            <Facts
              facts={[
                [t('account.name'), person.name],
                [t('account.role'), t(`role.${person.role}`)],
                [t('account.ends'), <Moment key="ends" atMs={person.endsAtMs} />],
              ]}
            />
          </section>
          {links.length === 0 ? null : (
            <nav class="card stack" aria-label={t('account.more')}>
              {links.map(({ page, icon, words }) => (
                <a key={page} class="button" href={pathOf(page)}>
                  <Icon name={icon} />
                  {t(words)}
                </a>
              ))}
            </nav>
          )}
          <PasswordCard />
          {hasRole('administrator', 'auditor') ? <PeopleCard /> : null}
        </div>
        <LookCard />
      </div>
    </>
  );
}
