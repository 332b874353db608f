// Clients that mean harm, against the real broker over sockets. After each of them the broker is up, an honest sensor that was
// connected all the time is still acknowledged, and the refusal is counted.

import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { mqttLimitDefaults } from '../../../config/mqtt-limits-schema.js';
import { eventually } from '../../firmware-bridge/eventually.js';
import { brokerBench, door, gatewayClient } from '../broker-bench.js';
import { connectBytes, publishBytes, subscribeBytes } from '../mqtt-bytes.js';
import { closed, connectClient, connectRaw } from '../mqtt-clients.js';
import { rejectionOf } from '../thrown.js';

const fridge = { username: 'fridge', password: 'fridge-secret' };

/** A broker with an honest sensor, and what was refused, with code and address or client. */
async function bench(more: Parameters<typeof brokerBench>[0] = {}) {
  const refused: string[] = [];
  const one = await brokerBench({
    onClientRefused: (client, { code }) => refused.push(`${client} ${code}`),
    onAddressRefused: (network, { code }) => refused.push(`${network} ${code}`),
    ...more,
  });
  const honest = await connectClient(one.port, { ...fridge, clientId: 'honest' });
  /** Its message must come through, and be the only one. */
  const stillServes = async () => {
    await honest.client.publishAsync('sensors/fridge', 'still here', { qos: 1 });
    expect(one.arrived.map(({ topic, text }) => `${topic} ${text}`)).toEqual(['sensors/fridge still here']);
    expect(honest.client.connected).toBe(true);
    expect(one.broker.refusals()).toBe(refused.length);
  };
  return { ...one, refused, honest, stillServes };
}

/** Says hello as the door, then something else; resolves with all that was answered when the broker has hung up. */
async function sayAndBeCut(port: number, bytes: Buffer, hello = connectBytes(door)): Promise<Buffer> {
  const socket = await connectRaw(port);
  const answers: Buffer[] = [];
  socket.on('data', (chunk) => answers.push(chunk));
  socket.write(hello);
  socket.write(bytes);
  await once(socket, 'close');
  return Buffer.concat(answers);
}

describe('names that would be more than a name', () => {
  it.each(['#', '+', 'a/b', 'door/#', 'a\u0000b', 'a\nb', 'x'.repeat(129)])(
    'the client id %j is refused',
    async (clientId) => {
      const { port, refused, stillServes } = await bench();
      await sayAndBeCut(port, Buffer.alloc(0), connectBytes({ ...door, clientId }));
      expect(refused).toEqual(['127.0.0.1 CLIENT_ID_REFUSED']);
      await stillServes();
    },
  );

  it.each(['#', '+', 'door/#', 'door\u0000', '__proto__', 'constructor', ''])(
    'the user name %j is nobody',
    async (username) => {
      const { port, refused, stillServes } = await bench();
      const fault = await rejectionOf(connectClient(port, { username, password: 'door-secret' }));
      expect(fault).toBeTruthy();
      expect(refused.length).toBe(1);
      await stillServes();
    },
  );

  it.each(['__proto__', 'constructor', 'toString'])(
    'the client id %s is one like any other',
    async (clientId) => {
      const { port, stillServes, refused } = await bench();
      const sensor = await connectClient(port, { ...door, clientId });
      await stillServes();
      expect(sensor.client.connected).toBe(true);
      expect(refused).toEqual([]);
    },
  );
});

