// What a subscriber can prove with nothing but the message, in both encodings.

import { decode } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeLogMessage } from '../../../gateway/publish/log-message.js';
import { type LogPage, LogPager } from '../../../gateway/publish/log-page.js';
import { verifyCheckpoint } from '../../../ledger-sync/evidence/checkpoint.js';
import { CompactRange } from '../../../ledger-sync/evidence/compact-range.js';
import { leafHash } from '../../../ledger-sync/evidence/merkle.js';
import { readableOf } from '../../../ledger-sync/evidence/readable.js';
import { decodeRecord, recordKinds } from '../../../ledger-sync/evidence/record.js';
import { anyDraft, draftWith, readings, requestOf } from '../drafts.js';
import { hex } from '../hex.js';
import { openTestLog } from '../test-log.js';

/** What a subscriber has in its hands, whatever the encoding. */
interface Received {
  readonly gateway: Uint8Array;
  readonly firstSequence: number;
  readonly leaves: readonly Uint8Array[];
  readonly rangeBefore: readonly Uint8Array[];
  readonly checkpoint: {
    readonly size: number;
    readonly root: Uint8Array;
    readonly timeMs: number;
    readonly signature: Uint8Array;
  };
}

interface JsonMessage {
  readonly version: number;
  readonly gateway: string;
  readonly gatewayName: string;
  readonly firstSequence: number;
  readonly records: readonly { readonly leaf: string; readonly [field: string]: unknown }[];
  readonly rangeBefore: readonly string[];
  readonly checkpoint: { size: number; root: string; timeMs: number; signature: string };
}

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text.replace(/^0x/, ''), 'hex'));

function receivedJson(message: Buffer): Received {
  const json: JsonMessage = JSON.parse(message.toString('utf8'));
  const { size, timeMs, root, signature } = json.checkpoint;
  return {
    gateway: bytesOf(json.gateway),
    firstSequence: json.firstSequence,
    leaves: json.records.map(({ leaf }) => new Uint8Array(Buffer.from(leaf, 'base64url'))),
    rangeBefore: json.rangeBefore.map(bytesOf),
    checkpoint: { size, timeMs, root: bytesOf(root), signature: bytesOf(signature) },
  };
}

const receivedCbor = (message: Buffer): Received => decode(message);

/** All that a stranger does: append, compare the root, check one signature. */
function isProven({ gateway, firstSequence, leaves, rangeBefore, checkpoint }: Received): boolean {
  const range = CompactRange.of(firstSequence, rangeBefore);
  for (const leaf of leaves) range.append(leafHash(leaf));
  const isSameRoot = hex(range.root()) === hex(checkpoint.root) && range.size === checkpoint.size;
  return isSameRoot && verifyCheckpoint({ gateway, ...checkpoint });
}

function pageAfter(first: number) {
  const log = openTestLog();
  if (first > 0) log.writer.seal(requestOf(readings(first)));
  log.writer.seal(
    requestOf([
      draftWith({ value: -18_250 }),
      draftWith({ kind: recordKinds.humidity, subjectName: 'ä "x"', value: 45_500, quality: 4 }),
      draftWith({
        kind: recordKinds.deviceCondition,
        subjectName: 'reader',
        detail: { type: 'x' },
        value: 0,
      }),
    ]),
  );
  const page = new LogPager(log.reader, first).next();
  if (!page) throw new Error('no page');
  return { log, page, nameOf: (subject: Uint8Array) => log.reader.subjectName(subject)?.name };
}

const encodings = [
  ['json', receivedJson],
  ['cbor', receivedCbor],
] as const;

