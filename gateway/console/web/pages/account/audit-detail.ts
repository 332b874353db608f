// The detail document of an audit entry as lines. What the entry says elsewhere is left out; nested values stay JSON, word
// for word. Pure.

/** Said in columns of their own. */
const saidBefore: ReadonlySet<string> = new Set(['type', 'by']);

export function detailLines(detail: Readonly<Record<string, unknown>>): (readonly [string, string])[] {
  return Object.entries(detail)
    .filter(([name]) => !saidBefore.has(name))
    .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const);
}
