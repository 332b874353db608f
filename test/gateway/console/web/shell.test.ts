// Addresses, choices and answers: what the shell makes of texts that anybody may have written.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressOf } from '../../../../gateway/console/web/net/api-client.js';
import { toldOf, troubleOf } from '../../../../gateway/console/web/net/api-error.js';
import { detailLines } from '../../../../gateway/console/web/pages/account/audit-detail.js';
import { readPreferences } from '../../../../gateway/console/web/shell/preferences.js';
import { pathOf, routeOf } from '../../../../gateway/console/web/shell/router.js';

describe('an address', () => {
  test.each([
    ['/', { page: 'now' }],
    ['/now', { page: 'now' }],
    ['/alerts/', { page: 'alerts' }],
    ['/alerts/a%2Fb', { page: 'alert', id: 'a/b' }],
    ['/shipments/SHIP-0001', { page: 'shipment', id: 'SHIP-0001' }],
    ['/devices/bus', { page: 'device', id: 'bus' }],
    ['/alerts/%E0%A4', { page: 'unknown' }],
    ['/alerts/a/b', { page: 'unknown' }],
    ['/audit/x', { page: 'unknown' }],
    ['/constructor', { page: 'unknown' }],
  ])('%s leads to %o', (path, route) => {
    expect(routeOf(path)).toEqual(route);
  });

  test('of a page leads to that page, whatever the id holds', () => {
    const id = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(id, (text) => {
        expect(routeOf(pathOf('alerts', text))).toEqual({ page: 'alert', id: text });
      }),
    );
  });

  test('of an id with a dot is not taken for a file: the console answers it with its page', () => {
    expect(pathOf('alerts', 'cargo-v1.2-html')).toBe('/alerts/cargo-v1%2E2-html');
  });

  test('of a question leaves out what is not asked', () => {
    expect(addressOf('/api/x', { a: undefined, b: '', c: 0, d: 'e&f' })).toBe('/api/x?c=0&d=e%26f');
    expect(addressOf('/api/x')).toBe('/api/x');
  });
});

describe('choices that were kept', () => {
  const defaults = { language: 'en', theme: 'system', unit: 'C', zone: 'local' };

  test.each([null, '', '{', '3', 'null', '[]', '{"theme":"pink","unit":7,"language":"toString"}'])(
    'from %s are the defaults',
    (stored) => {
      expect(readPreferences(stored, [])).toEqual(defaults);
    },
  );

  test('hold against what the browser speaks', () => {
    expect(readPreferences('{"language":"en","unit":"F"}', ['de-AT'])).toEqual({ ...defaults, unit: 'F' });
  });

  test('begin with the first language that there is', () => {
    expect(readPreferences(null, ['fr-FR', 'de-CH', 'en']).language).toBe('de');
    expect(readPreferences(null, ['fr']).language).toBe('en');
  });
});

describe('an answer that is no answer', () => {
  test('is told by status, and a wrong password does not end the session', () => {
    expect([401, 403, 404, 409, 429, 500, 503, 504].map((status) => troubleOf(status))).toEqual([
      'logged-out',
      'forbidden',
      'absent',
      'refused',
      'slow-down',
      'failed',
      'busy',
      'offline',
    ]);
    expect(troubleOf(401, 'CREDENTIALS_REFUSED')).toBe('refused');
  });

  test('is told in its own words only where they are words', () => {
    expect(toldOf({ code: 'A', message: 'b', hint: 3, other: 1 })).toEqual({ code: 'A', message: 'b' });
    expect(toldOf({ code: 'A' })).toBeUndefined();
    expect(toldOf('<html>')).toBeUndefined();
  });
});

test('a detail is told word for word, without what stands in other columns', () => {
  const detail = { type: 'x', by: { name: 'dana' }, why: '<b>', limitMilliC: 8000, list: [1, 'two'] };
  expect(detailLines(detail)).toEqual([
    ['why', '<b>'],
    ['limitMilliC', '8000'],
    ['list', '[1,"two"]'],
  ]);
});
