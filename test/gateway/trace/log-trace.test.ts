// What a trace takes from the log: only what is about the subject, in order, and what it cannot know it says.
import { describe, expect, test } from 'vitest';
import { ledgerEntries } from '../../../gateway/trace/ledger-trace.js';
import { LogTrace } from '../../../gateway/trace/log-trace.js';
import { inOrder, traceLines } from '../../../gateway/trace/trace-entry.js';
import { isSubject, subjectText, traceSubjectOf } from '../../../gateway/trace/trace-subject.js';
import type { LotEvent } from '../../../ledger-sync/serials/lot-events.js';
import { epcOf } from '../authenticity/tag-bench.js';
import {
  drive,
  epcisConfig,
  excursion,
  gateway,
  type LogLine,
  logOf,
  order,
  shipmentId,
  step,
} from '../epcis/log-of-a-drive.js';

const subjectOf = (text: string) => {
  const subject = traceSubjectOf(text, 2026);
  if ('reason' in subject) throw new Error(subject.reason);
  return subject;
};

function traceOf(id: string, lines: readonly LogLine[]) {
  const trace = new LogTrace(subjectOf(id), gateway, epcisConfig());
  for (const record of logOf(lines)) trace.take(record);
  const entries = inOrder(trace.finish());
  return { entries, nameless: trace.nameless, agreements: trace.agreements };
}

const sighting = (minute: number, name: string | undefined, reader = 'dock', shipment?: string): LogLine => ({
  ...{ kind: 'tagSighting', minute, shipment, detail: { type: 'tag-sighting', reader } },
  ...(name === undefined ? {} : { name }),
});

describe('a subject', () => {
  test.each([
    ['095211410000000014', '(00)095211410000000014'],
    ['(00)095211410000000014', '(00)095211410000000014'],
    [epcOf(1001), '(01)09521234543213(21)1001'],
    [epcOf(1001).toUpperCase(), '(01)09521234543213(21)1001'],
    ['(01)09521234543213(21)AB-1(17)291231(10)LOT7', '(01)09521234543213(21)AB-1'],
    ['https://id.gs1.org/01/09521234543213/10/LOT7', '(01)09521234543213(10)LOT7'],
  ])('%s is %s', (text, is) => {
    expect(subjectText(subjectOf(text))).toBe(is);
  });

  test.each(['', 'hello', '(01)09521234543213', '(01)09521234543214(21)1', '30ff'])('%j is none', (text) => {
    expect(traceSubjectOf(text, 2026)).toHaveProperty('reason');
  });

  test('is found in an EPC, an SSCC and the name of a verification', () => {
    const pack = subjectOf('(01)09521234543213(21)1001');
    expect(
      [epcOf(1001), epcOf(1002), '(01)09521234543213(21)1001'].map((tag) => isSubject(tag, pack)),
    ).toEqual([...[true, false, true]]);
  });
});

test('reads that follow each other are one stay of one reader', () => {
  const { entries } = traceOf(epcOf(1001), [
    sighting(0, epcOf(1001)),
    sighting(10, epcOf(1001)),
    sighting(11, epcOf(1002)),
    sighting(20, epcOf(1001)),
    sighting(30, epcOf(1001), 'gate'),
    sighting(200, epcOf(1001), 'gate'),
  ]);
  expect(entries.map(({ words }) => words)).toEqual([
    expect.stringMatching(/^read by dock, 3 records until /),
    'read by gate',
    'read by gate',
  ]);
});

test('a pallet has the steps and excursions of its shipment, from before it was read first', () => {
  const { entries } = traceOf('095211410000000014', [...drive(), sighting(9_000, '095211410000000014')]);
  const whats = entries.map(({ what }) => what);
  expect(whats).toEqual(
    expect.arrayContaining(['shipment-created', 'shipment-armed', 'shipment-released', 'excursion']),
  );
  expect(entries.find(({ what }) => what === 'shipment-created')?.words).toContain(
    'Example Pharma, Basel -> Cool Haulage',
  );
  expect(entries.filter(({ source }) => source === 'epcis').map(({ what }) => what)).toEqual(
    expect.arrayContaining(['loading', 'departing', 'arriving', 'unloading']),
  );
  expect(entries).toEqual([...entries].sort((a, b) => a.atMs - b.atMs));
});

