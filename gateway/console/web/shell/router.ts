// Which page a path shows. Paths are plain (/alerts/ID), so that a link in a message leads to its page after log-in.
// Links are ordinary links: a click is taken over, a middle click or a copied address works as anywhere.

import { computed, signal } from '@preact/signals';

export type Route =
  | { readonly page: PlainPage }
  | { readonly page: 'shipment'; readonly id: string }
  | { readonly page: 'alert'; readonly id: string }
  | { readonly page: 'device'; readonly id: string }
  | { readonly page: 'unknown' };

export type PageName = Route['page'];

const plain = [
  'now',
  'shipments',
  'alerts',
  'evidence',
  'trace',
  'devices',
  'setup',
  'audit',
  'account',
] as const;
export type PlainPage = (typeof plain)[number];
const single = { shipments: 'shipment', alerts: 'alert', devices: 'device' } as const;

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** The page of a path. Pure. */
export function routeOf(path: string): Route {
  const [first = '', second, ...rest] = path.split('/').slice(1);
  if (first === '' && second === undefined) return { page: 'now' };
  if (rest.length > 0) return { page: 'unknown' };
  if (second === undefined || second === '') {
    const page = plain.find((name) => name === first);
    return page === undefined ? { page: 'unknown' } : { page };
  }
  const id = decoded(second);
  const page = Object.entries(single).find(([name]) => name === first)?.[1];
  return page === undefined || id === undefined ? { page: 'unknown' } : { page, id };
}

/** Where a page is. */
export function pathOf(page: PlainPage, id?: string): string {
  const start = page === 'now' ? '/' : `/${page}`;
  // A dot makes a path look like a file's.
  return id === undefined ? start : `${start}/${encodeURIComponent(id).replaceAll('.', '%2E')}`;
}

interface Place {
  readonly path: string;
  /** Of the address: what a page is narrowed to. */
  readonly query: string;
}

const place = signal<Place>({ path: '/', query: '' });
export const route = computed(() => routeOf(place.value.path));
export const query = computed(() => new URLSearchParams(place.value.query));

const here = (): Place => ({ path: location.pathname, query: location.search });

/** Goes to an address of the console. */
function goTo(address: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'push') history.pushState(null, '', address);
  else history.replaceState(null, '', address);
  const from = place.value.path;
  place.value = here();
  if (from !== place.value.path) scrollTo(0, 0);
}

/** Narrows the page, in the address too, so that it can be passed on; an empty value takes a name out. */
export function narrow(changes: Readonly<Record<string, string>>): void {
  const next = new URLSearchParams(place.value.query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') next.delete(name);
    else next.set(name, value);
  }
  const text = next.toString();
  goTo(`${place.value.path}${text === '' ? '' : `?${text}`}`, 'replace');
}

function onClick(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element | null)?.closest('a');
  if (link?.target !== '' || link.hasAttribute('download') || link.origin !== location.origin) return;
  // Files and the API are the server's.
  if (/^\/(api|assets|openapi|metrics)\b/.test(link.pathname) || link.hash !== '') return;
  event.preventDefault();
  goTo(`${link.pathname}${link.search}`);
}

/** Follows links and the back button from now on. */
export function startRouter(): void {
  place.value = here();
  addEventListener('popstate', () => {
    place.value = here();
  });
  document.addEventListener('click', onClick);
}