describe('topics that are none of its business', () => {
  it.each([
    'sensors/#',
    'sensors/+',
    '#',
    'sensors/door\u0000',
    'sensors/door\u0007x',
    'sensors/\ufffd',
    '',
    'coldgate/1/truck-17/log',
    'coldgate',
    '$SYS/broker/clients',
    '$share/g/sensors/door',
    'sensors/fridge',
    `sensors${'/a'.repeat(20)}`,
    '/'.repeat(100),
  ])('publishing on %j ends the connection without acknowledgement', async (topic) => {
    const { port, refused, stillServes } = await bench();
    const answer = await sayAndBeCut(port, publishBytes(topic));
    expect([...answer.subarray(4)]).toEqual([]);
    expect(refused).toEqual([expect.stringMatching(/^bad (TOPIC_REFUSED|PROTOCOL_BROKEN)$/)]);
    await stillServes();
  });

  it.each([
    '#',
    '+/+',
    'sensors/#',
    '$share/g/sensors/fridge',
    '$SYS/#',
    'coldgate/#',
    '$share/g/#',
    'sensors/fridge',
  ])('subscribing to %s is refused, and nothing of the others is heard', async (filter) => {
    const { port, refused, stillServes } = await bench();
    const spy = await connectClient(port, { ...door, clientId: 'spy' });
    await rejectionOf(spy.client.subscribeAsync(filter));
    await stillServes();
    // Answered in order: had anything been forwarded, it would have come before this.
    await spy.client.unsubscribeAsync('sensors/door');
    expect(spy.heard).toEqual([]);
    expect(refused).toEqual(['spy SUBSCRIPTION_REFUSED']);
  });

  it.each(['coldgate/1/truck-17/status', 'sensors/fridge', 'sensors/#', '$SYS/x'])(
    'a last will on %s is taken away, and published to nobody',
    async (topic) => {
      const { port, broker, refused, stillServes } = await bench();
      const reader = await gatewayClient(broker);
      await reader.client.subscribeAsync('coldgate/1/#');
      const socket = await connectRaw(port);
      socket.write(connectBytes({ ...door, will: topic }));
      await once(socket, 'data');
      socket.destroy();
      await stillServes();
      await reader.client.publishAsync('coldgate/1/truck-17/receipt/own', 'real', { qos: 1 });
      await eventually('the real one arrives', () => reader.heard.length > 0);
      expect(reader.heard.map(({ payload }) => payload.toString())).toEqual(['real']);
      expect(refused).toEqual(['bad TOPIC_REFUSED']);
    },
  );

  it('a flood of retained messages leaves nothing behind', async () => {
    const { port, arrived, stillServes } = await bench();
    const flood = await connectClient(port, { ...door, clientId: 'flood' });
    for (let index = 0; index < 100; index++) {
      await flood.client.publishAsync(`sensors/state/${index}`, 'x'.repeat(1000), { qos: 1, retain: true });
    }
    await flood.client.publishAsync('sensors/door', 'kept?', { qos: 1, retain: true });
    expect(arrived.map(({ topic }) => topic)).toEqual(['sensors/door']);
    arrived.length = 0;
    await flood.client.subscribeAsync('sensors/door', { qos: 1 });
    await flood.client.unsubscribeAsync('sensors/door');
    expect(flood.heard).toEqual([]);
    await stillServes();
  });
});

describe('the same client id', () => {
  it('of another user neither throws out the first nor is refused', async () => {
    const { port, honest, stillServes, refused } = await bench();
    const thief = await connectClient(port, { ...door, clientId: 'honest' });
    await stillServes();
    expect([honest.client.connected, thief.client.connected]).toEqual([true, true]);
    expect(refused).toEqual([]);
  });

  it('with a wrong password does not throw out the first', async () => {
    const { port, stillServes } = await bench();
    await rejectionOf(connectClient(port, { ...fridge, password: 'guess', clientId: 'honest' }));
    await stillServes();
  });

  it('inherits nothing: neither subscriptions nor messages, of nobody', async () => {
    const { port, arrived } = await bench();
    const first = await connectClient(port, { ...door, clientId: 'one', clean: false });
    await first.client.subscribeAsync('sensors/door', { qos: 1 });
    first.client.stream.destroy();
    await closed(first);
    const other = await connectClient(port, { ...door, clientId: 'two' });
    await other.client.publishAsync('sensors/door', 'meanwhile', { qos: 1 });
    for (const user of [fridge, door]) {
      const thief = await connectClient(port, { ...user, clientId: 'one', clean: false });
      await thief.client.unsubscribeAsync('sensors/door');
      expect(thief.heard).toEqual([]);
    }
    expect(arrived.length).toBe(1);
  });

  it('of the same user takes over, as the standard says', async () => {
    const { port } = await bench();
    const first = await connectClient(port, { ...door, clientId: 'one' });
    await connectClient(port, { ...door, clientId: 'one' });
    await closed(first);
  });
});

