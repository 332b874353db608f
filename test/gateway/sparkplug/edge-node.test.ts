// The edge node on real connections: a new will with each, numbers that outlive the program, servers in turn.

import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { commandOf, commandTopic, MemoryStore, openNode, stateOf, stateTopic } from './edge-bench.js';
import { detailOf, nameOf, TestLog } from './edge-records.js';
import { connectsOf, type Event, ofType, RecordingServer } from './recording-server.js';

/** Only ends a test that would hang. */
const WAIT = { timeout: 20_000 };

async function server(name = 'one', events: Event[] = []): Promise<RecordingServer> {
  const opened = new RecordingServer(name, events);
  await opened.open();
  onTestFinished(() => opened.close());
  return opened;
}

const births = (events: readonly Event[], count: number) =>
  vi.waitFor(() => expect(ofType(events, 'NBIRTH')).toHaveLength(count), WAIT);

const bdSeqOf = (metrics: readonly { name?: string; value?: { value: unknown } }[]) =>
  Number(metrics.find(({ name }) => name === 'bdSeq')?.value?.value);

const willNumbers = async (events: readonly Event[]) => {
  const { decodePayload } = await import('../../../gateway/sparkplug/payload-reader.js');
  return connectsOf(events).map(({ packet }) =>
    bdSeqOf(decodePayload(packet.will?.payload as Buffer).metrics),
  );
};

describe('the will of each connection', () => {
  it('is a new one after a connection broke, and the birth carries its number', async () => {
    const one = await server();
    openNode([one]);
    for (let at = 1; at <= 3; at += 1) {
      await births(one.events, at);
      if (at < 3) one.cut();
    }
    expect(await willNumbers(one.events)).toEqual([0, 1, 2]);
    expect(ofType(one.events, 'NBIRTH').map(({ payload }) => bdSeqOf(payload.metrics))).toEqual([0, 1, 2]);
    // The server told the wills of the two that broke.
    expect(ofType(one.events, 'NDEATH').map(({ payload }) => bdSeqOf(payload.metrics))).toEqual([0, 1]);
  });

  it('has its number stored before the CONNECT packet, and 255 is followed by 0 over a restart', async () => {
    const one = await server();
    const store = new MemoryStore();
    store.next = 255;
    const before = openNode([one], {}, store);
    await births(one.events, 1);
    expect(store.saved).toEqual([0]);
    await before.node.close();
    openNode([one], {}, store);
    await births(one.events, 2);
    expect(await willNumbers(one.events)).toEqual([255, 0]);
    expect(store.saved).toEqual([0, 1]);
  });

  it('is not connected with while its number cannot be stored', async () => {
    const one = await server();
    const store = new MemoryStore();
    let isFull = true;
    vi.spyOn(store, 'save').mockImplementation((next) => {
      if (isFull) throw new Error('no space left');
      store.next = next;
    });
    const { sessions } = openNode([one], {}, store);
    await vi.waitFor(() => expect(sessions).toContain(false), WAIT);
    expect(connectsOf(one.events)).toEqual([]);
    isFull = false;
    await births(one.events, 1);
    expect(await willNumbers(one.events)).toEqual([0]);
  });

  it('keeps its number while no server answers: no CONNECT packet has carried it', async () => {
    const absent = new RecordingServer('absent');
    await absent.open();
    await absent.close();
    const store = new MemoryStore();
    const one = await server();
    const { sessions } = openNode([absent, one], {}, store);
    await births(one.events, 1);
    expect(sessions).toEqual([false, true]);
    expect(await willNumbers(one.events)).toEqual([0]);
    expect(store.saved).toEqual([1]);
  });
});

it('a server behind TLS is reached as any other', async () => {
  const pem = (name: string) => readFileSync(new URL(`../../vectors/tls/${name}`, import.meta.url));
  const one = new RecordingServer('one', [], { cert: pem('server-a.pem'), key: pem('server-a.key') });
  await one.open();
  onTestFinished(() => one.close());
  const link = { clientId: 'coldgate-truck-17-sparkplug', secrets: () => ({ ca: pem('ca.pem') }) };
  openNode([one], { link });
  await births(one.events, 1);
  expect(await willNumbers(one.events)).toEqual([0]);
});

