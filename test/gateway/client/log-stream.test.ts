// What a client makes of the messages of a gateway: each record once, in order, proven; anything else is an event.

import { decode, encode } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClientEvent } from '../../../gateway/client/client-event.js';
import { LogStream, type LogStreamOptions } from '../../../gateway/client/log-stream.js';
import type { StreamState } from '../../../gateway/client/stream-state.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import { anyDraft, draftWith, readings, requestOf } from '../drafts.js';
import { hex } from '../hex.js';
import { openTestLog } from '../test-log.js';
import { thrownBy } from '../thrown.js';
import { addressOf, gatewayName, logOf, messagesOf, ofType, told } from './sent-log.js';

function streamOf(options: Partial<LogStreamOptions> = {}) {
  const events: ClientEvent[] = [];
  const onEvent = (event: ClientEvent) => events.push(event);
  return { events, stream: new LogStream({ gatewayName, from: 0, onEvent, ...options }) };
}

function eventsOf(payloads: readonly Uint8Array[], options: Partial<LogStreamOptions> = {}): ClientEvent[] {
  const { events, stream } = streamOf(options);
  for (const payload of payloads) stream.take(payload);
  return events;
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_unused, at) => from + at);
const utf8 = (text: string) => new TextEncoder().encode(text);
const textOf = (payload: Uint8Array | undefined) => new TextDecoder().decode(payload);

describe.each(['json', 'cbor'] as const)('a stream of %s', (encoding) => {
  it('tells every record once and in order, with its name and its bytes', () => {
    const log = logOf(readings(3), [draftWith({ subjectName: 'ä "x"', isSalted: true })]);
    const events = eventsOf(messagesOf(log, encoding), { gateway: addressOf(log) });
    expect(events.map(({ type }) => type)).toEqual([
      ...['record', 'record', 'record', 'checkpoint'],
      ...['record', 'checkpoint'],
    ]);
    const records = ofType(events, 'record');
    expect(records.map(({ readable, isNameProven }) => [readable.name, isNameProven])).toEqual([
      ...range(0, 3).map(() => ['cargo-front', true]),
      ['ä "x"', false],
    ]);
    expect(records.map(({ leaf }) => hex(leaf))).toEqual(log.reader.leaves(0, 4).map(hex));
  });

  it('refuses each flipped bit, or tells the same records, a name apart that is then not proven', () => {
    const log = logOf(readings(2), [draftWith({ value: -18_250, shipmentName: 'SHIP-0001', quality: 4 })]);
    const [, payload] = messagesOf(log, encoding);
    if (!payload) throw new Error('no message');
    const start = eventsOf(messagesOf(log, encoding).slice(0, 1));
    expect(told(start)).toEqual([0, 1]);
    const leaf = log.reader.leaves(2, 1)[0];
    const unnoticed: unknown[] = [];
    for (let bit = 0; bit < payload.length * 8; bit += 1) {
      const flipped = Uint8Array.from(payload);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const events = eventsOf([flipped], { gateway: addressOf(log), from: 'first-message' });
      const isRefused = events.length === 1 && events[0]?.type === 'refused';
      const [record] = ofType(events, 'record');
      const isNameOnly = record && !record.isNameProven && hex(record.leaf) === hex(leaf);
      if (!isRefused && !isNameOnly) unnoticed.push(textOf(flipped));
    }
    expect(unnoticed).toEqual([]);
  }, 60_000);

  it('gives every record once and in order for any order, repetitions, page sizes and restarts', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(anyDraft, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 7 }),
        fc.array(fc.record({ at: fc.nat(), isAfterRestart: fc.boolean() }), { maxLength: 20 }),
        (commits, turns) => {
          const log = logOf(...commits);
          const size = commits.flat().length;
          const payloads = [...messagesOf(log, encoding), ...messagesOf(log, encoding, 0, 5)];
          const events: ClientEvent[] = [];
          const options = {
            gatewayName,
            from: 0,
            onEvent: (event: ClientEvent) => events.push(event),
          } as const;
          let stream = new LogStream(options);
          for (const { at, isAfterRestart } of turns) {
            const state = stream.state();
            if (isAfterRestart && state) {
              stream = new LogStream({ ...options, state: JSON.parse(JSON.stringify(state)) });
            }
            stream.take(payloads[at % payloads.length] ?? utf8(''));
          }
          expect(told(events)).toEqual(range(0, stream.size));
          for (const payload of payloads.toReversed()) stream.take(payload);
          expect(told(events)).toEqual(range(0, size));
          expect(ofType(events, 'fork')).toEqual([]);
          expect(ofType(events, 'refused')).toEqual([]);
          log.close();
        },
      ),
      { numRuns: 40 },
    );
  }, 60_000);
});

