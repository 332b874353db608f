import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { generate } from 'mqtt-packet';
import { expect, it, onTestFinished } from 'vitest';
import { keepNoPacketNumbers } from '../../gateway/packet-numbers.js';
import { BrokerLink } from '../../gateway/publish/broker-link.js';

const require = createRequire(import.meta.url);
const numbers = require('mqtt-packet/numbers') as { cache: Record<number, unknown> };

it('packets keep their ids without a Buffer for each of the 65,536', () => {
  keepNoPacketNumbers();
  for (const messageId of [1, 255, 256, 65_535]) {
    const packet = generate({ cmd: 'puback', messageId });
    expect(packet.toString('hex')).toBe(`4002${messageId.toString(16).padStart(4, '0')}`);
  }
  expect(Object.keys(numbers.cache)).toHaveLength(0);
});

it.each([
  ['a message of QoS 1', [0x32, 3, 0, 1, 0x61]],
  ['a message of QoS 2', [0x34, 3, 0, 1, 0x61]],
  ['a release', [0x62, 1, 0]],
])('a broker that cuts off %s before its number is left, and the process lives', async (_what, packet) => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.write(Buffer.from([0x20, 2, 0, 0, ...packet])));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const reason = await new Promise<string>((resolve) => {
    const link = new BrokerLink(
      { url: `mqtt://127.0.0.1:${port}`, clientId: 'truck' },
      { onUp: () => {}, onDown: (why) => void link.close(() => {}).then(() => resolve(why)) },
    );
    link.open();
  });
  expect(reason).toMatch(/without its number|messageId/);
});
