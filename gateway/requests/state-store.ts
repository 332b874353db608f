// The rows that are kept beside the log, as the gateway role works with them: read once at the start, then changed
// together with what goes into the pipeline. What is asked next sees what was asked before, also while the commit waits.

import type { StateChange, StateView } from './request.js';

export class StateStore implements StateView {
  readonly #rows: Map<string, string>;

  /** @param stored the rows of judge_state */
  constructor(stored: ReadonlyMap<string, string>) {
    this.#rows = new Map(stored);
  }

  get(key: string): string | undefined {
    return this.#rows.get(key);
  }

  entries(prefix: string): readonly (readonly [key: string, value: string])[] {
    return [...this.#rows].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
  }

  apply(changes: readonly StateChange[]): void {
    for (const [key, value] of changes) {
      if (value === undefined) this.#rows.delete(key);
      else this.#rows.set(key, value);
    }
  }
}