describe('a gap', () => {
  const threeCommits = () => messagesOf(logOf(readings(2), readings(3), readings(1)), 'json');

  it('is told once, and filled when what is missing comes', () => {
    const [first, second, third] = threeCommits() as [Uint8Array, Uint8Array, Uint8Array];
    const events = eventsOf([first, third, third, second]);
    expect(told(events)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(ofType(events, 'gap')).toEqual([{ type: 'gap', from: 2, to: 5 }]);
    expect(ofType(events, 'filled')).toEqual([{ type: 'filled', from: 2, to: 5 }]);
  });

  it('can be given up, and is then no fork', () => {
    const [first, , third] = threeCommits() as [Uint8Array, Uint8Array, Uint8Array];
    const { events, stream } = streamOf();
    stream.take(first);
    stream.skipGap();
    stream.take(third);
    stream.skipGap();
    expect(told(events)).toEqual([0, 1, 5]);
    expect(ofType(events, 'skipped')).toEqual([{ type: 'skipped', from: 2, to: 5 }]);
    expect(ofType(events, 'fork')).toEqual([]);
    expect(stream.size).toBe(6);
  });

  it('is none at the start, unless the whole log is wished', () => {
    const [, , third] = threeCommits();
    if (!third) throw new Error('no message');
    expect(told(eventsOf([third], { from: 'first-message' }))).toEqual([5]);
    expect(ofType(eventsOf([third]), 'gap')).toEqual([{ type: 'gap', from: 0, to: 5 }]);
  });

  it('holds no more pages than fit', () => {
    const log = logOf(...range(0, 300).map((value) => readings(1, value)));
    const events = eventsOf(messagesOf(log, 'cbor').slice(1));
    const refused = ofType(events, 'refused');
    expect(new Set(refused.map(({ reason }) => reason))).toEqual(new Set(['held-full']));
    expect(refused).toHaveLength(299 - 256);
  });
});

describe('a fork', () => {
  const twoLogs = () => [logOf(readings(4), readings(2)), logOf(readings(4, 100), readings(2))] as const;

  it('is two signed checkpoints of one size with other roots', () => {
    const [ours, theirs] = twoLogs();
    const [first] = messagesOf(ours, 'json');
    const [other] = messagesOf(theirs, 'json');
    const events = eventsOf([first, other] as Uint8Array[]);
    const [fork, ...more] = ofType(events, 'fork');
    expect(more).toEqual([]);
    expect(fork?.atSize).toBe(4);
    expect(fork?.checkpoints.map(({ root }) => hex(root))).toEqual(
      [ours, theirs].map(({ reader }) => hex(reader.checkpointCovering(0)?.root)),
    );
    expect(told(events)).toEqual([0, 1, 2, 3]);
  });

  it.each([
    ['a range before that is not ours', 0, 1],
    ['records that we have, otherwise', 1, 0],
  ])('is %s', (_title, oursUpTo, theirPage) => {
    const [ours, theirs] = twoLogs();
    const held = messagesOf(ours, 'json').slice(0, oursUpTo + 1);
    const other = messagesOf(theirs, 'json')[theirPage];
    const events = eventsOf([...held, other] as Uint8Array[]);
    expect(ofType(events, 'fork')).toMatchObject([{ atSize: 4 }]);
    expect(told(events)).toHaveLength(oursUpTo === 0 ? 4 : 6);
  });

  it('is noticed over a gap, by the subtrees that both logs share', () => {
    const [ours, theirs] = [logOf(readings(5)), logOf(readings(5, 1), readings(2), readings(1))];
    const events = eventsOf([messagesOf(ours, 'json')[0], messagesOf(theirs, 'json')[2]] as Uint8Array[]);
    expect(ofType(events, 'fork')).toMatchObject([{ atSize: 4 }]);
    expect(ofType(events, 'gap')).toEqual([]);
  });

  it('is noticed after a restart of the client', () => {
    const [ours, theirs] = twoLogs();
    const { stream } = streamOf();
    for (const payload of messagesOf(ours, 'json')) stream.take(payload);
    const state = stream.state() as StreamState;
    const events = eventsOf([messagesOf(theirs, 'json')[1]] as Uint8Array[], { state });
    expect(ofType(events, 'fork')).toMatchObject([{ atSize: 6 }]);
  });
});

describe('what is refused', () => {
  const jsonOf = (change: (message: Record<string, unknown>) => void) => {
    const [payload] = messagesOf(logOf(readings(2)), 'json');
    const message = JSON.parse(textOf(payload));
    change(message);
    return utf8(JSON.stringify(message));
  };
  const cborOf = (change: (message: Record<string, unknown>) => void) => {
    const [payload] = messagesOf(logOf(readings(2)), 'cbor');
    const message = decode(payload ?? utf8(''));
    change(message);
    return encode(message);
  };
  const deep = (open: number, count: number) => new Uint8Array(count).fill(open);
  const cases: readonly (readonly [string, () => Uint8Array, string])[] = [
    ['nothing', () => utf8(''), 'malformed'],
    ['more than 1 MiB', () => new Uint8Array(1024 * 1024 + 1), 'too-large'],
    ['JSON of a million brackets', () => deep(0x5b, 1024 * 1024), 'malformed'],
    ['CBOR of a million maps', () => deep(0xa1, 1024 * 1024), 'malformed'],
    [
      'a CBOR list that claims 2^32 items',
      () => Uint8Array.of(0xa1, 0x61, 0x61, 0x9a, 255, 255, 255, 255),
      'malformed',
    ],
    ['half a UTF-8 character', () => Uint8Array.of(0x7b, 0xc3), 'malformed'],
    ['another version', () => jsonOf((message) => Object.assign(message, { version: 2 })), 'other-version'],
    ['another name', () => jsonOf((message) => Object.assign(message, { gatewayName: 'x' })), 'other-name'],
    ['no records', () => jsonOf((message) => Object.assign(message, { records: [] })), 'root-mismatch'],
    [
      'ten thousand records',
      () => jsonOf((message) => Object.assign(message, { records: new Array(10_000).fill({}) })),
      'malformed',
    ],
    [
      'words that the leaf does not bear out',
      () => jsonOf(({ records }) => Object.assign((records as object[])[1] ?? {}, { value: 5_000 })),
      'words-differ',
    ],
    [
      'words that were left out',
      () => jsonOf(({ records }) => Object.assign((records as object[])[1] ?? {}, { quality: undefined })),
      'words-differ',
    ],
    [
      'a name of no record',
      () => cborOf(({ names }) => Object.assign(names as object, { ['00'.repeat(16)]: 'x' })),
      'words-differ',
    ],
    [
      'a signature over another time',
      () => cborOf(({ checkpoint }) => Object.assign(checkpoint as object, { timeMs: 5 })),
      'signature-invalid',
    ],
  ];
  it.each(cases)('%s, with a word and without an exception', (_title, payload, reason) => {
    const { events, stream } = streamOf();
    expect(() => stream.take(payload())).not.toThrow();
    expect(events).toMatchObject([{ type: 'refused', reason }]);
  });

  it('a message of another key, once the gateway is pinned or learnt', () => {
    const ours = logOf(readings(1));
    const theirs = openTestLog(new SoftwareSigner(new Uint8Array(32).fill(9)));
    theirs.writer.seal(requestOf(readings(1)));
    const [[first = utf8('')], [other = utf8('')]] = [messagesOf(ours, 'json'), messagesOf(theirs, 'json')];
    const learnt = eventsOf([first, other]);
    expect(learnt[0]).toEqual({ type: 'learnt', gateway: addressOf(ours) });
    expect(ofType(learnt, 'refused')).toMatchObject([{ reason: 'other-gateway' }]);
    expect(eventsOf([other], { gateway: addressOf(ours) })).toMatchObject([{ reason: 'other-gateway' }]);
  });

  it('whatever bytes come, as a value', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (payload) => {
        expect(eventsOf([payload]).map(({ type }) => type)).toEqual(['refused']);
      }),
    );
  });
});

