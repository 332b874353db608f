// The heading of a page. Takes the focus when somebody has come here by a link, so that a keyboard and a screen reader
// begin where the new page begins, and gives the browser's tab its name.

import { useEffect, useRef } from 'preact/hooks';
import { session } from '../shell/session.js';

/** The first page of a visit leaves the focus where the browser puts it. */
let isFirst = true;

export function PageTitle({ words, unseen }: { words: string; unseen?: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!isFirst) heading.current?.focus({ preventScroll: true });
    isFirst = false;
  }, []);
  const gateway = session.value?.gatewayName ?? 'coldgate';
  useEffect(() => {
    document.title = `${words} · ${gateway}`;
  }, [words, gateway]);
  return (
    <h1 ref={heading} tabIndex={-1} class={unseen ? 'unseen' : undefined}>
      {words}
    </h1>
  );
}
