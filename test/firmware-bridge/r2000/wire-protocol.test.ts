import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeR2000Frame } from '../../../firmware-bridge/r2000/frame.js';
import { r2000Protocol } from '../../../firmware-bridge/r2000/wire-protocol.js';
import { fromHex } from '../hex.js';

const { frames }: { frames: { name: string; hex: string; direction: string }[] } = JSON.parse(
  readFileSync(new URL('../../vectors/devices/uhf-r2000-a0.json', import.meta.url), 'utf8'),
);

function frameOf(bytes: Uint8Array) {
  const attempt = r2000Protocol.tryFrame(bytes, 0);
  if (attempt.kind !== 'frame') throw new Error(attempt.kind);
  return attempt.frame;
}
const explain = (bytes: Uint8Array) => r2000Protocol.explain(frameOf(bytes));
const frame = (command: number, data: string) =>
  encodeR2000Frame({ address: 1, command, data: fromHex(data) });

describe('R2000 frames in words', () => {
  it.each(frames.map((one) => [one.name, one] as const))('tells the direction of "%s"', (_name, one) => {
    const wanted = one.direction === 'reader->host' ? 'reply' : 'request';
    expect(explain(fromHex(one.hex)).fields.direction).toBe(wanted);
  });

  it.each([
    ['a003ff72ec', 'request to any reader: firmware'],
    ['a004017400e7', 'request to reader 1: set antenna 1'],
    ['a004017410d7', 'reader 1: set antenna, success (10)'],
    ['a004018901d1', 'request to reader 1: inventory, repeat 1'],
    [
      'a01301898c3000300833b2ddd901400000000137bb',
      'reader 1: inventory, tag 300833b2ddd9014000000001, antenna 1, -74 dBm',
    ],
    ['a00a018900001100000005b6', 'reader 1: inventory, end of round, antenna 1, 5 reads, 17 per second'],
  ])('%s', (hex, text) => {
    expect(explain(fromHex(hex)).text).toBe(text);
  });

  it.each([
    [frame(0x89, '22'), 'reader 1: inventory, antenna missing (22)'],
    [frame(0x72, '0801'), 'reader 1: firmware 8.1'],
    [frame(0x77, '1e1e1e1e'), 'reader 1: power 30, 30, 30, 30 dBm'],
    [frame(0x76, '1a'), 'request to reader 1: set power 26 dBm'],
    [frame(0x76, '11'), 'request to reader 1: set power 17 dBm'],
    [frame(0x76, '48'), 'reader 1: set power, power out of range (48)'],
    [frame(0x42, 'beef'), 'request to reader 1: unknown command 42 beef'],
  ])('%s', (bytes, text) => {
    expect(explain(bytes).text).toBe(text);
  });

  it('who is there is asked without setting anything, and read from the answer alone', () => {
    expect(r2000Protocol.question?.requests.map((request) => Buffer.from(request).toString('hex'))).toEqual([
      'a003ff72ec',
    ]);
    const identify = (bytes: Uint8Array) => r2000Protocol.question?.identity(frameOf(bytes));
    expect(identify(frame(0x72, '0801'))).toBe('R2000 reader, firmware 8.1, address 1');
    expect(frames.map(({ hex }) => identify(fromHex(hex))).filter((text) => text !== undefined)).toEqual([]);
  });

  it.each([
    ['', 'no bytes'],
    ['a1', 'starts with a1, should be a0'],
    ['a0', 'the length byte is missing'],
    ['a00201', 'length byte says 2, at least 3 are needed'],
    ['a00aff72', 'length byte says 10, 2 bytes follow'],
    ['a003ff72ed', 'check is ed, should be ec'],
  ])('refuses %s: %s', (hex, reason) => {
    expect(r2000Protocol.refusal(fromHex(hex))).toBe(reason);
  });

  it('explains every frame in one line, and never throws', () => {
    const bodies = fc.uint8Array({ maxLength: 60 });
    fc.assert(
      fc.property(fc.nat(255), fc.nat(255), bodies, fc.uint8Array(), (address, command, data, noise) => {
        const { text, fields } = explain(encodeR2000Frame({ address, command, data }));
        expect(text).not.toMatch(/[\n\r]/);
        expect(fields.address).toBe(address);
        expect(r2000Protocol.refusal(noise)).toMatch(/./);
      }),
    );
  });
});
