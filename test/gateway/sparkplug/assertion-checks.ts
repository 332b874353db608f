// One check per assertion of Sparkplug 3.0 that an edge node can keep or break, over a recorded life of one. Assertions that
// say the same in several chapters share a check. A check that finds nothing to look at fails.

import { createRequire } from 'node:module';
import type * as Foreign from 'sparkplug-payload';
import { expect } from 'vitest';
import type { Metric } from '../../../gateway/sparkplug/payload.js';
import { decodePayload } from '../../../gateway/sparkplug/payload-reader.js';
import type { Recording } from './recorded-session.js';
import { connectsOf, ofType, type Sent, sentBy } from './recording-server.js';

type Check = (recording: Recording) => void;

const foreign = (createRequire(import.meta.url)('sparkplug-payload') as typeof Foreign).get('spBv1.0');
const births = ['NBIRTH', 'DBIRTH'] as const;
const data = ['NDATA', 'DDATA'] as const;
const sequenced = [...births, ...data, 'DDEATH'] as const;
const ofDevices = ['DBIRTH', 'DDATA', 'DDEATH'] as const;
const rebirthName = 'Node Control/Rebirth';

function some<Item>(items: readonly Item[]): readonly Item[] {
  expect(items.length).toBeGreaterThan(0);
  return items;
}

/** Of each message of these types. */
const each = (types: readonly string[], look: (sent: Sent) => void): Check => {
  return ({ events }) => {
    for (const type of types) some(ofType(events, type)).forEach(look);
  };
};

/** Of each metric in messages of these types. */
const eachMetric = (types: readonly string[], look: (metric: Metric, sent: Sent) => void): Check =>
  each(types, (sent) => {
    for (const metric of sent.payload.metrics) look(metric, sent);
  });

const sendsAs = (types: readonly string[], qos: number) =>
  each(types, (sent) => expect([sent.qos, sent.isRetained]).toEqual([qos, false]));

const topicIs = (type: string) =>
  each([type], ({ topic, device }) =>
    expect(topic).toBe(['spBv1.0/cold-chain', type, 'truck-17', ...(device ? [device] : [])].join('/')),
  );

const hasTimestamp = (...types: string[]) =>
  each(types, ({ payload, atMs }) => {
    const { timestampMs = 0 } = payload;
    expect(Number.isSafeInteger(timestampMs)).toBe(true);
    // Sent before it came, and in this test not long before.
    expect(atMs - timestampMs).toBeGreaterThanOrEqual(0);
    expect(atMs - timestampMs).toBeLessThan(60_000);
  });

/** From one message of a connection to the next: NBIRTH is 0, everything else one more than before. */
const counts: Check = ({ events }) => {
  let last = Number.NaN;
  for (const { type, payload } of some(sentBy(events).filter(({ type }) => type !== 'NDEATH'))) {
    expect(payload.seq).toBe(type === 'NBIRTH' ? 0 : (last + 1) % 256);
    last = payload.seq ?? Number.NaN;
  }
  expect(ofType(events, 'DDATA').filter(({ payload }) => payload.seq === 0).length).toBeGreaterThan(0);
};

const metricOf = ({ payload }: Sent, name: string) => payload.metrics.find((metric) => metric.name === name);
const bdSeqOf = (payload: { metrics: readonly Metric[] }) => {
  const metric = payload.metrics.find(({ name }) => name === 'bdSeq');
  return { dataType: metric?.dataType, value: metric?.value?.value };
};

const wills = ({ events }: Recording) =>
  some(connectsOf(events)).map(({ packet, server }) => {
    const { will } = packet;
    if (!will) throw new Error('a CONNECT packet without a will');
    return { server, will, payload: decodePayload(will.payload as Buffer) };
  });
const eachWill = (look: (will: ReturnType<typeof wills>[number], at: number) => void): Check => {
  return (recording) => wills(recording).forEach(look);
};

