// The pauses between attempts to reach a broker.

import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BrokerLink, backoffMs } from '../../../gateway/publish/broker-link.js';
import { eventually } from '../../firmware-bridge/eventually.js';

describe('the pause before the next connection', () => {
  it('grows to a minute, and is spread over all of it', () => {
    const least = Array.from({ length: 12 }, (_unused, attempt) => backoffMs(attempt, () => 0));
    const greatest = Array.from({ length: 12 }, (_unused, attempt) => backoffMs(attempt, () => 1));
    expect(greatest).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000, 60_000, 60_000,
    ]);
    expect(new Set(least)).toEqual(new Set([100]));
    expect(backoffMs(7, () => 0.25)).toBe(15_000);
  });

  it('stays a minute after years of attempts', () => {
    expect(backoffMs(1e6, () => 1)).toBe(60_000);
  });
});

/** A server in place of the broker; the link's pauses are the longest. @returns reasons that were told, and connections */
async function linkTo(answer: (socket: Socket) => void) {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => {});
    socket.once('data', () => answer(socket));
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  const reasons: string[] = [];
  const link = new BrokerLink(
    { url: `mqtt://127.0.0.1:${port}`, clientId: 'truck' },
    {
      onUp: (client) => void client.publish('status', 'online', { qos: 1 }),
      onDown: (reason) => reasons.push(reason),
    },
    () => 1,
  );
  onTestFinished(async () => {
    await link.close(() => {});
    server.close();
  });
  link.open();
  return { reasons, connections: () => connections };
}

/** MQTT 3.1.1, section 3.2: accepted. */
const accepted = Uint8Array.of(0x20, 2, 0, 0);

describe('a broker that takes the connection and breaks it at once', () => {
  it('is left alone for longer each time: no storm of connections', async () => {
    const { connections, reasons } = await linkTo((socket) => socket.end(accepted));
    await sleep(4000);
    // After 0, 0.5, 1.5 and 3.5 s; a busy machine makes it fewer.
    expect(connections()).toBeLessThanOrEqual(4);
    expect(reasons.length).toBeGreaterThan(0);
  });

  it('is asked again soon where it acknowledged something', async () => {
    const { connections } = await linkTo((socket) => {
      socket.write(accepted);
      // PUBACK of message id 1 (MQTT 3.1.1, section 3.4).
      socket.once('data', () => socket.end(Uint8Array.of(0x40, 2, 0, 1)));
    });
    await eventually('a sixth connection', () => connections() >= 6);
  });
});

describe('what is there in place of a broker is told in words', () => {
  it.each([
    ['a portal that redirects', 'HTTP/1.1 302 Found\r\nLocation: http://login.example/\r\n\r\n'],
    ['a portal with a page', 'HTTP/1.1 200 OK\r\n\r\n<html>please log in</html>'],
  ])('%s', async (_what, page) => {
    const { reasons } = await linkTo((socket) => socket.end(page));
    await eventually('a reason', () => reasons.length > 0);
    expect(reasons[0]).toBe('the server speaks HTTP and not MQTT: a captive portal, or another port');
  });

  it('noise', async () => {
    const { reasons, connections } = await linkTo((socket) => socket.write('nothing that MQTT knows'));
    await eventually('another try', () => connections() > 1);
    expect(reasons[0]).not.toBe('');
  });
});
