// Capturing against an endpoint built from the standard's openapi.json, over real HTTP on this machine: nothing is lost,
// nothing is out of order for good, and a person is asked only where only a person can help.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CaptureClient, type CaptureClientOptions } from '../../../gateway/epcis/capture-client.js';
import { exchangeOver } from '../../../gateway/epcis/capture-exchange.js';
import { askedDelayMs, retryDelayMs } from '../../../gateway/epcis/capture-rhythm.js';
import type { EpcisEvent } from '../../../gateway/epcis/epcis-event.js';
import { EventSource } from '../../../gateway/epcis/event-source.js';
import { CaptureEndpoint, type Fault } from './capture-endpoint.js';
import { drive, epcisConfig, gateway, logOf } from './log-of-a-drive.js';

const source = new EventSource(gateway, epcisConfig());
const events = logOf(drive()).flatMap((record) => source.take(record).map(({ event }) => event));
const allIds = [...new Set(events.map(({ eventID }) => eventID))];

const NOW_MS = Date.parse('2026-03-02T12:00:00Z');

/** A feed over a list: the cursor is how many were taken. */
function feedOf(list: readonly EpcisEvent[]): CaptureClientOptions['feed'] {
  return {
    read: (cursor, maxEvents) => {
      const from = Number(cursor ?? 0);
      const part = list.slice(from, from + maxEvents);
      return { events: part, cursor: String(from + part.length) };
    },
  };
}

async function bench(more: Partial<CaptureClientOptions> = {}) {
  const endpoint = new CaptureEndpoint();
  const url = await endpoint.start();
  const delays: number[] = [];
  const why: string[] = [];
  const kept: { cursor: string | undefined } = { cursor: undefined };
  const stop = new AbortController();
  const options: CaptureClientOptions = {
    ...{ url, exchange: exchangeOver(), feed: feedOf(events), maxEvents: 10, maxBytes: 500_000 },
    now: () => NOW_MS,
    random: () => 0.5,
    sleep: async (ms, signal) => {
      delays.push(ms);
      signal.throwIfAborted();
    },
    cursor: {
      load: () => kept.cursor,
      save: (cursor) => {
        kept.cursor = cursor;
      },
    },
    readToken: () => 'a-token',
    onRetry: (reason) => why.push(reason),
    ...more,
  };
  const client = () => new CaptureClient(options);
  return { endpoint, client, kept, delays, why, stop, deliver: () => client().deliver(stop.signal) };
}

test('every event is captured, each request is as the standard has it, and the cursor is at the end', async () => {
  const { endpoint, deliver, kept } = await bench();
  expect(await deliver()).toEqual({ kind: 'drained' });
  expect(endpoint.breaches).toEqual([]);
  expect([...endpoint.stored.keys()]).toEqual(allIds);
  expect(endpoint.batches.slice(0, -1).every((size) => size === 10)).toBe(true);
  expect(kept.cursor).toBe(String(events.length));
  expect(new Set(endpoint.tokens)).toEqual(new Set(['Bearer a-token']));
});

test('no token is sent where none is configured', async () => {
  const { endpoint, deliver } = await bench({ readToken: () => undefined });
  await deliver();
  expect(new Set(endpoint.tokens)).toEqual(new Set([undefined]));
});