/** Births with the number of the connection that they belong to. */
const birthsMatchWills: Check = ({ events }) => {
  let will: number | bigint | unknown;
  let seen = 0;
  for (const event of events) {
    if (event.what === 'connect') will = bdSeqOf(decodePayload(event.packet.will?.payload as Buffer)).value;
    if (event.what !== 'publish' || event.type !== 'NBIRTH') continue;
    seen += 1;
    expect(bdSeqOf(event.payload)).toEqual({ dataType: 4, value: will });
  }
  expect(seen).toBeGreaterThan(2);
};

const rebirthMetric = (look: (metric: Metric | undefined) => void) =>
  each(['NBIRTH'], (sent) => look(metricOf(sent, rebirthName)));

/** Everything reported by alias stands in the births before it, of the same connection and device. */
const bornBefore = (dataType: string, birthType: string): Check => {
  return ({ events }) => {
    const known = new Map<string | undefined, Set<bigint | undefined>>();
    some(ofType(events, dataType));
    for (const event of events) {
      if (event.what === 'connect') known.clear();
      if (event.what !== 'publish') continue;
      const aliases = event.payload.metrics.map(({ alias }) => alias);
      if (event.type === birthType) known.set(event.device, new Set(aliases));
      if (event.type !== dataType) continue;
      expect(aliases.filter((alias) => alias === undefined || !known.get(event.device)?.has(alias))).toEqual(
        [],
      );
    }
  };
};

const valueOrNull = eachMetric(births, ({ value, isNull, name }) =>
  expect([name, value === undefined]).toEqual([name, isNull === true]),
);

/** What is told again differs from what was told, in value or in quality. */
const changedOnly = (dataType: string): Check => {
  return ({ events }) => {
    some(ofType(events, dataType));
    const told = new Map<bigint | undefined, string>();
    for (const { type, payload } of sentBy(events)) {
      for (const { alias, value, isNull, properties, isHistorical } of payload.metrics) {
        if (isHistorical) continue;
        const quality = properties?.[0]?.value?.value ?? 192;
        const now = `${isNull ? 'null' : String(value?.value)} ${quality}`;
        if (type === dataType) expect(now).not.toBe(told.get(alias));
        told.set(alias, now);
      }
    }
  };
};

const inOrderOfTime = (...types: string[]): Check =>
  each(types, ({ payload }) => {
    const times = payload.metrics
      .filter(({ isHistorical }) => !isHistorical)
      .map(({ timestampMs = Number.NaN }) => timestampMs);
    expect(times).toEqual([...times].sort((one, other) => one - other));
  });

/** After an NBIRTH come the births of its devices, then data until the next NBIRTH. */
const birthsThenData: Check = ({ events }) => {
  let hasData = true;
  for (const { type, server } of some(sentBy(events))) {
    if (type === 'NBIRTH') hasData = false;
    else if (type === 'DBIRTH') expect([server, hasData]).toEqual([server, false]);
    else hasData = true;
  }
};

/** Of each connection the first message is a birth of the node. */
const birthFirst: Check = ({ events }) => {
  const connects = connectsOf(events).map((connect) => events.indexOf(connect));
  const firsts = connects.map((start, at) => sentBy(events.slice(start, connects[at + 1]))[0]?.type);
  expect(firsts).toHaveLength(3);
  expect(new Set(firsts)).toEqual(new Set(['NBIRTH']));
};

const namesInOneCase = (names: (recording: Recording) => string[]): Check => {
  return (recording) => {
    const all = new Set(some(names(recording)));
    expect(new Set([...all].map((name) => name.toLowerCase())).size).toBe(all.size);
  };
};

const isProtobuf = (type: string) =>
  each([type], ({ bytes, payload }) => {
    const theirs = foreign?.decodePayload(bytes);
    expect(theirs?.metrics?.map(({ name }) => name)).toEqual(payload.metrics.map(({ name }) => name));
  });

const qualities = ({ events }: Recording) =>
  some(
    sentBy(events)
      .flatMap(({ payload }) => payload.metrics)
      .flatMap(({ properties = [] }) => properties)
      .filter(({ key }) => key === 'Quality'),
  );
