// Pages of a list that fits into memory. Where the next one begins is a number; a page asks for it word for word.

import { ConsoleError } from '../console-error.js';

/** @throws ConsoleError REQUEST_INVALID */
export function offsetOf(pageFrom: string | undefined): number {
  if (pageFrom === undefined) return 0;
  if (/^\d{1,15}$/.test(pageFrom)) return Number(pageFrom);
  throw new ConsoleError(
    400,
    'REQUEST_INVALID',
    'pageFrom: not what nextPage said',
    'take nextPage of the page before',
  );
}

export function pageOf<Item>(items: readonly Item[], offset: number, size: number) {
  const end = offset + size;
  return { items: items.slice(offset, end), nextPage: end < items.length ? String(end) : null };
}
