import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc16 } from '../../../firmware-bridge/bytes/crc16.js';
import {
  encodeInventory,
  encodeReaderInformation,
  encodeSerialNumber,
  encodeSetTxPower,
} from '../../../firmware-bridge/chafon/commands.js';
import {
  type ChafonFrame,
  crc16Mcrf4xx,
  encodeChafonFrame,
  maxChafonFrameBytes,
  tryChafonFrame,
  tryReaderFrame,
} from '../../../firmware-bridge/chafon/frame.js';
import {
  decodeInventoryReply,
  encodeInventoryReply,
} from '../../../firmware-bridge/chafon/inventory-reply.js';
import { decodeReaderInformation } from '../../../firmware-bridge/chafon/reader-information.js';
import { newCounters } from '../../../firmware-bridge/device.js';
import { Scanner } from '../../../firmware-bridge/framing/scanner.js';
import { seededRandom } from '../../../firmware-bridge/simulators/simulated-device.js';
import { fromHex } from '../hex.js';

interface Vector {
  name: string;
  hex: string;
  crc_ok?: false;
  direction: 'host->reader' | 'reader->host';
  model: 'uhfreader18' | 'uhfreader288';
  decoded?: { status: number; antenna: number; tags: { epc: string; rssi_raw?: number }[] };
  information?: {
    firmware: string;
    type: number;
    tx_power_dbm: number;
    inventory_time_ms: number;
    antennas: number[];
  };
}
const { frames }: { frames: Vector[] } = JSON.parse(
  readFileSync(new URL('../../vectors/devices/uhf-chafon.json', import.meta.url), 'utf8'),
);
const intact = frames.filter(({ crc_ok }) => crc_ok !== false);
const replies = intact.filter(({ direction }) => direction === 'reader->host');
const replyBytes = replies.map(({ hex }) => fromHex(hex));
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

function scanReader(chunks: readonly Uint8Array[], counters = newCounters()): ChafonFrame[] {
  const scanner = new Scanner(tryReaderFrame, maxChafonFrameBytes, counters);
  const found = chunks.flatMap((chunk) => scanner.push(chunk));
  return [...found, ...scanner.flush()];
}

describe('Chafon frames', () => {
  it('the CRC is the catalogue’s CRC-16/MCRF4XX', () => {
    expect(crc16(crc16Mcrf4xx, new TextEncoder().encode('123456789'))).toBe(0x6f91);
  });

  it.each(intact.map((vector) => [vector.name, vector] as const))('reads "%s"', (_name, vector) => {
    const bytes = fromHex(vector.hex);
    const tryFrame = vector.direction === 'reader->host' ? tryReaderFrame : tryChafonFrame;
    const attempt = tryFrame(bytes, 0);
    if (attempt.kind !== 'frame') throw new Error(`got ${attempt.kind}`);
    expect(attempt.length).toBe(bytes.length);
    expect(encodeChafonFrame(attempt.frame)).toEqual(bytes);
    const { decoded, information, model } = vector;
    const data = attempt.frame.body.subarray(1);
    if (decoded !== undefined) {
      expect(attempt.frame.body[0]).toBe(decoded.status);
      expect(decodeInventoryReply(model, data)).toEqual({
        antennas: [decoded.antenna],
        tags: decoded.tags.map(({ epc, rssi_raw }) => ({ epc, rssiRaw: rssi_raw })),
      });
    }
    if (information !== undefined) {
      expect(decodeReaderInformation(data)).toEqual({
        firmware: information.firmware,
        type: information.type,
        txPowerDbm: information.tx_power_dbm,
        inventoryTimeMs: information.inventory_time_ms,
        antennas: information.antennas,
      });
    }
  });

  it('refuses a frame whose CRC is wrong', () => {
    const [bad] = frames.filter(({ crc_ok }) => crc_ok === false);
    const counters = newCounters();
    expect(scanReader([fromHex(bad?.hex ?? '')], counters)).toEqual([]);
    expect(counters.badChecks).toBeGreaterThan(0);
  });

  it.each([
    ['get reader info', encodeReaderInformation()],
    ['inventory (18 series)', encodeInventory('uhfreader18', 0xff, 1)],
  ])('encodes "%s" as public drivers send it', (name, bytes) => {
    expect(hexOf(bytes)).toBe(frames.find((vector) => vector.name === name)?.hex);
  });

  it('asks a 288 for one antenna in the short form that a capture shows', () => {
    const captured = fromHex(frames.find(({ name }) => name === 'inventory (RRU9816)')?.hex ?? '');
    const ours = encodeInventory('uhfreader288', 0, 3);
    expect(ours.length).toBe(captured.length);
    expect(ours.subarray(1, 3)).toEqual(captured.subarray(1, 3));
    expect(hexOf(ours.subarray(3, 8))).toBe('0400008205');
  });

  it('power and serial number are asked of one reader', () => {
    expect(hexOf(encodeSetTxPower(3, 26).subarray(0, 4))).toBe('05032f1a');
    expect(hexOf(encodeSerialNumber(3).subarray(0, 3))).toBe('04034c');
  });

  it('a request is no reader’s frame, nor is a frame from the broadcast address', () => {
    expect(scanReader([encodeReaderInformation(), encodeReaderInformation(0)])).toEqual([]);
    const body = Uint8Array.of(0xfb);
    expect(scanReader([encodeChafonFrame({ address: 255, command: 0x01, body })])).toEqual([]);
    expect(scanReader([encodeChafonFrame({ address: 254, command: 0x01, body })])).toHaveLength(1);
  });

  it.each([
    ['a status that no reader gives', 0x01, '77'],
    ['a command that was never asked', 0x02, '00'],
    ['zeros that look like an answer to nothing', 0x00, '00'],
    ['an empty answer', 0x01, ''],
  ])('%s is refused behind a right CRC', (_what, command, body) => {
    expect(scanReader([encodeChafonFrame({ address: 1, command, body: fromHex(body) })])).toEqual([]);
  });

  it('takes the longest frame there is, and encodes none that is longer', () => {
    const tags = Array.from({ length: 83 }, (_, tag) => [2, 0, tag]).flat();
    const longest = { address: 1, command: 0x01, body: Uint8Array.of(0x01, 83, ...tags) };
    const bytes = encodeChafonFrame(longest);
    expect(bytes.length).toBe(maxChafonFrameBytes);
    expect(scanReader([bytes])).toEqual([longest]);
    expect(() => encodeChafonFrame({ ...longest, body: new Uint8Array(252) })).toThrow(RangeError);
  });
});