const eachProperty = (look: (property: ReturnType<typeof qualities>[number]) => void): Check => {
  return (recording) => qualities(recording).forEach(look);
};

/** Subscriptions of a connection, before its first birth. */
const subscribedFirst = (topic: string): Check => {
  return ({ events }) => {
    let isSubscribed = false;
    for (const event of events) {
      if (event.what === 'connect') isSubscribed = false;
      if (event.what === 'subscribe' && event.topic === topic) isSubscribed = event.qos === 1;
      if (event.what === 'publish' && event.type === 'NBIRTH') expect(isSubscribed).toBe(true);
    }
    expect(isSubscribed).toBe(true);
  };
};

const typesFrom = ({ events }: Recording, mark: number, count: number) =>
  events
    .slice(mark)
    .slice(0, count)
    .map((event) => (event.what === 'publish' ? event.type : event.what));

const waitsForHost: Check = (recording) => {
  const { online } = recording.marks;
  // Offline, an old word and a wrong one are all that it had heard.
  expect(typesFrom(recording, 0, online)).toEqual(['connect', 'subscribe', 'subscribe']);
  expect(typesFrom(recording, online, 2)).toEqual(['NBIRTH', 'DBIRTH']);
  subscribedFirst('spBv1.0/STATE/scada')(recording);
};
const leavesForOffline: Check = (recording) => {
  const { events, marks } = recording;
  const [first, second, third] = typesFrom(recording, marks.offline, 3);
  expect([first, second, third]).toEqual(['NDEATH', 'gone', 'connect']);
  expect(events.slice(marks.offline, marks.offline + 3).map(({ server }) => server)).toEqual([
    'one',
    'one',
    'two',
  ]);
};
const staysForThePast: Check = (recording) => {
  const { marks } = recording;
  const types = typesFrom(recording, marks.staleOffline, marks.offline - marks.staleOffline);
  expect(new Set(some(types))).toEqual(new Set(['DDATA']));
};
const farewell: Check = (recording) => {
  expect(typesFrom(recording, recording.marks.close, 9).slice(0, 2)).toEqual(['NDEATH', 'gone']);
};
const oneServer: Check = ({ events }) => {
  let connected = 0;
  for (const { what } of events) {
    if (what === 'connect') connected += 1;
    if (what === 'gone') connected -= 1;
    expect(connected).toBeLessThanOrEqual(1);
  }
};
const rebornAtOnce: Check = (recording) => {
  expect(typesFrom(recording, recording.marks.rebirth, 3)).toEqual(['NBIRTH', 'DBIRTH', 'DBIRTH']);
};
const lostDeviceDies: Check = ({ events }) => {
  const [death] = some(ofType(events, 'DDEATH'));
  expect(death?.device).toBe('rear-door');
  const after = sentBy(events.slice(events.indexOf(death as Sent) + 1)).filter(
    ({ device }) => device === 'rear-door',
  );
  expect(after[0]?.type).toBe('DBIRTH');
};
const namesAreTopics: Check = ({ events }) => {
  for (const { topic, device } of some(sentBy(events))) {
    const parts = topic.split('/');
    expect(parts).toHaveLength(device === undefined ? 4 : 5);
    for (const part of parts) expect(part).toMatch(/^[^+/#\p{Cc}]+$/u);
    expect(Buffer.from(topic, 'utf8').toString('utf8')).toBe(topic);
  }
};
const deviceInTopic = (types: readonly string[], isThere: boolean) =>
  each(types, ({ device }) => expect(device !== undefined).toBe(isThere));
const utc = ({ timestampMs = 0 }: { timestampMs?: number }) =>
  expect(timestampMs).toBeGreaterThan(1_600_000_000_000);
const isCleanSession: Check = ({ events }) => {
  for (const { packet } of some(connectsOf(events))) {
    expect([packet.protocolVersion as number, packet.clean]).toEqual([4, true]);
  }
};
const numbersAreSuccessive = (recording: Recording) => {
  expect(wills(recording).map(({ payload }) => bdSeqOf(payload))).toEqual(
    wills(recording).map((_will, at) => ({ dataType: 4, value: BigInt(at) })),
  );
  // Stored before each connection: the number of the next.
  expect(recording.saved).toEqual(wills(recording).map((_will, at) => at + 1));
};

export const assertionChecks: Readonly<Record<string, Check>> = table([
  [
    [
      'intro-group-id-string',
      'intro-group-id-chars',
      'intro-edge-node-id-string',
      'intro-edge-node-id-chars',
    ],
    namesAreTopics,
  ],
  [['intro-device-id-string', 'intro-device-id-chars', 'topic-structure'], namesAreTopics],
  [
    ['topic-structure-namespace-valid-group-id', 'topic-structure-namespace-valid-edge-node-id'],
    namesAreTopics,
  ],
  [['topic-structure-namespace-valid-device-id'], namesAreTopics],
  [
    ['topic-structure-namespace-a'],
    ({ events }) => {
      for (const { topic } of some(sentBy(events))) expect(topic.startsWith('spBv1.0/')).toBe(true);
    },
  ],
  [['topic-structure-namespace-device-id-associated-message-types'], deviceInTopic(ofDevices, true)],
  [
    ['topic-structure-namespace-device-id-non-associated-message-types'],
    deviceInTopic(['NBIRTH', 'NDATA', 'NDEATH'], false),
  ],
  [
    ['topic-structure-namespace-unique-device-id'],
    ({ events }) => {
      const rebirth = ofType(events, 'NBIRTH')[1];
      const after = sentBy(events.slice(events.indexOf(rebirth as Sent) + 1)).slice(0, 2);
      expect(after.map(({ device }) => device)).toEqual(['cargo-front', 'rear-door']);
    },
  ],
  [['principles-rbe-recommended', 'topics-ddata-payload'], changedOnly('DDATA')],
  [['operational-behavior-data-publish-dbirth-change'], changedOnly('DDATA')],
  [['topics-ndata-payload', 'operational-behavior-data-publish-nbirth-change'], changedOnly('NDATA')],
  [['principles-birth-certificates-order', 'message-flow-edge-node-birth-publish-connect'], birthFirst],
  [['principles-persistence-clean-session-311'], isCleanSession],
  [
    ['case-sensitivity-sparkplug-ids'],
    namesInOneCase(({ events }) =>
      sentBy(events).flatMap(({ device }) => [...(device ? [device] : []), 'truck-17']),
    ),
  ],
  [
    ['case-sensitivity-metric-names'],
    (recording) => {
      for (const birth of some(ofType(recording.events, ...births))) {
        namesInOneCase(() => birth.payload.metrics.map(({ name = '' }) => name))(recording);
      }
    },
  ],
  [['topics-nbirth-topic', 'message-flow-edge-node-birth-publish-nbirth-topic'], topicIs('NBIRTH')],
  [['topics-ndata-topic'], topicIs('NDATA')],
  [['topics-ndeath-topic'], topicIs('NDEATH')],
  [['topics-dbirth-topic', 'message-flow-device-birth-publish-dbirth-topic'], topicIs('DBIRTH')],
  [['message-flow-device-birth-publish-dbirth-match-edge-node-topic'], topicIs('DBIRTH')],
  [['topics-ddata-topic'], topicIs('DDATA')],
  [['topics-ddeath-topic'], topicIs('DDEATH')],
  [['topics-nbirth-mqtt', 'payloads-nbirth-qos', 'payloads-nbirth-retain'], sendsAs(['NBIRTH'], 0)],
  [
    [
      'message-flow-edge-node-birth-publish-nbirth-qos',
      'message-flow-edge-node-birth-publish-nbirth-retained',
    ],
    sendsAs(['NBIRTH'], 0),
  ],
  [['topics-ndata-mqtt', 'payloads-ndata-qos', 'payloads-ndata-retain'], sendsAs(['NDATA'], 0)],
  [['topics-dbirth-mqtt', 'payloads-dbirth-qos', 'payloads-dbirth-retain'], sendsAs(['DBIRTH'], 0)],
  [
    ['message-flow-device-birth-publish-dbirth-qos', 'message-flow-device-birth-publish-dbirth-retained'],
    sendsAs(['DBIRTH'], 0),
  ],
  [['topics-ddata-mqtt', 'payloads-ddata-qos', 'payloads-ddata-retain'], sendsAs(['DDATA'], 0)],
  [['topics-ddeath-mqtt'], sendsAs(['DDEATH'], 0)],
  [['topics-nbirth-seq-num', 'topics-ndata-seq-num', 'topics-dbirth-seq', 'topics-ddata-seq-num'], counts],
  [['topics-ddeath-seq-num', 'payloads-sequence-num-incrementing', 'payloads-dbirth-seq-inc'], counts],
  [['payloads-ndata-seq-inc', 'payloads-ddata-seq-inc', 'payloads-ddeath-seq-inc'], counts],
  [['message-flow-device-birth-publish-dbirth-payload-seq', 'payloads-ddeath-seq-number'], counts],
  [
    [
      'payloads-sequence-num-always-included',
      'payloads-dbirth-seq',
      'payloads-ndata-seq',
      'payloads-ddata-seq',
    ],
    each(sequenced, ({ payload }) => expect(payload.seq).toBeTypeOf('number')),
  ],
  [['payloads-ddeath-seq'], each(['DDEATH'], ({ payload }) => expect(payload.seq).toBeTypeOf('number'))],
  [
    [
      'payloads-sequence-num-req-nbirth',
      'payloads-nbirth-seq',
      'message-flow-edge-node-birth-publish-nbirth-payload-seq',
    ],
    each(['NBIRTH'], ({ payload }) => expect([0, 255]).toContain(payload.seq)),
  ],
  [['topics-nbirth-timestamp', 'payloads-nbirth-timestamp'], hasTimestamp('NBIRTH')],
  [['topics-ndata-timestamp', 'payloads-ndata-timestamp'], hasTimestamp('NDATA')],
  [['topics-dbirth-timestamp', 'payloads-dbirth-timestamp'], hasTimestamp('DBIRTH')],
  [['topics-ddata-timestamp', 'payloads-ddata-timestamp'], hasTimestamp('DDATA')],
  [['payloads-ddeath-timestamp'], hasTimestamp('DDEATH')],
  [['payloads-timestamp-in-UTC'], each(sequenced, ({ payload }) => utc(payload))],
  [
    ['payloads-metric-timestamp-in-UTC', 'payloads-name-birth-data-requirement'],
    eachMetric([...births, ...data], utc),
  ],
  [['topics-nbirth-metric-reqs', 'operational-behavior-data-publish-nbirth'], bornBefore('NDATA', 'NBIRTH')],
  [['topics-dbirth-metric-reqs', 'operational-behavior-data-publish-dbirth'], bornBefore('DDATA', 'DBIRTH')],
  [
    ['topics-nbirth-metrics', 'topics-dbirth-metrics', 'payloads-metric-datatype-req'],
    eachMetric(births, ({ name, dataType, value, isNull }) => {
      expect([typeof name, typeof dataType, value !== undefined || isNull]).toEqual([
        'string',
        'number',
        true,
      ]);
    }),
  ],
  [
    ['operational-behavior-data-publish-nbirth-values', 'operational-behavior-data-publish-dbirth-values'],
    valueOrNull,
  ],
  [
    ['topics-nbirth-bdseq-included', 'topics-nbirth-bdseq-matching', 'payloads-nbirth-bdseq'],
    birthsMatchWills,
  ],
  [['payloads-nbirth-bdseq-repeat', 'payloads-ndeath-bdseq'], birthsMatchWills],
  [['message-flow-edge-node-birth-publish-nbirth-payload-bdSeq'], birthsMatchWills],
  [['operational-behavior-data-commands-rebirth-action-3'], birthsMatchWills],
  [
    ['topics-nbirth-bdseq-increment', 'message-flow-edge-node-birth-publish-will-message-payload-bdSeq'],
    numbersAreSuccessive,
  ],
  [['topics-nbirth-rebirth-metric', 'payloads-nbirth-rebirth-req'], rebirthMetric(isFalse)],
  [['operational-behavior-data-commands-rebirth-value'], rebirthMetric(isFalse)],
  [
    ['operational-behavior-data-commands-rebirth-name'],
    rebirthMetric((metric) => expect(metric).toBeDefined()),
  ],
  [
    ['operational-behavior-data-commands-rebirth-name-aliases'],
    rebirthMetric((metric) => expect(metric && 'alias' in metric).toBe(false)),
  ],
  [
    ['operational-behavior-data-commands-rebirth-datatype'],
    rebirthMetric((metric) => expect(metric?.dataType).toBe(11)),
  ],
  [['operational-behavior-data-commands-rebirth-action-1'], rebornAtOnce],
  [['operational-behavior-data-commands-rebirth-action-2'], rebornAtOnce],
  [
    ['topics-ndeath-payload'],
    (recording) => {
      const deaths = [...ofType(recording.events, 'NDEATH'), ...wills(recording)];
      for (const { payload } of deaths) expect(payload.metrics.map(({ name }) => name)).toEqual(['bdSeq']);
      expect(ofType(recording.events, 'NDEATH')).toHaveLength(3);
    },
  ],
  [
    ['topics-ndeath-seq', 'payloads-ndeath-seq'],
    each(['NDEATH'], ({ payload }) => expect('seq' in payload).toBe(false)),
  ],
  [
    ['message-flow-edge-node-birth-publish-will-message', 'payloads-ndeath-will-message'],
    eachWill(({ will }) => expect(will.topic).toContain('/NDEATH/')),
  ],
  [
    ['message-flow-edge-node-birth-publish-will-message-topic'],
    eachWill(({ will }) => expect(will.topic).toBe('spBv1.0/cold-chain/NDEATH/truck-17')),
  ],
  [
    ['message-flow-edge-node-birth-publish-will-message-payload'],
    eachWill(({ will }, at) => {
      const [metric] = foreign?.decodePayload(will.payload as Buffer).metrics ?? [];
      expect([metric?.name, metric?.type, Number(metric?.value)]).toEqual(['bdSeq', 'Int64', at]);
    }),
  ],
  [
    ['message-flow-edge-node-birth-publish-will-message-qos', 'payloads-ndeath-will-message-qos'],
    eachWill(({ will }) => expect(will.qos).toBe(1)),
  ],
  [
    [
      'message-flow-edge-node-birth-publish-will-message-will-retained',
      'payloads-ndeath-will-message-retain',
    ],
    eachWill(({ will }) => expect(will.retain).toBe(false)),
  ],
  [['message-flow-edge-node-ncmd-subscribe'], subscribedFirst('spBv1.0/cold-chain/NCMD/truck-17')],
  [
    ['message-flow-edge-node-birth-publish-phid-wait', 'operational-behavior-edge-node-birth-sequence-wait'],
    waitsForHost,
  ],
  [['message-flow-edge-node-birth-publish-phid-wait-id'], waitsForHost],
  [['message-flow-edge-node-birth-publish-phid-wait-online'], waitsForHost],
  [['message-flow-edge-node-birth-publish-phid-wait-timestamp'], waitsForHost],
  [['operational-behavior-edge-node-termination-host-offline-timestamp'], staysForThePast],
  [['message-flow-edge-node-birth-publish-phid-offline'], leavesForOffline],
  [['operational-behavior-edge-node-termination-host-offline'], leavesForOffline],
  [['operational-behavior-edge-node-termination-host-offline-reconnect'], leavesForOffline],
  [['operational-behavior-primary-application-state-with-multiple-servers-walk'], leavesForOffline],
  [['operational-behavior-primary-application-state-with-multiple-servers-single-server'], oneServer],
  [['operational-behavior-edge-node-intentional-disconnect-ndeath'], farewell],
  [['operational-behavior-edge-node-intentional-disconnect-packet'], farewell],
  [['payloads-ndeath-will-message-publisher'], farewell],
  [['payloads-ndeath-will-message-publisher-disconnect-mqtt311'], farewell],
  [['message-flow-edge-node-birth-publish-nbirth-payload'], isProtobuf('NBIRTH')],
  [['message-flow-device-birth-publish-dbirth-payload'], isProtobuf('DBIRTH')],
  [['message-flow-device-birth-publish-nbirth-wait', 'payloads-dbirth-order'], birthsThenData],
  [['payloads-ndata-order', 'payloads-ddata-order'], birthsThenData],
  [['operational-behavior-device-ddeath'], lostDeviceDies],
  [['operational-behavior-data-publish-nbirth-order'], inOrderOfTime('NBIRTH', 'NDATA')],
  [['operational-behavior-data-publish-dbirth-order'], inOrderOfTime('DBIRTH', 'DDATA')],
  [
    ['payloads-name-requirement'],
    eachMetric([...births, ...data], ({ name, alias }) => expect(name ?? alias).toBeDefined()),
  ],
  [
    ['payloads-alias-uniqueness'],
    ({ events }) => {
      const start = events.indexOf(ofType(events, 'NBIRTH')[0] as Sent);
      const aliases = sentBy(events.slice(start, start + 3)).flatMap(({ payload }) =>
        payload.metrics.flatMap(({ alias }) => (alias === undefined ? [] : [alias])),
      );
      expect(new Set(aliases).size).toBe(some(aliases).length);
    },
  ],
  [
    ['payloads-alias-birth-requirement'],
    eachMetric(births, ({ name, alias }) =>
      expect([name, alias !== undefined]).toEqual([name, name !== rebirthName]),
    ),
  ],
  [
    ['payloads-alias-data-cmd-requirement', 'payloads-metric-datatype-not-req'],
    eachMetric(data, (metric) => {
      expect(metric.alias).toBeDefined();
      expect('name' in metric || 'dataType' in metric).toBe(false);
    }),
  ],
  [
    ['payloads-metric-datatype-value-type', 'payloads-metric-datatype-value'],
    eachMetric(births, ({ dataType }) => expect([3, 4, 8, 10, 11, 12]).toContain(dataType)),
  ],
  [
    ['payloads-propertyset-keys-array-size', 'payloads-propertyset-values-array-size'],
    eachProperty(({ key, value }) => expect([key, value !== undefined]).toEqual(['Quality', true])),
  ],
  [
    ['payloads-metric-propertyvalue-type-type', 'payloads-metric-propertyvalue-type-value'],
    eachProperty(isInt32),
  ],
  [
    ['payloads-metric-propertyvalue-type-req', 'payloads-propertyset-quality-value-type'],
    eachProperty(isInt32),
  ],
  [
    ['payloads-propertyset-quality-value-value'],
    (recording) => {
      const told = new Set(qualities(recording).map(({ value }) => [value?.field, value?.value].join(' ')));
      expect(told).toEqual(new Set(['int 0', 'int 192', 'int 500']));
    },
  ],
]);

function isFalse(metric: Metric | undefined): void {
  expect([metric?.dataType, metric?.value]).toEqual([11, { field: 'boolean', value: false }]);
}

function isInt32({ type }: { readonly type: number }): void {
  expect(type).toBe(3);
}

function table(rows: readonly (readonly [readonly string[], Check])[]): Record<string, Check> {
  const entries = rows.flatMap(([ids, check]) => ids.map((id) => [id, check] as const));
  if (new Set(entries.map(([id]) => id)).size !== entries.length)
    throw new Error('an assertion stands twice');
  return Object.fromEntries(entries);
}