describe('too much', () => {
  it('a CONNECT of more than 16 KiB is ended before its bytes are kept', async () => {
    const { port, refused, stillServes } = await bench();
    await sayAndBeCut(port, Buffer.alloc(0), connectBytes({ ...door, password: 'x'.repeat(20_000) }));
    expect(refused).toEqual(['127.0.0.1 PACKET_TOO_LARGE']);
    await stillServes();
  });

  it('one address has its number of connections, and takes none of another', async () => {
    const { port, refused, stillServes } = await bench({
      limits: { ...mqttLimitDefaults, maxConnectionsPerAddress: 4 },
    });
    await Promise.all([1, 2, 3].map(() => connectRaw(port)));
    const extra = await connectRaw(port);
    extra.resume();
    await once(extra, 'close');
    expect(refused).toEqual(['127.0.0.1 TOO_MANY_CONNECTIONS']);
    const elsewhere = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.2' });
    onTestFinished(() => void elsewhere.destroy());
    elsewhere.write(connectBytes(door));
    expect([...(await once(elsewhere, 'data'))[0]]).toEqual([0x20, 2, 0, 0]);
    await stillServes();
  });

  it('a crowd that takes every place does not shut out the gateway itself', async () => {
    const { port, broker } = await bench({ limits: { ...mqttLimitDefaults, maxConnections: 3 } });
    await Promise.all([1, 2].map(() => connectRaw(port)));
    const own = await connectClient(broker.ownPort, { ...broker.credentials });
    await own.client.publishAsync('coldgate/1/truck-17/log', 'x', { qos: 1 });
  });

  it('a thousand subscriptions to its own commands are cut at the limit', async () => {
    const { port, refused, stillServes } = await bench();
    const greedy = await connectClient(port, { ...door, clientId: 'greedy' });
    const filters = Array.from({ length: 1000 }, (_, index) => `sensors/door/${index}`);
    const answered = new Promise<number[]>((resolve) => {
      greedy.client.on('packetreceive', (packet) => {
        if (packet.cmd === 'suback') resolve(packet.granted as number[]);
      });
    });
    await greedy.client.subscribeAsync(filters).catch(() => {});
    expect((await answered).filter((granted) => granted < 128).length).toBe(
      mqttLimitDefaults.maxSubscriptions,
    );
    expect(new Set(refused)).toEqual(new Set(['greedy SUBSCRIPTION_REFUSED']));
    await greedy.client.unsubscribeAsync('sensors/door/0');
    await greedy.client.subscribeAsync('sensors/door/again');
    await stillServes();
  });

  it('a client that is too fast waits and loses nothing, and the others do not wait', async () => {
    const { port, arrived, refused, honest } = await bench({
      limits: { ...mqttLimitDefaults, messagesPerSecond: 20 },
    });
    const fast = await connectClient(port, { ...door, clientId: 'fast' });
    const all = Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        fast.client.publishAsync('sensors/door', `${index}`, { qos: 1 }),
      ),
    );
    await eventually('it is slowed', () => refused.length > 0);
    await honest.client.publishAsync('sensors/fridge', 'x', { qos: 1 });
    await all;
    const texts = arrived.filter(({ topic }) => topic === 'sensors/door').map(({ text }) => text);
    expect(texts).toEqual(Array.from({ length: 60 }, (_, index) => `${index}`));
    expect(refused).toEqual(['fast CLIENT_TOO_FAST']);
  });

  it('QoS 2 messages that are never released end the connection at a hundred', async () => {
    const { port, refused } = await bench();
    const socket = await connectRaw(port);
    socket.write(connectBytes(door));
    await once(socket, 'data');
    socket.resume();
    for (let id = 1; id <= 101; id++) socket.write(publishBytes('sensors/door', 4, id));
    await once(socket, 'close');
    expect(refused).toEqual(['bad PROTOCOL_BROKEN']);
  });
});

describe('too little', () => {
  it.each([
    ['never says anything', Buffer.alloc(0)],
    ['says its CONNECT byte by byte', connectBytes(door)],
  ])('a client that %s is ended after five seconds', async (_what, bytes) => {
    const { port, refused, stillServes } = await bench();
    const socket = await connectRaw(port);
    socket.resume();
    let at = 0;
    const drip = setInterval(() => {
      if (at < bytes.length - 1) socket.write(bytes.subarray(at, ++at));
    }, 400);
    await once(socket, 'close');
    clearInterval(drip);
    expect(refused).toEqual(['127.0.0.1 PROTOCOL_BROKEN']);
    await stillServes();
  });

  it('a subscriber that reads nothing is ended, and the broker goes on', async () => {
    const { broker, port, arrived, refused } = await bench({ users: [] });
    const frozen = await connectRaw(port);
    frozen.write(connectBytes({}));
    frozen.write(subscribeBytes('coldgate/1/x'));
    await once(frozen, 'data');
    frozen.pause();
    const own = await gatewayClient(broker);
    const payload = Buffer.alloc(250_000);
    // 50 MB, more than all buffers on the way hold.
    for (let index = 0; index < 200; index++)
      await own.client.publishAsync('coldgate/1/x', payload, { qos: 1 });
    await eventually('it is given up', () => refused.length > 0);
    expect(refused).toEqual(['bad PROTOCOL_BROKEN']);
    const sensor = await connectClient(port);
    await sensor.client.publishAsync('sensors/door', 'x', { qos: 1 });
    expect(arrived.length).toBe(1);
  });
});

describe('another protocol', () => {
  it.each([
    ['MQTT 5', connectBytes({ ...door, version: 5, properties: [0] })],
    [
      'MQTT 5 with an endless session and topic aliases',
      connectBytes({ ...door, version: 5, properties: [8, 0x11, 0xff, 0xff, 0xff, 0xff, 0x22, 0xff, 0xff] }),
    ],
    ['MQTT 9', Buffer.from([0x10, 0x0d, 0, 4, 0x4d, 0x51, 0x54, 0x54, 9, 2, 0, 60, 0, 1, 0x61])],
    ['a second CONNECT', Buffer.concat([connectBytes(door), connectBytes(door)])],
    ['a CONNACK to the broker', Buffer.concat([connectBytes(door), Buffer.from([0x20, 2, 0, 0])])],
    ['a PUBLISH before the CONNECT', publishBytes('sensors/door')],
    ['an AUTH packet', Buffer.from([0xf0, 0x00])],
    ['QoS 3', Buffer.concat([connectBytes(door), publishBytes('sensors/door', 6)])],
  ])('%s is ended', async (_what, bytes) => {
    const { port, stillServes, arrived } = await bench();
    await sayAndBeCut(port, Buffer.alloc(0), bytes);
    expect(arrived).toEqual([]);
    await stillServes();
  });
});