describe('Chafon replies by their content', () => {
  const sealed = (command: number, body: readonly number[]) =>
    encodeChafonFrame({ address: 1, command, body: Uint8Array.from(body) });

  it.each([
    ['an inventory that fits neither layout', 0x01, [0x01, 0x02, 0x0c, 0x30]],
    ['statistics of six bytes', 0x01, [0x26, 0, 0, 0, 0, 0, 0]],
    ['an answer about power with data', 0x2f, [0x00, 0x01]],
    ['an identity of seven bytes', 0x21, [0x00, 1, 2, 3, 4, 5, 6, 7]],
    ['a refusal with two bytes of data', 0x21, [0xff, 1, 2]],
  ])('%s is no frame, though its CRC is right', (_what, command, body) => {
    expect(scanReader([sealed(command, body)])).toEqual([]);
  });

  it.each([
    ['statistics', 0x01, [0x26, 0, 0, 0, 0, 0, 0, 5]],
    ['no tag', 0x01, [0xfb]],
    ['power set', 0x2f, [0x00]],
  ])('%s is one', (_what, command, body) => {
    expect(scanReader([sealed(command, body)])).toHaveLength(1);
  });
});

describe('Chafon inventory replies', () => {
  const models = fc.constantFrom('uhfreader18' as const, 'uhfreader288' as const);
  const tags = fc.array(
    fc.record({
      epc: fc
        .uint8Array({ minLength: 2, maxLength: 24 })
        .map((epc) => epc.subarray(0, epc.length - (epc.length % 2))),
      rssiRaw: fc.nat(255),
    }),
    { maxLength: 8 },
  );

  it('hold for both models what was put in', () => {
    fc.assert(
      fc.property(models, fc.integer({ min: 1, max: 8 }), tags, (model, antenna, put) => {
        expect(decodeInventoryReply(model, encodeInventoryReply(model, antenna, put))).toEqual({
          antennas: [model === 'uhfreader18' ? 1 : antenna],
          tags: put.map(({ epc, rssiRaw }) => ({
            epc: hexOf(epc),
            rssiRaw: model === 'uhfreader18' ? undefined : rssiRaw,
          })),
        });
      }),
    );
  });

  it('a byte more or less is no reply at all', () => {
    fc.assert(
      fc.property(models, tags, fc.nat(), (model, put, cut) => {
        const data = encodeInventoryReply(model, 1, put);
        expect(decodeInventoryReply(model, Uint8Array.of(...data, 0))).toBeUndefined();
        const shorter = data.subarray(0, 1 + (cut % (data.length - 1 || 1)));
        if (shorter.length < data.length) expect(decodeInventoryReply(model, shorter)).toBeUndefined();
      }),
    );
  });

  it.each(
    replies.filter(({ decoded }) => (decoded?.tags.length ?? 0) > 0).map((one) => [one.name, one] as const),
  )('read with the other model’s layout, "%s" gives no tag', (_name, { hex, model }) => {
    const data = fromHex(hex).subarray(4, -2);
    const other = model === 'uhfreader18' ? 'uhfreader288' : 'uhfreader18';
    expect(decodeInventoryReply(other, data)).toBeUndefined();
  });

  it('several bits in the antenna mask are several antennas; tags without an antenna are refused', () => {
    expect(decodeInventoryReply('uhfreader288', fromHex('050102abcd40'))?.antennas).toEqual([1, 3]);
    expect(decodeInventoryReply('uhfreader288', fromHex('000102abcd40'))).toBeUndefined();
  });

  it.each(['010100', '010103abcdef40', `01013f${'00'.repeat(63)}40`])('refuses EPC length in %s', (hex) => {
    expect(decodeInventoryReply('uhfreader288', fromHex(hex))).toBeUndefined();
  });
});