describe('the primary host', () => {
  it('is waited for; a word of its past or of another host changes nothing', async () => {
    const one = await server();
    const { node } = openNode([one], { primaryHostId: 'scada' });
    await vi.waitFor(
      () => expect(one.events.filter(({ what }) => what === 'subscribe')).toHaveLength(2),
      WAIT,
    );
    await one.say(stateTopic, stateOf(false, 100));
    await one.say(stateTopic, stateOf(true, 99));
    await one.say(stateTopic, '{"online":true}');
    await one.say(stateTopic, 'ONLINE');
    await one.say('spBv1.0/STATE/other', stateOf(true, 200));
    expect(node.take([new TestLog().temperature('cargo-front', 1)], nameOf)).toBe(false);
    expect(ofType(one.events, 'NBIRTH')).toEqual([]);
    await one.say(stateTopic, stateOf(true, 100));
    await births(one.events, 1);
  });

  it('that goes offline ends the session, and the only server is waited on again', async () => {
    const one = await server();
    await one.say(stateTopic, stateOf(true, 100), true);
    openNode([one], { primaryHostId: 'scada' });
    await births(one.events, 1);
    await one.say(stateTopic, stateOf(false, 101), true);
    await vi.waitFor(() => expect(connectsOf(one.events)).toHaveLength(2), WAIT);
    // One death, by its own word: the server had no will to tell.
    expect(ofType(one.events, 'NDEATH')).toHaveLength(1);
    await one.say(stateTopic, stateOf(true, 102), true);
    await births(one.events, 2);
  });
});

describe('records', () => {
  it('that were refused come again as history and do not turn back what is current', async () => {
    const one = await server();
    const log = new TestLog();
    const { node } = openNode([one]);
    const early = [log.temperature('cargo-front', 4_000), log.temperature('cargo-front', 5_000)];
    expect(node.take(early, nameOf)).toBe(false);
    await births(one.events, 1);
    await vi.waitFor(() => expect(ofType(one.events, 'DBIRTH')).toHaveLength(2), WAIT);
    expect(node.take([...early, log.temperature('cargo-front', 6_000)], nameOf)).toBe(true);
    await vi.waitFor(() => expect(ofType(one.events, 'DDATA')).toHaveLength(2), WAIT);
    const birth = ofType(one.events, 'DBIRTH')[0]?.payload.metrics.find(
      ({ name }) => name === 'temperatureMilliC',
    );
    expect(birth?.value?.value).toBe(5_000);
    const told = ofType(one.events, 'DDATA').map(({ payload }) =>
      payload.metrics
        .filter(({ alias }) => alias === birth?.alias)
        .map(({ isHistorical = false, value }) => [isHistorical, value?.value]),
    );
    expect(told).toEqual([
      [
        [true, 4_000],
        [true, 5_000],
      ],
      [[false, 6_000]],
    ]);
  });

  it('of a sensor that nobody named make new births, which say what it measures', async () => {
    const one = await server();
    const log = new TestLog();
    const { node } = openNode([one]);
    await births(one.events, 1);
    expect(node.take([log.temperature('cargo-rear', 2_500)], nameOf)).toBe(true);
    await births(one.events, 2);
    await vi.waitFor(() => expect(ofType(one.events, 'DBIRTH')).toHaveLength(5), WAIT);
    const birth = ofType(one.events, 'DBIRTH').at(-1);
    expect(birth?.device).toBe('cargo-rear');
    expect(birth?.payload.metrics.find(({ name }) => name === 'temperature')?.value?.value).toBe(2.5);
    expect(birth?.payload.metrics.find(({ name }) => name === 'temperatureSequence')?.value?.value).toBe(0n);
    expect(ofType(one.events, 'DDATA')).toEqual([]);
  });

  it('whose sensor has no name, or one that no topic can carry, are not told', async () => {
    const one = await server();
    const log = new TestLog();
    const { node } = openNode([one]);
    await births(one.events, 1);
    expect(node.take([log.temperature('a/b', 1), log.temperature('+', 1)], nameOf)).toBe(true);
    expect(node.take([log.temperature('cargo-front', 7_000)], () => undefined)).toBe(true);
    expect(node.take([log.temperature('cargo-front', 8_000)], nameOf)).toBe(true);
    await vi.waitFor(() => expect(ofType(one.events, 'DDATA')).toHaveLength(1), WAIT);
    expect(ofType(one.events, 'NBIRTH')).toHaveLength(1);
  });

  it('of excursions say whether one is open, which, and in which record', async () => {
    const one = await server();
    const log = new TestLog();
    const { node } = openNode([one]);
    await vi.waitFor(() => expect(ofType(one.events, 'DBIRTH')).toHaveLength(2), WAIT);
    const names = new Map(
      ofType(one.events, 'DBIRTH').flatMap(({ payload }) =>
        payload.metrics.map(({ alias, name }) => [alias, name]),
      ),
    );
    node.take([log.excursion('cargo-front', 'opened', 'x-1')], nameOf, { detailOf });
    node.take([log.excursion('cargo-front', 'opened', 'x-2')], nameOf, { detailOf });
    node.take([log.excursion('cargo-front', 'closed', 'x-1')], nameOf, { detailOf });
    node.take([log.excursion('cargo-front', 'withdrawn', 'x-2')], nameOf, { detailOf });
    await vi.waitFor(() => expect(ofType(one.events, 'DDATA')).toHaveLength(4), WAIT);
    const told = ofType(one.events, 'DDATA').map(({ payload }) =>
      Object.fromEntries(payload.metrics.map(({ alias, value }) => [names.get(alias), value?.value])),
    );
    expect(told[0]).toEqual({
      'excursion/sequence': 0n,
      'excursion/active': true,
      'excursion/event': 'opened',
      'excursion/id': 'x-1',
      'excursion/severity': 'critical',
      'excursion/extremeMilliC': 9_100,
    });
    expect(told.slice(1)).toEqual([
      { 'excursion/sequence': 1n, 'excursion/id': 'x-2' },
      { 'excursion/sequence': 2n, 'excursion/event': 'closed', 'excursion/id': 'x-1' },
      {
        'excursion/sequence': 3n,
        'excursion/active': false,
        'excursion/event': 'withdrawn',
        'excursion/id': 'x-2',
      },
    ]);
  });
});

