// What a client of the embedded broker may say and hear: deny by default.

import { Aedes, type PublishPacket } from 'aedes';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { eventually } from '../../firmware-bridge/eventually.js';
import { brokerBench, door, gatewayClient } from '../broker-bench.js';
import { closed, connectClient } from '../mqtt-clients.js';
import { rejectionOf } from '../thrown.js';

describe('what a client may say', () => {
  it.each([
    'coldgate/1/truck-17/log',
    'coldgate/1/truck-17/status',
    'coldgate',
    '$SYS/x',
    'sensors/fridge',
    'elsewhere/door',
  ])('does not let a sensor publish on %s', async (topic) => {
    const { broker, port, arrived, refusals } = await brokerBench();
    const reader = await gatewayClient(broker);
    await reader.client.subscribeAsync('coldgate/1/#');
    const sensor = await connectClient(port, { ...door, clientId: 'door-7' });
    sensor.client.publish(topic, 'forged', { qos: 1 });
    await closed(sensor);
    expect(refusals.map((text) => text.split(':')[0])).toEqual(['door-7']);
    expect(sensor.packets).toEqual(['connack']);
    await reader.client.publishAsync('coldgate/1/truck-17/receipt/own', 'real', { qos: 1 });
    await eventually('the real message arrives', () => reader.heard.length > 0);
    expect(reader.heard.map(({ payload }) => payload.toString())).toEqual(['real']);
    expect(arrived).toEqual([]);
  });

  it('acknowledges and drops what a device says of itself beside its topics, and keeps its connection', async () => {
    const swallowed: string[] = [];
    const { broker, port, arrived, refusals } = await brokerBench({
      onSwallowed: (client, topic) => swallowed.push(`${client} ${topic}`),
    });
    const sensor = await connectClient(port, { ...door, clientId: 'door-7' });
    await sensor.client.publishAsync('sensors/bridge/state', 'online', { qos: 1, retain: true });
    await sensor.client.publishAsync('sensors/door', '21.5', { qos: 1 });
    expect(swallowed).toEqual(['door-7 sensors/bridge/state']);
    expect(broker.swallowedMessages()).toBe(1);
    expect(arrived.map(({ topic }) => topic)).toEqual(['sensors/door']);
    expect(refusals).toEqual([]);
  });

  it('does not let anybody publish on coldgate/ where there are no users', async () => {
    const { port } = await brokerBench({ users: [] });
    const sensor = await connectClient(port);
    sensor.client.publish('coldgate/1/truck-17/log', 'forged', { qos: 1 });
    await closed(sensor);
    expect(sensor.packets).toEqual(['connack']);
  });

  it('lets a user publish on each of its topics', async () => {
    const { port, arrived } = await brokerBench();
    const sensor = await connectClient(port, { username: 'fridge', password: 'fridge-secret' });
    for (const topic of ['sensors/fridge', 'sensors/fridge2']) {
      await sensor.client.publishAsync(topic, 'x', { qos: 1 });
    }
    expect(arrived.map(({ topic }) => topic)).toEqual(['sensors/fridge', 'sensors/fridge2']);
  });

  it('keeps no last will that a sensor could not have published itself', async () => {
    const { broker, port, arrived } = await brokerBench();
    const reader = await gatewayClient(broker);
    await reader.client.subscribeAsync('coldgate/1/#');
    const topic = 'coldgate/1/truck-17/status';
    const sensor = await connectClient(port, {
      ...door,
      will: { topic, payload: Buffer.from('forged'), qos: 1, retain: true },
    });
    sensor.client.stream.destroy();
    await closed(sensor);
    await reader.client.publishAsync('coldgate/1/truck-17/receipt/own', 'real', { qos: 1 });
    await eventually('the real message arrives', () => reader.heard.length > 0);
    expect(reader.heard.map(({ payload }) => payload.toString())).toEqual(['real']);
    expect(arrived).toEqual([]);
  });

  it('keeps no retained message of a sensor', async () => {
    const created = vi.spyOn(Aedes, 'createBroker');
    onTestFinished(() => created.mockRestore());
    const { port } = await brokerBench();
    const aedes = await created.mock.results[0]?.value;
    const passed: PublishPacket[] = [];
    aedes.on('publish', (packet: PublishPacket) => passed.push(packet));
    const sensor = await connectClient(port, door);
    await sensor.client.publishAsync('sensors/door', '1', { qos: 1, retain: true });
    await eventually('the broker handles it', () => passed.some(({ topic }) => topic === 'sensors/door'));
    expect(passed.find(({ topic }) => topic === 'sensors/door')?.retain).toBe(false);
  });
});

describe('what a client may hear', () => {
  it.each(['sensors/#', '#', 'coldgate/#', '+/1/#', '$SYS/#', 'coldgate/2/x'])(
    'lets nobody subscribe to %s',
    async (filter) => {
      const { broker, port } = await brokerBench({ users: [] });
      for (const reader of [await connectClient(port), await gatewayClient(broker)]) {
        const fault = await rejectionOf(reader.client.subscribeAsync(filter));
        expect(fault.message).toBeTruthy();
      }
    },
  );

  it('lets a user hear below a first level that is its alone, and below its own topics where it is not', async () => {
    const alone = { username: 'z2m', password: 'z', sensorTopics: ['zigbee2mqtt/fridge'] };
    const shared = { username: 'door', password: 'door-secret', sensorTopics: ['sensors/door'] };
    const other = { username: 'fridge', password: 'f', sensorTopics: ['sensors/fridge'] };
    const { port } = await brokerBench({ users: [alone, shared, other] });
    const bridge = await connectClient(port, { username: 'z2m', password: 'z' });
    await bridge.client.subscribeAsync('zigbee2mqtt/#');
    const sensor = await connectClient(port, door);
    await sensor.client.subscribeAsync('sensors/door/set');
    for (const filter of ['sensors/#', 'sensors/fridge', '#', '+/door', 'zigbee2mqtt/#', 'coldgate/1/#']) {
      expect((await rejectionOf(sensor.client.subscribeAsync(filter))).message, filter).toBeTruthy();
    }
  });

  it('lets a sensor subscribe to nothing of the gateway, and the gateway to its own topics', async () => {
    const { broker, port } = await brokerBench();
    const sensor = await connectClient(port, door);
    await rejectionOf(sensor.client.subscribeAsync('coldgate/1/truck-17/log'));
    const reader = await gatewayClient(broker);
    await reader.client.subscribeAsync('coldgate/1/truck-17/log');
  });
});
