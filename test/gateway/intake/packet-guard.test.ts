// The cap on MQTT packets over real sockets: the bytes of MQTT 3.1.1 section 2.2.3, split in any way.

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { guardPackets, type PacketLimits } from '../../../gateway/intake/packet-guard.js';

/** Only ends a test that would hang. */
const WAIT = { timeout: 20_000 };

const MAX_BYTES = 300;

/** The variable-length number of MQTT 3.1.1 section 2.2.3. */
function lengthBytes(length: number): number[] {
  const bytes: number[] = [];
  let rest = length;
  do {
    bytes.push((rest % 128) | (rest >= 128 ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return bytes;
}

function packet(length: number, filler = 0xff): Buffer {
  return Buffer.concat([Buffer.from([0x30, ...lengthBytes(length)]), Buffer.alloc(length, filler)]);
}

/** A socket pair, the server's end behind the guard. What passes is collected. */
async function guarded(limits: PacketLimits = { maxPacketBytes: MAX_BYTES }) {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted: Promise<Socket[]> = once(server, 'connection') as Promise<Socket[]>;
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.setNoDelay(true);
  const [socket] = await accepted;
  if (!socket) throw new Error('no connection');
  const duplex = guardPackets(socket, limits);
  const passed: Buffer[] = [];
  duplex.on('data', (chunk: Buffer) => passed.push(chunk));
  duplex.on('error', () => {});
  client.on('error', () => {});
  const end = () => {
    client.destroy();
    socket.destroy();
    server.close();
  };
  onTestFinished(end);
  const ended = once(client, 'close');
  return { client, duplex, ended, end, passed: () => Buffer.concat(passed) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('the packet guard', () => {
  it('passes all packets within the cap unchanged, however the bytes are split', async () => {
    const sizes = fc.array(fc.oneof(fc.nat({ max: 5 }), fc.constantFrom(126, 127, 128, 129, MAX_BYTES)), {
      minLength: 1,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        async (lengths, cuts) => {
          const bench = await guarded();
          const bytes = Buffer.concat(lengths.map((length, at) => packet(length, at)));
          let at = 0;
          for (let index = 0; at < bytes.length; index++) {
            const next = at + (cuts[index % cuts.length] ?? 1);
            bench.client.write(bytes.subarray(at, next));
            await turn();
            at = next;
          }
          bench.client.end();
          await once(bench.duplex, 'end');
          expect(bench.passed().equals(bytes)).toBe(true);
          bench.end();
        },
      ),
      { numRuns: 30, verbose: 1 },
    );
  });

  const refused: readonly (readonly [promise: string, head: readonly number[]])[] = [
    ['one byte over the cap', lengthBytes(MAX_BYTES + 1)],
    ['256 MiB', [0xff, 0xff, 0xff, 0x7f]],
    ['a length of five bytes', [0x80, 0x80, 0x80, 0x80, 0x00]],
  ];
  it.each(refused)('ends a connection that announces %s, in one piece', async (_promise, head) => {
    const bench = await guarded();
    bench.client.write(Buffer.from([0x30, ...head]));
    await bench.ended;
  });

  it.each(refused)(
    'ends a connection that announces %s, byte by byte behind a good packet',
    async (_promise, head) => {
      const bench = await guarded();
      for (const byte of [...packet(2), 0x30, ...head]) {
        bench.client.write(Uint8Array.of(byte));
        await turn();
      }
      await bench.ended;
      expect(bench.passed().subarray(0, 4).equals(packet(2))).toBe(true);
    },
  );

  it('passes what the broker answers', async () => {
    const bench = await guarded();
    const answer = once(bench.client, 'data');
    bench.duplex.write(Buffer.from([0xd0, 0x00]));
    expect((await answer)[0]).toEqual(Buffer.from([0xd0, 0x00]));
  });

  it('lets go of a connection when the broker ends it', async () => {
    const bench = await guarded();
    bench.duplex.destroy();
    await bench.ended;
  });
});

describe('a rate of packets', () => {
  it('holds back what is over it, in order, and answers cost a twentieth', async () => {
    let slowed = 0;
    const limits = { maxPacketBytes: MAX_BYTES, packetsPerSecond: 10, onSlowed: () => slowed++ };
    const answers = Buffer.concat(Array.from({ length: 100 }, () => Buffer.from([0x40, 2, 0, 1])));
    const bench = await guarded(limits);
    bench.client.write(answers);
    await vi.waitFor(() => expect(bench.passed().length).toBe(answers.length), WAIT);
    expect(slowed).toBe(0);
    const pings = Array.from({ length: 12 }, (_, index) => packet(1, index));
    bench.client.write(Buffer.concat(pings));
    await vi.waitFor(() => expect(slowed).toBe(1), WAIT);
    bench.client.write(packet(2, 99));
    const all = Buffer.concat([answers, ...pings, packet(2, 99)]);
    await vi.waitFor(() => expect(bench.passed().length).toBe(all.length), WAIT);
    expect(bench.passed().equals(all)).toBe(true);
    expect(slowed).toBe(1);
  });
});
