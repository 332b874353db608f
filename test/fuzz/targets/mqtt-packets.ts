// MQTT packets: of a hostile client at the embedded broker, and of a hostile broker at the gateway's own link. Each input is
// a connection of its own; afterwards both still work.

import { type AddressInfo, connect, createServer } from 'node:net';
import mqtt from 'mqtt';
import { mqttLimitDefaults } from '../../../config/mqtt-limits-schema.js';
import { BrokerLink } from '../../../gateway/publish/broker-link.js';
import { brokerBench, door } from '../../gateway/broker-bench.js';
import { connectBytes, publishBytes, subscribeBytes } from '../../gateway/mqtt-bytes.js';
import { bytesOf, type FuzzTarget } from '../fuzz-target.js';

const disconnect = Buffer.from([0xe0, 0]);
const connack = Buffer.from([0x20, 2, 0, 0]);
const suback = Buffer.from([0x90, 3, 0, 1, 1]);

/** Hellos with what follows, as a client of each version sends them. */
const clients = [4, 5].map((version) => {
  const properties = version === 5 ? [0] : [];
  const hello = connectBytes({ ...door, version, properties });
  return Buffer.concat([hello, publishBytes('sensors/door'), subscribeBytes('sensors/door'), disconnect]);
});

async function clientTarget(): Promise<FuzzTarget> {
  const limits = { ...mqttLimitDefaults, connectionsPerMinute: 1_000_000 };
  const one = await brokerBench({ limits });
  const honest = await mqtt.connectAsync(`mqtt://127.0.0.1:${one.port}`, {
    ...{ username: 'fridge', password: 'fridge-secret', clientId: 'honest', reconnectPeriod: 0 },
  });
  let turn = 0;
  return {
    name: 'mqtt client',
    seeds: clients,
    words: ['sensors/door', '#', '$SYS/', 'coldgate/', '\u00d0\u0000', 'MQTT', 'MQIsdp'],
    slice: 120,
    share: 0.5,
    feed: async (input) => {
      turn += 1;
      const before = one.arrived.length;
      const socket = connect(one.port, '127.0.0.1');
      socket.on('error', () => {});
      socket.resume();
      socket.end(input);
      // Not events.once: a connection that is reset is closed as well.
      await new Promise<void>((resolve) => socket.once('close', () => resolve()));
      // Somebody else is served as before.
      if (turn % 20 === 0) await honest.publishAsync('sensors/fridge', 'still here', { qos: 1 });
      const isTaken = one.arrived.length > before;
      one.arrived.length = 0;
      one.refusals.length = 0;
      return isTaken ? 'accepted' : 'refused';
    },
    close: async () => honest.endAsync(true),
  };
}

/** Answers of a broker, as it may send them after a hello: each link lives until the broker hangs up. */
async function brokerTarget(): Promise<FuzzTarget> {
  let answer: Uint8Array = connack;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(answer));
    socket.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const request = bytesOf('coldgate/1/truck-17/request');
  const published = Buffer.concat([
    Buffer.from([0x32, request.length + 6, 0, request.length]),
    ...[request, Buffer.from([0, 7]), Buffer.from('{}')],
  ]);
  return {
    name: 'mqtt broker',
    seeds: [
      Buffer.concat([connack, suback, published, Buffer.from([0xd0, 0])]),
      Buffer.concat([connack, published]),
    ],
    slice: 120,
    share: 0.5,
    feed: async (input) => {
      answer = input;
      let wasUp = false;
      const ended = new Promise<void>((resolve, reject) => {
        const link = new BrokerLink(
          { url: `mqtt://127.0.0.1:${port}`, clientId: 'coldgate-truck-17' },
          {
            onUp: (client) => {
              wasUp = true;
              client.on('message', () => {});
              client.subscribe('coldgate/1/truck-17/request', { qos: 1 });
            },
            onDown: () => void link.close(() => {}).then(resolve, reject),
          },
        );
        link.open();
      });
      await ended;
      return wasUp ? 'accepted' : 'refused';
    },
    close: () => void server.close(),
  };
}

export const mqttTargets = async (): Promise<FuzzTarget[]> => [await clientTarget(), await brokerTarget()];