const handover = { agreement: `0x${'5a'.repeat(32)}`, step: 0, from: '0xaa', to: '0xbb' };
const handedOver = step(4, 'handed-over', 'armed', { chainId: 31337, contract: '0xcc', handover });

test('a handover is told with both sides, and where the ledger has it', () => {
  const loaded = { ...order, tags: [], loadUnits: ['095211410000000014'] };
  const lines = [step(0, 'created', 'draft', { order: loaded }), handedOver];
  const { entries, agreements } = traceOf('095211410000000014', lines);
  expect(entries.map(({ words }) => words)).toContain(
    'goods handed over, both have signed: 0xaa to 0xbb (0)',
  );
  expect(agreements).toEqual([
    { id: handover.agreement, chainId: 31337, contract: '0xcc', shipment: shipmentId },
  ]);
  expect(traceOf('095211410000000038', lines).agreements).toEqual([]);
});

test('a load unit has what comparisons with the order said of it, and of no other', () => {
  const lists = { missing: ['095211410000000021'], notLoaded: ['095211410000000014'], notUnloaded: [] };
  const compared: LogLine = {
    ...{ kind: 'shipmentEvent', minute: 5, name: shipmentId, shipment: shipmentId },
    detail: { type: 'inventory', case: 'inventory-1', event: 'differs', compared: 'departure', ...lists },
  };
  expect(traceOf('095211410000000014', [compared]).entries).toMatchObject([
    { what: 'inventory', words: 'compared with the order at departure: not seen at loading, but elsewhere' },
  ]);
  expect(traceOf('095211410000000038', [compared]).entries).toEqual([]);
});

test('another shipment is none of its business', () => {
  const other = { ...order, tags: ['095211410000000021'] };
  const lines = [step(0, 'created', 'draft', { order: other }), excursion(5, 'opened')];
  expect(traceOf('095211410000000014', lines).entries).toEqual([]);
  const lot = { ...order, products: [{ gtin: '09521234543213', lot: 'LOT7' }] };
  const ofLot = traceOf('(01)09521234543213(10)LOT7', [
    step(0, 'created', 'draft', { order: lot }),
    excursion(5, 'opened'),
  ]);
  expect(ofLot.entries.map(({ what }) => what)).toEqual(
    expect.arrayContaining(['shipment-created', 'excursion']),
  );
  expect(ofLot.entries.every(({ shipment }) => shipment === shipmentId)).toBe(true);
});

test('records whose names were erased are counted, not guessed', () => {
  const { entries, nameless } = traceOf(epcOf(1001), [sighting(0, undefined), sighting(1, epcOf(1001))]);
  expect([entries.length, nameless]).toEqual([1, 1]);
});

describe('events of the ledger', () => {
  const event = (name: LotEvent['name'], values: Record<string, string>): LotEvent => ({
    ...{ name, values, blockNumber: 1, atMs: 0, transactionHash: '0x00' },
  });
  const reason = `0x${Buffer.from('sterility').toString('hex').padEnd(64, '0')}`;
  const events = [
    event('Commissioned', { size: '300', maker: '0xaa' }),
    event('Recalled', { by: '0xaa', reason }),
    event('Dispensed', { index: '257', pharmacy: '0xbb', place: '0x01' }),
    event('Dispensed', { index: '1', pharmacy: '0xbb', place: '0x01' }),
    event('DuplicateSerial', {
      index: '257',
      pharmacy: '0xcc',
      place: `0x${'02'.repeat(32)}`,
      firstPlace: '0x01',
    }),
    event('Decommissioned', { word: '1', packs: '2' }),
    event('Decommissioned', { word: '0', packs: '2' }),
  ];

  test('of a pack are those of its lot and its own', () => {
    const ofPack = ledgerEntries(events, 257).map(({ what }) => what);
    expect(ofPack).toEqual(['commissioned', 'recalled', 'dispensed', 'duplicate', 'decommissioned']);
    expect(ledgerEntries(events, 2).map(({ what }) => what)).toEqual(['commissioned', 'recalled']);
    expect(ledgerEntries(events, undefined)).toHaveLength(events.length);
    expect(ledgerEntries(events, 257)[1]?.words).toContain('CALLED BACK by 0xaa: sterility');
  });
});

test('what is not known ends the text', () => {
  expect(traceLines({ subject: 'X', entries: [], notKnown: ['the rest'] })).toEqual([
    ...['X', 'Nothing is known of it here.', 'Not known: the rest'],
  ]);
});