describe('a link that takes less than is told', () => {
  /** About 50 kB. */
  const page = (log: TestLog) =>
    Array.from({ length: 5 }, () =>
      log.excursion('cargo-front', 'opened', `${log.sequence}-`.padEnd(10_000, 'x')),
    );

  it('lets history wait, and takes it up again', async () => {
    const one = await server();
    const log = new TestLog();
    const { node } = openNode([one]);
    await births(one.events, 1);
    const history = page(log);
    const take = () => node.take(history, nameOf, { detailOf, isHistorical: true });
    let rounds = 0;
    // Nobody reads meanwhile: the other end is in this very program.
    while (rounds < 2_000 && take()) rounds += 1;
    expect(rounds).toBeLessThan(2_000);
    await vi.waitFor(() => expect(take()).toBe(true), WAIT);
    await vi.waitFor(() => expect(ofType(one.events, 'DDATA').length).toBe(rounds + 1), WAIT);
    expect(connectsOf(one.events)).toHaveLength(1);
  });

  it('is broken before news fill the memory, and the births of the next say what is current', async () => {
    const one = await server();
    const log = new TestLog();
    const { node } = openNode([one]);
    await births(one.events, 1);
    let rounds = 0;
    while (rounds < 2_000 && node.take(page(log), nameOf, { detailOf })) rounds += 1;
    expect(rounds).toBeLessThan(2_000);
    await births(one.events, 2);
    await vi.waitFor(() => expect(ofType(one.events, 'DBIRTH')).toHaveLength(4), WAIT);
    const birth = ofType(one.events, 'DBIRTH').find(
      ({ payload }, at) => at > 1 && payload.metrics.length > 6,
    );
    const sequence = birth?.payload.metrics.find(({ name }) => name === 'excursion/sequence');
    expect(sequence?.value?.value).toBe(BigInt(log.sequence - 1));
  });
});

describe('commands', () => {
  it('that were retained are of the past and not obeyed', async () => {
    const one = await server();
    await one.say(commandTopic, commandOf('Node Control/Rebirth'), true);
    const { refused } = openNode([one]);
    await births(one.events, 1);
    await vi.waitFor(() => expect(refused).toEqual(['a retained command']), WAIT);
    expect(ofType(one.events, 'NBIRTH')).toHaveLength(1);
  });

  it('for rebirths in a storm make one more birth, after the pause', async () => {
    const one = await server();
    const log = new TestLog();
    const { node, sessions } = openNode([one], { rebirthMinIntervalMs: 300 });
    await births(one.events, 1);
    for (let at = 0; at < 20; at += 1) await one.say(commandTopic, commandOf('Node Control/Rebirth'));
    await vi.waitFor(() => expect(sessions).toEqual([true, false]), WAIT);
    // No data until the births are sent, and these say what is current.
    expect(node.take([log.record('rear-door', recordKinds.door, 1)], nameOf)).toBe(false);
    await births(one.events, 2);
    await vi.waitFor(() => expect(sessions).toEqual([true, false, true]), WAIT);
    await vi.waitFor(() => expect(ofType(one.events, 'DBIRTH')).toHaveLength(4), WAIT);
    expect(ofType(one.events, 'DDATA')).toEqual([]);
    expect(ofType(one.events, 'NBIRTH')).toHaveLength(2);
    const door = ofType(one.events, 'DBIRTH')
      .at(-1)
      ?.payload.metrics.find(({ name }) => name === 'door');
    expect(door?.value?.value).toBe(true);
  });
});

it('a name that no topic can carry is refused before anything is opened', async () => {
  const one = await server();
  expect(() => openNode([one], { groupId: 'a/b' })).toThrow('"a/b" cannot stand in a topic');
  onTestFinished(() => expect(connectsOf(one.events)).toEqual([]));
});