describe('trouble that passes', () => {
  const passing: readonly Fault[] = [
    { status: 429, headers: { 'retry-after': '7' } },
    { status: 500 },
    { status: 503 },
    'cut-before',
    'lost',
  ];

  test.each(passing)('%o loses nothing, and what was sent twice is there once', async (fault) => {
    const { endpoint, deliver, delays } = await bench();
    endpoint.faults = [undefined, fault, fault];
    expect(await deliver()).toEqual({ kind: 'drained' });
    expect(endpoint.breaches).toEqual([]);
    expect([...endpoint.stored.keys()]).toEqual(allIds);
    const asked = typeof fault === 'object' && fault.headers ? 7000 : 0;
    expect(delays).toContain(asked + 500);
    expect(delays).toContain(asked + 1000);
  });

  test('while a job is asked about, loses nothing', async () => {
    const { endpoint, deliver } = await bench();
    endpoint.job = { polls: 4, success: true };
    endpoint.pollFaults = [{ status: 500 }, 'cut-before', undefined, { status: 404 }];
    expect(await deliver()).toEqual({ kind: 'drained' });
    expect([...endpoint.stored.keys()]).toEqual(allIds);
    expect(endpoint.breaches).toEqual([]);
  });

  test('in any order leaves every event captured, and a start in between changes nothing', async () => {
    const faults = fc.array(fc.constantFrom<Fault | undefined>(...passing, undefined), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(faults, faults, fc.integer({ min: 1, max: 40 }), async (posts, polls, maxEvents) => {
        const { endpoint, client, stop } = await bench({ maxEvents });
        endpoint.faults = posts;
        endpoint.pollFaults = polls;
        await client().deliver(stop.signal);
        await client().deliver(stop.signal);
        expect([...endpoint.stored.keys()].sort()).toEqual([...allIds].sort());
        expect(endpoint.breaches).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });
});

test('a repository that takes fewer events gets fewer, from then on', async () => {
  const { endpoint, deliver } = await bench({ maxEvents: 16 });
  endpoint.maxEvents = 3;
  expect(await deliver()).toEqual({ kind: 'drained' });
  expect(Math.max(...endpoint.batches)).toBe(3);
  expect([...endpoint.stored.keys()]).toEqual(allIds);
});

test('a repository that only says too large gets half as many each time', async () => {
  const { endpoint, deliver } = await bench({ maxEvents: 16 });
  endpoint.faults = [{ status: 413 }, { status: 413 }];
  expect(await deliver()).toEqual({ kind: 'drained' });
  expect(endpoint.batches[0]).toBe(4);
  expect([...endpoint.stored.keys()]).toEqual(allIds);
});

test('a document is cut before it is too long, but a single event never is', async () => {
  const { endpoint, deliver } = await bench({ maxBytes: 1 });
  expect(await deliver()).toEqual({ kind: 'drained' });
  expect(new Set(endpoint.batches)).toEqual(new Set([1]));
});

describe('what only a person can help', () => {
  test.each([
    [401, 'CAPTURE_UNAUTHORISED'],
    [403, 'CAPTURE_UNAUTHORISED'],
    [400, 'CAPTURE_REFUSED'],
    [415, 'CAPTURE_REFUSED'],
    [302, 'CAPTURE_REFUSED'],
  ])('%d stops at once, says what to do, and the cursor stays', async (status, code) => {
    const { endpoint, deliver, kept, delays } = await bench();
    endpoint.faults = [{ status, headers: { location: 'https://elsewhere.example/capture' } }];
    const end = await deliver();
    expect(end).toMatchObject({ kind: 'stopped', condition: { code } });
    // What the server wrote must not command a terminal.
    expect(end.kind === 'stopped' && end.condition.message).not.toContain('\u001b');
    expect([kept.cursor, delays]).toEqual([undefined, []]);
  });

  test('a job that failed', async () => {
    const { endpoint, deliver, kept } = await bench();
    endpoint.job = { polls: 2, success: false };
    expect(await deliver()).toMatchObject({ condition: { code: 'CAPTURE_FAILED' } });
    expect(kept.cursor).toBeUndefined();
  });

  test('one event that is too large', async () => {
    const { endpoint, deliver } = await bench({ maxEvents: 1 });
    endpoint.maxEvents = 0;
    expect(await deliver()).toMatchObject({ condition: { code: 'CAPTURE_TOO_LARGE' } });
  });

  test.each([
    ['none', () => undefined],
    ['of another server', () => 'https://elsewhere.example/v2/capture/1'],
    ['of another port', () => 'http://127.0.0.1:1/v2/capture/1'],
  ])('a job without an address of its own server: %s', async (_name, location) => {
    const { endpoint, deliver } = await bench();
    endpoint.location = location;
    expect(await deliver()).toMatchObject({ condition: { code: 'CAPTURE_ANSWER_INVALID' } });
  });

  test.each([
    ['not there', () => readMissing()],
    ['of two lines', () => 'one\ntwo'],
    ['empty', () => '  \n'],
  ])('a token that is %s', async (_name, readToken) => {
    const { endpoint, deliver } = await bench({ readToken });
    expect(await deliver()).toMatchObject({ condition: { code: 'CAPTURE_TOKEN_UNREADABLE' } });
    expect(endpoint.tokens).toEqual([]);
  });
});

function readMissing(): string {
  throw new Error('ENOENT: no such file');
}

test('an answer without end is read up to a limit', async () => {
  const { endpoint, deliver } = await bench();
  endpoint.faults = [undefined, 'endless-answer'];
  expect(await deliver()).toEqual({ kind: 'drained' });
});

test('no request leaves for a server without TLS elsewhere', async () => {
  const { signal } = new AbortController();
  const url = new URL('http://epcis.example/capture');
  await expect(exchangeOver()({ method: 'POST', url, headers: {}, signal })).rejects.toThrow('neither https');
});

test('a stop ends the waiting', async () => {
  const { endpoint, client, stop } = await bench({
    sleep: async (_ms, signal) => {
      stop.abort(new Error('the role ends'));
      signal.throwIfAborted();
    },
  });
  endpoint.faults = [{ status: 500 }];
  await expect(client().deliver(stop.signal)).rejects.toThrow('the role ends');
});

test.each([
  ['5', 5000],
  ['99999999', 3_600_000],
  ['Mon, 02 Mar 2026 12:00:30 GMT', 30_000],
  ['soon', 0],
  [undefined, 0],
])('Retry-After %s is waited for %d ms', (text, ms) => {
  expect(askedDelayMs(text, NOW_MS)).toBe(ms);
});

test('a delay lies below a limit that doubles to five minutes, and never below what was asked', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.nat(3_600_000),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (failures, askedMs, random) => {
        const delayMs = retryDelayMs(failures, askedMs, random) - askedMs;
        expect(delayMs).toBeGreaterThanOrEqual(0);
        expect(delayMs).toBeLessThan(Math.min(300_000, 1000 * 2 ** (failures - 1)));
      },
    ),
  );
});