it('a restart of the gateway is told before its first record', () => {
  const log = logOf([draftWith(), draftWith({ bootCount: 2 })]);
  const events = eventsOf(messagesOf(log, 'json'));
  expect(events.map(({ type }) => type)).toEqual(['learnt', 'record', 'restart', 'record', 'checkpoint']);
  expect(ofType(events, 'restart')).toEqual([{ type: 'restart', sequence: 1, bootCount: 2 }]);
});

describe('a stored state', () => {
  function stateOf() {
    const log = logOf(readings(5));
    const { stream } = streamOf();
    for (const payload of messagesOf(log, 'json')) stream.take(payload);
    return stream.state() as StreamState;
  }

  it.each([
    ['a range of another log', (state: StreamState) => ({ ...state, range: state.range.toReversed() })],
    ['another size', (state: StreamState) => ({ ...state, size: 6 })],
    ['another gateway', (state: StreamState) => ({ ...state, gateway: `0x${'11'.repeat(20)}` })],
    ['half a range', (state: StreamState) => ({ ...state, range: state.range.slice(1) })],
    ['no checkpoint', ({ checkpoint: _checkpoint, ...state }: StreamState) => state as StreamState],
    ['another boot count', (state: StreamState) => ({ ...state, bootCount: -1 })],
  ])('with %s is not taken back', (_title, change) => {
    const state = change(stateOf());
    expect(thrownBy(() => streamOf({ state }))).toMatchObject({ code: 'CLIENT_STATE' });
  });

  it('of another gateway than the pinned one is not taken back', () => {
    const gateway = `0x${'22'.repeat(20)}`;
    expect(thrownBy(() => streamOf({ gateway, state: stateOf() }))).toMatchObject({ code: 'CLIENT_STATE' });
    expect(thrownBy(() => streamOf({ gateway: '0x12' }))).toMatchObject({ code: 'CLIENT_OPTION' });
  });
});
