// A stranger's words without what only its address says: paths and queries hold keys, and a server that refuses often
// repeats what it was asked. What is shorter than a key stays, since it may be a word.

const SHORTEST_KEY = 8;
const MASK = '...';

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** @param url that was asked. @returns `text` with every part of its path and query masked */
export function withoutAddress(text: string, url: URL): string {
  const parts = [`${url.pathname}${url.search}`, ...url.pathname.split('/'), ...url.searchParams.values()];
  const keys = parts.flatMap((part) => [part, decoded(part)]).filter(({ length }) => length >= SHORTEST_KEY);
  // The longest first: a part of it may be another one.
  const longestFirst = keys.sort((one, other) => other.length - one.length);
  return longestFirst.reduce((rest, key) => rest.replaceAll(key, MASK), text);
}