describe.each(encodings)('a log message in %s', (encoding, received) => {
  it.each([0, 1, 300])('proves its records by itself, after %i others', (first) => {
    const { log, page, nameOf } = pageAfter(first);
    const message = received(encodeLogMessage(encoding, { gatewayName: 'truck-17', page, nameOf }));
    expect(isProven(message)).toBe(true);
    expect(hex(message.gateway)).toBe(hex(log.signer.address));
    expect(message.leaves.map((leaf) => decodeRecord(leaf).sequence)).toEqual([first, first + 1, first + 2]);
  });

  it('proves nothing once a byte of it changed', () => {
    const { page, nameOf } = pageAfter(5);
    const message = received(encodeLogMessage(encoding, { gatewayName: 'truck-17', page, nameOf }));
    const changed = (bytes: Uint8Array) =>
      bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte));
    const { checkpoint, leaves, rangeBefore } = message;
    const forgeries: readonly Received[] = [
      { ...message, leaves: leaves.map((leaf, at) => (at === 1 ? changed(leaf) : leaf)) },
      { ...message, leaves: leaves.slice(0, 2) },
      { ...message, leaves: leaves.toReversed() },
      { ...message, rangeBefore: rangeBefore.map(changed) },
      { ...message, gateway: changed(message.gateway) },
      { ...message, checkpoint: { ...checkpoint, timeMs: checkpoint.timeMs + 1 } },
      { ...message, checkpoint: { ...checkpoint, signature: changed(checkpoint.signature) } },
    ];
    expect(forgeries.map(isProven)).toEqual(forgeries.map(() => false));
  });

  it('can be encoded when names were erased', () => {
    const { page } = pageAfter(0);
    expect(
      isProven(
        received(encodeLogMessage(encoding, { gatewayName: 'truck-17', page, nameOf: () => undefined })),
      ),
    ).toBe(true);
  });
});

describe('the readable part', () => {
  function jsonOf(page: LogPage, nameOf: (subject: Uint8Array) => string | undefined): JsonMessage {
    return JSON.parse(encodeLogMessage('json', { gatewayName: 'truck-17', page, nameOf }).toString('utf8'));
  }

  it('says in words what the leaves hold', () => {
    const { page, nameOf } = pageAfter(0);
    const message = jsonOf(page, nameOf);
    expect(message).toMatchObject({ version: 1, gatewayName: 'truck-17', firstSequence: 0 });
    expect(message.records.map(({ leaf: _leaf, subject: _subject, ...words }) => words)).toEqual([
      {
        sequence: 0,
        observedAt: '2023-11-14T22:13:20.000Z',
        kind: 'temperature',
        name: 'cargo-front',
        value: -18_250,
        unit: 'milliC',
        quality: 'good',
      },
      {
        sequence: 1,
        observedAt: '2023-11-14T22:13:20.000Z',
        kind: 'humidity',
        name: 'ä "x"',
        value: 45_500,
        unit: 'milliPercent',
        quality: 'probe-open',
      },
      {
        sequence: 2,
        observedAt: '2023-11-14T22:13:20.000Z',
        kind: 'deviceCondition',
        name: 'reader',
        value: 0,
        quality: 'good',
      },
    ]);
    for (const { leaf, subject } of message.records) {
      expect(subject).toBe(hex(decodeRecord(new Uint8Array(Buffer.from(leaf, 'base64url'))).subject));
    }
  });

  it('names kinds and qualities that are newer than this program by their number', () => {
    const log = openTestLog();
    log.writer.seal(requestOf([draftWith({ kind: 999, quality: 77 })]));
    const page = new LogPager(log.reader, 0).next();
    expect(page && jsonOf(page, () => undefined).records).toMatchObject([
      { kind: 'kind-999', quality: 'quality-77' },
    ]);
  });

  it('is to the byte what the record in words makes, for any record', () => {
    fc.assert(
      fc.property(fc.array(anyDraft, { minLength: 1, maxLength: 30 }), (drafts) => {
        const log = openTestLog();
        log.writer.seal(requestOf(drafts));
        const page = new LogPager(log.reader, 0).next();
        if (!page) throw new Error('no page');
        const nameOf = (subject: Uint8Array) => log.reader.nameOf(subject);
        const text = encodeLogMessage('json', { gatewayName: 'truck-17', page, nameOf }).toString('utf8');
        for (const leaf of page.leaves) {
          const record = decodeRecord(leaf);
          const words = readableOf(record, nameOf(record.subject));
          expect(text).toContain(JSON.stringify({ ...words, leaf: Buffer.from(leaf).toString('base64url') }));
        }
      }),
      { numRuns: 20 },
    );
  });

  it('in CBOR gives each name once, under the hex of its subject', () => {
    const { page, nameOf } = pageAfter(0);
    const message: { names: Record<string, string>; gatewayName: string } = decode(
      encodeLogMessage('cbor', { gatewayName: 'truck-17', page, nameOf }),
    );
    expect(message.gatewayName).toBe('truck-17');
    expect(message.names).toEqual(
      Object.fromEntries(page.leaves.map(decodeRecord).map(({ subject }) => [hex(subject), nameOf(subject)])),
    );
  });
});
