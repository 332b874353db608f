// Everything that an edge node does in its life, recorded once: births behind a primary host, data, history, faults, a lost
// sensor, rebirths, more than 256 messages, a host that goes offline, a broken connection, and the end.

import { vi } from 'vitest';
import { qualityCodes, recordKinds } from '../../../ledger-sync/evidence/record.js';
import { commandOf, commandTopic, startNode, stateOf, stateTopic } from './edge-bench.js';
import { detailOf, nameOf, TestLog } from './edge-records.js';
import { type Event, ofType, RecordingServer } from './recording-server.js';

/** Only ends a test that would hang. */
const WAIT = { timeout: 20_000 };

export interface Recording {
  readonly events: readonly Event[];
  /** Numbers of events at which something from outside happened. */
  readonly marks: Readonly<
    Record<'online' | 'rebirth' | 'staleOffline' | 'offline' | 'cut' | 'close', number>
  >;
  readonly refused: readonly string[];
  readonly saved: readonly number[];
}

export async function recordSession(): Promise<Recording> {
  const events: Event[] = [];
  const one = new RecordingServer('one', events);
  const two = new RecordingServer('two', events);
  await Promise.all([one.open(), two.open()]);
  await one.say('spBv1.0/STATE/somebody-else', stateOf(true, 1), true);
  await two.say(stateTopic, stateOf(true, 5_000), true);
  let shipments = ['SHIP-0001'];
  const { node, store, refused } = startNode([one, two], {
    primaryHostId: 'scada',
    shipments: () => shipments,
  });
  const count = (...types: string[]) => ofType(events, ...types).length;
  const reaches = (number: number, ...types: string[]) =>
    vi.waitFor(() => {
      if (count(...types) < number) throw new Error(`${types}: ${count(...types)} of ${number}`);
    }, WAIT);
  await vi.waitFor(() => {
    if (events.filter(({ what }) => what === 'subscribe').length < 2) throw new Error('not subscribed');
  }, WAIT);
  await one.say(stateTopic, stateOf(false, 4_000), true);
  await one.say(stateTopic, stateOf(true, 3_999));
  await one.say(stateTopic, JSON.stringify({ online: 'true', timestamp: 9_000 }));
  // Once it has answered this, it has seen all of that.
  await one.say(commandTopic, commandOf('Node Control/Reboot'));
  await vi.waitFor(() => {
    if (refused.length < 1) throw new Error('not refused');
  }, WAIT);
  const online = events.length;
  await one.say(stateTopic, stateOf(true, 5_000), true);
  await reaches(2, 'DBIRTH');

  const log = new TestLog();
  const take = (...records: ReturnType<TestLog['temperature']>[]) => {
    if (!node.take(records, nameOf, { detailOf })) throw new Error('not told');
  };
  take(log.temperature('cargo-front', 4_321), log.record('rear-door', recordKinds.door, 1));
  take(log.temperature('cargo-front', 4_321));
  take(log.record('cargo-front', recordKinds.humidity, 45_500));
  take(log.temperature('cargo-front', 9_000), log.excursion('cargo-front', 'opened', 'x-1'));
  take(log.temperature('cargo-front', 0, { quality: qualityCodes['probe-open'] }));
  take(log.temperature('cargo-front', 4_100, { quality: qualityCodes.stale }));
  take(log.temperature('cargo-front', 4_100));
  node.take([log.temperature('cargo-front', 5_000), log.temperature('cargo-front', 5_100)], nameOf, {
    isHistorical: true,
  });
  await reaches(8, 'DDATA');

  shipments = ['SHIP-0001', 'SHIP-0002'];
  take(log.record('position', recordKinds.position, 0));
  shipments = ['SHIP-0001', 'SHIP-0003'];
  take(log.record('position', recordKinds.position, 0));
  await reaches(2, 'NDATA');

  const rebirth = events.length;
  await one.say(commandTopic, commandOf('Node Control/Rebirth'));
  await reaches(2, 'NBIRTH');
  await reaches(4, 'DBIRTH');
  await one.say(commandTopic, Uint8Array.of(0xff));
  await one.say(commandTopic, commandOf('Node Control/Reboot'));
  await one.say('spBv1.0/cold-chain/DCMD/truck-17/cargo-front', commandOf('temperature'));
  await vi.waitFor(() => {
    if (refused.length < 3) throw new Error('not refused');
  }, WAIT);

  take(log.condition('rear-door', 'probe-unreachable'));
  take(log.temperature('cargo-front', 4_200));
  take(log.record('rear-door', recordKinds.door, 0));
  await reaches(6, 'DBIRTH');

  const staleOffline = events.length;
  await one.say(stateTopic, stateOf(false, 4_999));
  for (let at = 0; at < 300; at += 1) take(log.temperature('cargo-front', 5_000 + at));
  await reaches(309, 'DDATA');

  const offline = events.length;
  await one.say(stateTopic, stateOf(false, 6_000), true);
  await reaches(4, 'NBIRTH');
  await reaches(8, 'DBIRTH');
  take(log.temperature('cargo-front', 3_000));

  await reaches(310, 'DDATA');
  const cut = events.length;
  await one.say(stateTopic, stateOf(true, 7_000), true);
  two.cut();
  await reaches(5, 'NBIRTH');
  await reaches(10, 'DBIRTH');
  take(log.temperature('cargo-front', 3_100));
  await reaches(311, 'DDATA');

  const close = events.length;
  await node.close();
  await reaches(3, 'NDEATH');
  await Promise.all([one.close(), two.close()]);
  return {
    events,
    refused,
    saved: store.saved,
    marks: { online, rebirth, staleOffline, offline, cut, close },
  };
}