describe('Chafon frames under damage', () => {
  const anyReply = fc.constantFrom(...replyBytes);

  it('no damage of one byte gives any frame', () => {
    for (const frame of replyBytes) {
      for (let at = 0; at < frame.length; at += 1) {
        for (let mask = 1; mask < 256; mask += 1) {
          const damaged = frame.slice();
          damaged[at] = (damaged[at] ?? 0) ^ mask;
          if (scanReader([damaged]).length > 0) throw new Error(`${hexOf(damaged)} passed`);
        }
      }
    }
  });

  it('two damaged neighbours behind the length give no frame', () => {
    const masks = fc.tuple(fc.integer({ min: 1, max: 255 }), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(anyReply, fc.nat(), masks, (frame, position, [first, second]) => {
        const damaged = frame.slice();
        const at = 1 + (position % (frame.length - 2));
        damaged[at] = (damaged[at] ?? 0) ^ first;
        damaged[at + 1] = (damaged[at + 1] ?? 0) ^ second;
        expect(scanReader([damaged])).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  it('a wrong length byte or noise costs no later frame, however the bytes are cut', () => {
    const noise = fc.uint8Array({ maxLength: 40 });
    const stream = fc.array(fc.tuple(noise, anyReply, fc.boolean()), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(stream, fc.integer({ min: 1, max: 60 }), (parts, chunkBytes) => {
        const bytes = parts.flatMap(([before, frame, isDamaged]) => [
          ...before,
          ...(isDamaged ? Uint8Array.of(0xff, ...frame.subarray(1)) : frame),
        ]);
        const chunks: Uint8Array[] = [];
        for (let at = 0; at < bytes.length; at += chunkBytes) {
          chunks.push(Uint8Array.from(bytes.slice(at, at + chunkBytes)));
        }
        const wanted = parts.filter(([, , isDamaged]) => !isDamaged).map(([, frame]) => hexOf(frame));
        const found = scanReader(chunks).map((frame) => hexOf(encodeChafonFrame(frame)));
        expect(found).toEqual(wanted);
      }),
      { numRuns: 300 },
    );
  });

  it('noise without end holds less than one frame in memory and gives no frame', () => {
    const random = seededRandom(7);
    const counters = newCounters();
    const scanner = new Scanner(tryReaderFrame, maxChafonFrameBytes, counters);
    for (let chunk = 0; chunk < 500; chunk += 1) {
      const bytes = Uint8Array.from({ length: 1000 }, () => Math.floor(random() * 256));
      expect(scanner.push(bytes)).toEqual([]);
      expect(scanner.pendingBytes).toBeLessThan(maxChafonFrameBytes);
    }
  });

  it('nothing that arrives makes it throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        scanReader([bytes]);
        decodeInventoryReply('uhfreader18', bytes);
        decodeInventoryReply('uhfreader288', bytes);
        decodeReaderInformation(bytes);
      }),
    );
  });
});
