// The live picture: bytes of a stream become events, events become what is known, and nothing old looks fresh.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventLines } from '../../../../gateway/console/web/net/event-lines.js';
import { pictureOf, shownState, withEvent } from '../../../../gateway/console/web/net/live-picture.js';
import { standingOf, trendOf } from '../../../../gateway/console/web/pages/now/standing.js';
import { hostileText, now, probe, START_MS } from '../../../browser/fixture-data.js';

describe('lines of server-sent events', () => {
  const stream = [
    ': a comment shows that the line stands',
    '',
    'id: 7',
    'event: probes',
    'data: {"a":',
    'data: 1}',
    '',
    'data:no space',
    'data:  one of two ',
    '',
    'event: nothing-but-a-name',
    '',
    '',
  ].join('\n');
  const events = [
    { name: 'probes', data: '{"a":\n1}' },
    { name: 'message', data: 'no space\n one of two ' },
  ];

  test('become the same events however they are cut, and whatever ends a line', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: stream.length * 2 }), { maxLength: 12 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        (cuts, end) => {
          const text = stream.replaceAll('\n', end);
          const lines = new EventLines();
          const places = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
          const pieces = places.slice(1).map((place, index) => text.slice(places[index], place));
          // A last CR may be half of a CRLF: another line tells.
          expect([...pieces, ':\n'].flatMap((piece) => lines.push(piece))).toEqual(events);
          expect(lines.lastId).toBe('7');
        },
      ),
    );
  });

  test('a line without an end is given up before it fills the memory', () => {
    const lines = new EventLines();
    expect(() => lines.push('x'.repeat(5_000_000))).toThrow(RangeError);
  });
});

describe('the picture', () => {
  test('knows nothing before the first whole event', () => {
    expect(withEvent(undefined, 'probes', { atMs: START_MS, probes: [probe('a')] })).toBeUndefined();
  });

  test('takes a changed probe in its place and a new one behind', () => {
    const before = pictureOf(now());
    const changed = { atMs: START_MS + 5_000, probes: [probe('cargo-rear', { ageMs: 0 }), probe('new')] };
    const after = withEvent(before, 'probes', changed);
    expect(after?.probes.map(({ sensorId }) => sensorId)).toEqual([
      ...before.probes.map(({ sensorId }) => sensorId),
      'new',
    ]);
    expect(after?.probes[1]).toMatchObject({ state: 'ok', freshAtMs: START_MS + 5_000 });
    expect(after?.atMs).toBe(START_MS + 5_000);
    expect(after?.tags).toBe(before.tags);
  });

  test('a shipment that is no longer told has ended', () => {
    const after = withEvent(pictureOf(now()), 'shipments', { atMs: START_MS, shipments: [] });
    expect(after?.shipments).toEqual([]);
  });

  test('a temperature and a humidity of one name are two', () => {
    const humidity = probe('cargo-front', { quantity: 'humidity', valueMilli: 50_000 });
    const after = withEvent(pictureOf(now()), 'probes', { atMs: START_MS, probes: [humidity] });
    expect(after?.probes.filter(({ sensorId }) => sensorId === 'cargo-front')).toHaveLength(2);
  });

  test('the newest change of an alert comes first, each alert once, and not without end', () => {
    const alert = (id: number) => ({ id: `a-${id}` });
    let picture = pictureOf(now());
    for (let id = 0; id < 60; id++) {
      picture = withEvent(picture, 'alerts', { atMs: START_MS, alerts: [alert(id)] }) ?? picture;
    }
    const after = withEvent(picture, 'alerts', { atMs: START_MS, alerts: [alert(59)] });
    expect(after?.changedAlerts.map(({ id }) => id).slice(0, 2)).toEqual(['a-59', 'a-58']);
    expect(after?.changedAlerts).toHaveLength(50);
  });

  test('an event that is not known changes nothing', () => {
    const before = pictureOf(now());
    expect(withEvent(before, 'toString', { atMs: 1 })).toBe(before);
    expect(withEvent(before, hostileText, { atMs: 1 })).toBe(before);
  });
});

describe('a probe is shown', () => {
  const [fine] = pictureOf({ ...now(), probes: [probe('a', { ageMs: 4_000, maxGapMs: 60_000 })] }).probes;
  if (!fine) throw new Error('the fixture has no probe');

  test('as OK while the line stands and its reading is younger than the longest hole', () => {
    expect(shownState(fine, START_MS + 56_000, true)).toBe('ok');
  });
  test('as unknown a moment later', () => {
    expect(shownState(fine, START_MS + 56_001, true)).toBe('unknown');
  });
  test('as unknown as soon as the line is cut', () => {
    expect(shownState(fine, START_MS, false)).toBe('unknown');
  });
  test('as not judged where nobody has set limits, but as unknown once it is old or unheard', () => {
    const bare = { ...fine, state: 'unknown', stateReason: 'no-limits' } as const;
    expect(shownState(bare, START_MS, true)).toBe('unjudged');
    expect(shownState(bare, START_MS + 56_001, true)).toBe('unknown');
    expect(shownState(bare, START_MS, false)).toBe('unknown');
  });
  test('as outside its limits until somebody says otherwise', () => {
    expect(shownState({ ...fine, state: 'excursion' }, START_MS + 9e9, false)).toBe('excursion');
  });
});

test('what is worst is said first', () => {
  const picture = pictureOf(now());
  const standing = standingOf(picture, START_MS, true);
  expect(standing.worst).toBe('excursion');
  expect(standing.unknown.map(({ sensorId }) => sensorId)).toEqual(['cargo-middle']);
  expect(standingOf({ ...picture, probes: [] }, START_MS, true).worst).toBe('none');
  const isCut = standingOf({ ...picture, probes: picture.probes.slice(0, 1) }, START_MS, false);
  expect(isCut.worst).toBe('unknown');
});

test('what moves less than a probe trembles is steady', () => {
  expect([199, -199, 200, -200].map(trendOf)).toEqual(['steady', 'steady', 'up', 'down']);
});
