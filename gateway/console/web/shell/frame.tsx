// The frame around all pages: where one is, where one can go, which gateway this is, and whether its line stands.

import type { ComponentChildren } from 'preact';
import { picture } from '../net/live.js';
import { Icon } from '../parts/icon.js';
import { t, tCount } from '../words/language.js';
import { LineChip } from './line-chip.js';
import { mainEntries, moreEntries, type NavigationEntry } from './navigation.js';
import { pathOf, route } from './router.js';
import { hasRole, session } from './session.js';

function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#1c5578" />
      <path
        d="M7 25V12l9-6 9 6v13M16 13v12M11.5 15.5l9 7M20.5 15.5l-9 7"
        fill="none"
        stroke="#fff"
        stroke-width="2.3"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}

/** How many alerts nobody has looked at. */
function OpenAlerts() {
  const open = picture.value?.gateway.alerts.open ?? 0;
  if (open === 0) return null;
  return (
    <span class="mark-count">
      <span aria-hidden="true">{open}</span>
      <span class="unseen">{tCount('nav.open-alerts', open)}</span>
    </span>
  );
}

function Entry({ entry }: { entry: NavigationEntry }) {
  const { page, icon, words, holds, roles } = entry;
  if (roles && !hasRole(...roles)) return null;
  const isHere = holds.includes(route.value.page);
  return (
    <a href={pathOf(page)} aria-current={isHere ? 'page' : undefined}>
      <Icon name={icon} />
      <span>{t(words)}</span>
      {page === 'alerts' ? <OpenAlerts /> : null}
    </a>
  );
}

const entries = (list: readonly NavigationEntry[]) =>
  list.map((entry) => <Entry key={entry.page} entry={entry} />);

export function Frame({ children }: { children: ComponentChildren }) {
  const person = session.value;
  return (
    <div class="frame">
      <a class="skip" href="#content">
        {t('nav.skip')}
      </a>
      <nav class="rail" aria-label={t('nav.label')}>
        <p class="brand">
          <Mark />
          coldgate
        </p>
        {entries(mainEntries)}
        <div class="below">{entries(moreEntries)}</div>
      </nav>
      <div class="main">
        <header class="bar">
          <span class="gateway" title={person?.gatewayName}>
            {person?.gatewayName}
          </span>
          <div class="end">
            <LineChip />
            <a class="button quiet square" href={pathOf('account')}>
              <Icon name="person" />
              <span class="unseen">{t('nav.account-of', { name: person?.printedName ?? '' })}</span>
            </a>
          </div>
        </header>
        <main id="content" class="page" tabIndex={-1}>
          {children}
        </main>
      </div>
      <nav class="tabs" aria-label={t('nav.label')}>
        {entries(mainEntries)}
      </nav>
    </div>
  );
}
