// Something that a page asks the console for: on its way, here, or why not. What is here stays while it is asked for
// again, so that a page does not blink.

import type { ComponentChildren } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { Loading, Trouble } from './notice.js';

export interface Resource<Value> {
  readonly value: Value | undefined;
  readonly error: unknown;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

/**
 * Asks when `key` changes and on `reload`; what is no longer wanted is broken off.
 * @param load must ask for what `key` names
 * @param news moves when the same may have another answer now
 */
export function useResource<Value>(
  key: string,
  load: (signal: AbortSignal) => Promise<Value>,
  news = 0,
): Resource<Value> {
  const [round, setRound] = useState(0);
  const [held, setHeld] = useState<{ key: string; value?: Value; error?: unknown; isLoading: boolean }>({
    key,
    isLoading: true,
  });
  const reload = useCallback(() => setRound((one) => one + 1), []);
  // Not on `load`: it is of the same key, and a new function at each drawing must not ask again.
  useEffect(() => {
    const stop = new AbortController();
    setHeld((before) => (before.key === key ? { ...before, isLoading: true } : { key, isLoading: true }));
    load(stop.signal).then(
      (value) => {
        if (!stop.signal.aborted) setHeld({ key, value, isLoading: false });
      },
      (error: unknown) => {
        if (!stop.signal.aborted) setHeld((before) => ({ ...before, error, isLoading: false }));
      },
    );
    return () => stop.abort();
  }, [key, round, news]);
  const isOfKey = held.key === key;
  return {
    value: isOfKey ? held.value : undefined,
    error: isOfKey ? held.error : undefined,
    isLoading: !isOfKey || held.isLoading,
    reload,
  };
}

interface ShownProps<Value> {
  readonly of: Resource<Value>;
  readonly children: (value: Value) => ComponentChildren;
  readonly tall?: boolean;
}

/** The value as `children` draw it; before that a placeholder, and trouble with a way to try again. */
export function Shown<Value>({ of, children, tall = false }: ShownProps<Value>) {
  if (of.error !== undefined && of.value === undefined) {
    return <Trouble error={of.error} onRetry={of.reload} />;
  }
  if (of.value === undefined) return <Loading tall={tall} />;
  return (
    <>
      {of.error === undefined ? null : <Trouble error={of.error} onRetry={of.reload} />}
      {children(of.value)}
    </>
  );
}
