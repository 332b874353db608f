// A list that comes in pages: the first by itself, the others when somebody wants more.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../words/language.js';
import { Trouble } from './notice.js';
import { Shown, useResource } from './resource.js';

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextPage: string | null;
}

interface PagedProps<Item> {
  /** What the list is narrowed to; another key begins anew. */
  readonly of: string;
  /** Moves when the first page may be another one now. */
  readonly news?: number;
  readonly load: (pageFrom: string | undefined, signal?: AbortSignal) => Promise<Page<Item>>;
  readonly children: (items: readonly Item[]) => ComponentChildren;
}

export function Paged<Item>({ of, load, news, children }: PagedProps<Item>) {
  const first = useResource(of, (signal) => load(undefined, signal), news);
  return (
    <Shown of={first}>
      {(page) => (
        <More key={of} first={page} load={load}>
          {children}
        </More>
      )}
    </Shown>
  );
}

interface MoreProps<Item> extends Omit<PagedProps<Item>, 'of' | 'news'> {
  readonly first: Page<Item>;
}

function More<Item>({ first, load, children }: MoreProps<Item>) {
  const [held, setHeld] = useState<{ first: Page<Item>; more: readonly Page<Item>[] }>({ first, more: [] });
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  // A first page that was asked for again takes the place of what followed the old one.
  const more = held.first === first ? held.more : [];
  const next = (more.at(-1) ?? first).nextPage;
  const ask = async (pageFrom: string) => {
    setBusy(true);
    setError(undefined);
    try {
      const page = await load(pageFrom);
      setHeld({ first, more: [...more, page] });
    } catch (failed) {
      setError(failed);
    }
    setBusy(false);
  };
  return (
    <>
      {children([first, ...more].flatMap(({ items }) => items))}
      {error === undefined ? null : <Trouble error={error} />}
      {next === null ? null : (
        <button type="button" class="button" aria-disabled={isBusy} onClick={() => !isBusy && ask(next)}>
          {isBusy ? t('state.loading') : t('action.more')}
        </button>
      )}
    </>
  );
}
