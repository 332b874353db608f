// The embedded broker under real mqtt.js clients and bare sockets: when it acknowledges, whom it lets in, and
// that one bad client harms no other.

import { once } from 'node:events';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { mqttLimitDefaults } from '../../../config/mqtt-limits-schema.js';
import { brokerBench, door, firstOf } from '../broker-bench.js';
import { closed, connectClient, connectRaw } from '../mqtt-clients.js';
import { rejectionOf } from '../thrown.js';

describe('the acknowledgement', () => {
  it.each([
    [1, 'puback'],
    [2, 'pubrec'],
  ] as const)('of a QoS %i message (%s) comes after its readings are durable', async (qos, answer) => {
    const { port, arrived } = await brokerBench({}, false);
    const sensor = await connectClient(port, door);
    const published = sensor.client.publishAsync('sensors/door', '21.5', { qos });
    const message = await firstOf(arrived);
    expect(message).toMatchObject({ topic: 'sensors/door', text: '21.5' });
    // Answered in order: had the message been acknowledged, that would have come first.
    await sensor.client.subscribeAsync('coldgate/1/#').catch(() => {});
    expect(sensor.packets).toEqual(['connack', 'suback']);
    message.done();
    await published;
    expect(sensor.packets[2]).toBe(answer);
  });

  it('of one message does not wait for that of another', async () => {
    const { port, arrived } = await brokerBench({}, false);
    const sensor = await connectClient(port, door);
    const first = sensor.client.publishAsync('sensors/door', 'a', { qos: 1 });
    const second = sensor.client.publishAsync('sensors/door', 'b', { qos: 1 });
    (await firstOf(arrived, 2)).done();
    await second;
    arrived[0]?.done();
    await first;
  });

  it('does not come when the readings could not be stored: the sender is cut off and sends again', async () => {
    const { port, arrived } = await brokerBench({}, false);
    const sensor = await connectClient(port, {
      ...door,
      clean: false,
      clientId: 'door',
      reconnectPeriod: 20,
    });
    const published = sensor.client.publishAsync('sensors/door', '21.5', { qos: 1 });
    (await firstOf(arrived)).done(new Error('the log cannot take more now'));
    await closed(sensor);
    expect(sensor.packets).not.toContain('puback');
    const again = await firstOf(arrived, 2);
    expect(again.text).toBe('21.5');
    again.done();
    await published;
    expect(sensor.packets.filter((cmd) => cmd === 'puback')).toEqual(['puback']);
  });
});

describe('who may come in', () => {
  it.each([
    ['a wrong password', { username: 'door', password: 'fridge-secret' }],
    ['a password cut short', { username: 'door', password: 'door-secre' }],
    ['no password', { username: 'door' }],
    ['an unknown user', { username: 'nobody', password: 'door-secret' }],
    ['no user', {}],
    ["a guess at the gateway's password", { username: 'coldgate-gateway', password: '' }],
  ])('refuses %s', async (_what, credentials) => {
    const { port } = await brokerBench();
    const fault = await rejectionOf(connectClient(port, credentials));
    expect(fault.code).toBe(5);
  });

  it("without users lets anybody in, but not under the gateway's name", async () => {
    const { port, arrived } = await brokerBench({ users: [] });
    const sensor = await connectClient(port);
    await sensor.client.publishAsync('any/topic', 'x', { qos: 1 });
    expect(arrived.length).toBe(1);
    const fault = await rejectionOf(connectClient(port, { username: 'coldgate-gateway', password: 'x' }));
    expect(fault.code).toBe(5);
  });

  it('refuses the 65th connection, and takes another when one has gone', async () => {
    const { port } = await brokerBench({ limits: { ...mqttLimitDefaults, maxConnectionsPerAddress: 64 } });
    const sockets = await Promise.all(Array.from({ length: 64 }, () => connectRaw(port)));
    const extra = await connectRaw(port);
    extra.resume();
    await once(extra, 'close');
    expect(sockets.every((socket) => !socket.destroyed)).toBe(true);
    sockets[0]?.destroy();
    let isIn = false;
    while (!isIn)
      isIn = await connectClient(port, door).then(
        () => true,
        () => false,
      );
  });
});

describe('one bad client', () => {
  it.each([
    ['announces a packet of 2 MiB', Buffer.from([0x30, 0x80, 0x80, 0x80, 0x01])],
    ['speaks no MQTT', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['sends a malformed CONNECT', Buffer.from([0x10, 0x02, 0xff, 0xff])],
  ])('that %s is ended, and the others go on', async (_what, bytes) => {
    const { port, arrived } = await brokerBench();
    const sensor = await connectClient(port, door);
    const bad = await connectRaw(port);
    bad.resume();
    bad.write(bytes);
    await once(bad, 'close');
    await sensor.client.publishAsync('sensors/door', 'still here', { qos: 1 });
    expect(arrived.length).toBe(1);
  });

  it('that sends a message over 1 MiB is ended without an acknowledgement, and the others go on', async () => {
    const { port, arrived, refusals } = await brokerBench();
    const sensor = await connectClient(port, door);
    const bad = await connectClient(port, { ...door, clientId: 'door-8' });
    bad.client.publish('sensors/door', Buffer.alloc(1024 * 1024), { qos: 1 });
    await closed(bad);
    expect(bad.packets).toEqual(['connack']);
    expect(refusals).toEqual([expect.stringMatching(/^door-8: .*1048576 bytes/)]);
    await sensor.client.publishAsync('sensors/door', 'still here', { qos: 1 });
    expect(arrived.map(({ text }) => text)).toEqual(['still here']);
  });
});

describe('the listening port', () => {
  it('is named when another program has it', async () => {
    const { port } = await brokerBench();
    const fault = await rejectionOf(brokerBench({ port }));
    expect(fault).toMatchObject({ name: 'IntakeError', code: 'BROKER_PORT_TAKEN' });
    expect(fault.message).toContain(`127.0.0.1:${port}`);
  });

  it('is named when this machine does not have the address', async () => {
    expect((await rejectionOf(brokerBench({ host: '203.0.113.1' }))).code).toBe('BROKER_CANNOT_LISTEN');
  });

  it.each(['0.0.0.0', '::', '0', ''])(
    'is not opened on %j, where other machines come in, without users',
    async (host) => {
      expect((await rejectionOf(brokerBench({ host, users: [] }))).code).toBe('BROKER_OPEN_TO_ALL');
      const { port } = await brokerBench({ host });
      expect(port).toBeGreaterThan(0);
    },
  );

  it('is free again after the end, although a client never said hello', async () => {
    const { broker, port } = await brokerBench();
    const sensor = await connectClient(port, door);
    // The broker's patience with such a client is no reason to wait: here it never ends.
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const silent = await connectRaw(port);
    silent.resume();
    const silenced = once(silent, 'close');
    await broker.close();
    await Promise.all([closed(sensor), silenced]);
    await brokerBench({ port });
  });
});
