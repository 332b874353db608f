// Which of the three a visitor sees: the log-in page, the page of the address within the frame, or why neither can be
// shown.

import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Empty, Loading, Trouble } from '../parts/notice.js';
import { PageTitle } from '../parts/page-title.js';
import { t } from '../words/language.js';
import { Frame } from './frame.js';
import { LogInPage } from './log-in-page.js';
import { loaders, loadFirstStart, type PageProps } from './pages.js';
import { pathOf, type Route, route } from './router.js';
import { door, findSession, session, sessionTrouble } from './session.js';

function UnknownPage() {
  return (
    <>
      <header>
        <PageTitle words={t('unknown-page.title')} />
      </header>
      <Empty icon="unknown" title={t('unknown-page.title')}>
        <p class="soft">{t('unknown-page.body')}</p>
        <a class="button" href={pathOf('now')}>
          {t('unknown-page.home')}
        </a>
      </Empty>
    </>
  );
}

interface Loaded {
  readonly page: string;
  readonly Page?: ComponentType<PageProps>;
  readonly error?: unknown;
}

function Page({ at }: { at: Route }) {
  const [round, setRound] = useState(0);
  const [loaded, setLoaded] = useState<Loaded>({ page: '' });
  const load = Object.hasOwn(loaders, at.page) ? loaders[at.page as keyof typeof loaders] : undefined;
  useEffect(() => {
    let isWanted = true;
    load?.().then(
      (Page) => isWanted && setLoaded({ page: at.page, Page }),
      (error: unknown) => isWanted && setLoaded({ page: at.page, error }),
    );
    return () => {
      isWanted = false;
    };
  }, [at.page, round]);
  if (!load) return <UnknownPage />;
  if (loaded.page !== at.page) return <Loading tall />;
  if (!loaded.Page) return <Trouble error={loaded.error} onRetry={() => setRound(round + 1)} />;
  const id = 'id' in at ? at.id : '';
  return <loaded.Page key={`${at.page} ${id}`} id={id} />;
}

/** Loaded only where nobody has an account yet. */
function FirstStart() {
  const [FirstStartPage, setPage] = useState<ComponentType>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    loadFirstStart().then(
      (loaded) => setPage(() => loaded),
      (failed: unknown) => setError(failed),
    );
  }, []);
  if (FirstStartPage) return <FirstStartPage />;
  return <main class="page">{error === undefined ? <Loading tall /> : <Trouble error={error} />}</main>;
}

export function App() {
  if (sessionTrouble.value !== undefined) {
    return (
      <main class="page">
        <h1>coldgate</h1>
        <Trouble error={sessionTrouble.value} onRetry={findSession} />
      </main>
    );
  }
  if (session.value === undefined) {
    return (
      <main class="page">
        <Loading tall />
      </main>
    );
  }
  if (session.value === null) return door.value === 'set-up' ? <FirstStart /> : <LogInPage />;
  return (
    <Frame>
      <Page at={route.value} />
    </Frame>
  );
}
