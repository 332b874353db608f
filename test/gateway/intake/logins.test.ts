// Logins of the sensor broker: hashes, the queue before them, what a guesser has to wait, and who counts as one address.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkOf } from '../../../gateway/intake/client-address.js';
import { ConnectionLimits } from '../../../gateway/intake/connection-limits.js';
import { LoginQueue } from '../../../gateway/intake/login-queue.js';
import { LoginSlowdown } from '../../../gateway/intake/login-slowdown.js';
import { hashPassword, matchesHash } from '../../../gateway/intake/password-hash.js';
import { brokerBench } from '../broker-bench.js';
import { connectClient } from '../mqtt-clients.js';
import { rejectionOf } from '../thrown.js';

describe('a user with a password hash', () => {
  it('comes in with its password and with no other, and not with the hash itself', async () => {
    const passwordHash = await hashPassword('correct horse');
    const { port, broker } = await brokerBench({
      users: [{ username: 'door', passwordHash, sensorTopics: ['sensors/door'] }],
    });
    const sensor = await connectClient(port, { username: 'door', password: 'correct horse' });
    await sensor.client.publishAsync('sensors/door', 'x', { qos: 1 });
    for (const password of ['correct horse ', passwordHash]) {
      expect((await rejectionOf(connectClient(port, { username: 'door', password }))).code).toBe(5);
    }
    expect((await rejectionOf(connectClient(port, { username: 'nobody', password: 'x' }))).code).toBe(5);
    expect(broker.refusals()).toBe(3);
  });

  it.each([
    ['an empty password', { password: '' }],
    ['nothing to prove itself by', {}],
  ])('that has %s comes in with nothing', async (_what, proof) => {
    const { port } = await brokerBench({ users: [{ username: 'door', sensorTopics: [], ...proof }] });
    for (const password of ['', 'x']) {
      expect((await rejectionOf(connectClient(port, { username: 'door', password }))).code).toBe(5);
    }
  });

  it('may have a hash of another cost', async () => {
    // RFC 7914 section 12, the third vector, cut to 32 bytes: scrypt derives a prefix for a shorter output of PBKDF2's first block.
    const salt = Buffer.from('SodiumChloride').toString('base64url');
    const hash = Buffer.from('7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2', 'hex');
    const line = `scrypt:16384:8:1:${salt}:${hash.toString('base64url')}`;
    expect(await matchesHash('pleaseletmein', line)).toBe(true);
    expect(await matchesHash('pleaseletmeout', line)).toBe(false);
  });
});

describe('the queue of logins', () => {
  it('runs two at once, the others in their order, and refuses when too many wait', async () => {
    const queue = new LoginQueue();
    const started: number[] = [];
    const ends: (() => void)[] = [];
    const check = (index: number) =>
      queue.run(() => {
        started.push(index);
        return new Promise((resolve) => ends.push(() => resolve(true)));
      });
    const all = Array.from({ length: 66 }, (_, index) => check(index));
    expect((await rejectionOf(check(66))).code).toBe('LOGINS_BUSY');
    expect(started).toEqual([0, 1]);
    for (let index = 0; index < 66; index++) {
      ends[index]?.();
      await all[index];
      expect(started.length).toBe(Math.min(66, index + 3));
    }
    expect(started).toEqual(Array.from({ length: 66 }, (_, index) => index));
  });

  it('goes on after a check that failed', async () => {
    const queue = new LoginQueue();
    for (let time = 0; time < 3; time++) {
      await rejectionOf(queue.run(() => Promise.reject(new Error('no memory'))));
    }
    expect(await queue.run(() => Promise.resolve(true))).toBe(true);
  });
});

describe('a guesser', () => {
  it('waits longer with each failure, up to five seconds, and others do not wait', () => {
    const slowdown = new LoginSlowdown();
    const delays = Array.from({ length: 12 }, () => {
      slowdown.failed('10.0.0.7', 0);
      return slowdown.delayMs('10.0.0.7', 0);
    });
    expect(delays).toEqual([0, 0, 0, 0, 250, 500, 1000, 2000, 4000, 5000, 5000, 5000]);
    expect(slowdown.delayMs('10.0.0.8', 0)).toBe(0);
  });

  it('is forgotten ten minutes after its last failure', () => {
    const slowdown = new LoginSlowdown();
    for (let time = 0; time < 20; time++) slowdown.failed('10.0.0.7', 0);
    expect(slowdown.delayMs('10.0.0.7', 599_999)).toBe(5000);
    expect(slowdown.delayMs('10.0.0.7', 600_000)).toBe(0);
  });

  it('with ten thousand addresses fills no memory: the longest unseen is forgotten', () => {
    const slowdown = new LoginSlowdown();
    for (let time = 0; time < 6; time++) slowdown.failed('first', 0);
    for (let index = 0; index < 1024; index++) slowdown.failed(`other ${index}`, 1);
    expect(slowdown.delayMs('first', 1)).toBe(0);
  });
});

describe('an address', () => {
  it.each([
    ['192.168.7.20', '192.168.7.20'],
    ['::ffff:192.168.7.20', '192.168.7.20'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:0db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    [undefined, 'unknown'],
  ])('%s counts as %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it('never holds more than its share, and what leaves makes place', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean())), (steps) => {
        const limits = new ConnectionLimits({ maxConnections: 5, maxConnectionsPerAddress: 2 });
        const held: string[] = [];
        for (const [network, comes] of steps) {
          const own = held.filter((other) => other === network).length;
          if (comes) {
            const refusal = limits.admit(network);
            expect(refusal !== undefined).toBe(own >= 2 || held.length >= 5);
            if (!refusal) held.push(network);
          } else if (own > 0) {
            limits.leave(network);
            held.splice(held.indexOf(network), 1);
          }
        }
      }),
      { verbose: 1 },
    );
  });
});
