import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { m100Commands } from '../../../firmware-bridge/m100/codes.js';
import { encodeM100Frame } from '../../../firmware-bridge/m100/frame.js';
import { m100Protocol } from '../../../firmware-bridge/m100/wire-protocol.js';
import { fromHex } from '../hex.js';

interface Vectors {
  frames: { name: string; hex: string; direction: string }[];
  wrong_checksum_in_vendor_manual: { hex: string; why: string }[];
}
const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../../vectors/devices/uhf-m100.json', import.meta.url), 'utf8'),
);

function explained(bytes: Uint8Array) {
  const attempt = m100Protocol.tryFrame(bytes, 0);
  if (attempt.kind !== 'frame') throw new Error(`got ${attempt.kind}`);
  return m100Protocol.explain(attempt.frame);
}
const published = (name: string) => fromHex(vectors.frames.find((vector) => vector.name === name)?.hex ?? '');
const response = (command: number, ...parameters: number[]) =>
  encodeM100Frame({ type: 1, command, parameters: Uint8Array.from(parameters) });
const command = (code: number, ...parameters: number[]) =>
  encodeM100Frame({ type: 0, command: code, parameters: Uint8Array.from(parameters) });

describe('M100 frames in words', () => {
  it.each([
    ['get hardware version', 'command: information, information hardware'],
    ['multi poll x10000', 'command: multi inventory, rounds 10000'],
    ['stop multi poll', 'command: stop inventory'],
    ['set region EU', 'command: set region, region eu'],
    ['get region', 'command: get region'],
    ['get tx power', 'command: get tx power'],
    ['set tx power 20.00 dBm', 'command: set tx power, powerCentiDbm 2000'],
    ['set query params Q=4', 'command: set query, select 0, session 0, target 0, q 4'],
    ['no auto sleep / idle 2 min', 'command: set idle time, sleepsAfterMinutes 2'],
    ['tag', 'notice: tag 30751feb705c5904e3d50d70, PC 3400, -55 dBm'],
    ['no tag', 'response, error 15, no tag, or its CRC was wrong'],
    ['stop ack', 'response: stop inventory, result done'],
    ['set tx power ack', 'response: set tx power, result done'],
    ['get tx power reply 20.00 dBm', 'response: get tx power, powerCentiDbm 2000'],
    [
      'READ user bank reply',
      'response: read tag memory, pc 3400, epc e2000016551102060390eaaf, data 0102030405060708',
    ],
  ])('%s', (name, text) => {
    expect(explained(published(name)).text).toBe(text);
  });

  it.each([
    [response(0x08, 0x03), 'response: get region, region eu'],
    [response(0x08, 0x55), 'response: get region, region 0x55'],
    [response(0x03, 0x01, 0x56, 0x32), 'response: information, information software, value V2'],
    [
      response(0xf2, 0, 1, 0xf2, 0xba),
      'response: scan jammer, firstChannel 0, lastChannel 1, levelsDbm -14,-70',
    ],
    [command(0x11, 0x04, 0x80), 'command: set baud rate, baudRate 115200'],
    [command(0xad, 0xff), 'command: set hopping, isOn true'],
    [command(0x99, 0x01), 'command: unknown command 99, parameters 01'],
    [response(0xff, 0x17), 'response, error 17, bad command'],
    [response(0xff, 0xb4), 'response, error b4, write refused by the tag: memory locked'],
    [
      response(0xff, 0xa3, 0x04, 0x10, 0x00, 0xca, 0xfe),
      'response, error a3, read refused by the tag: memory overrun, pc 1000, epc cafe',
    ],
    [response(0xff, 0x77), 'response, error 77, unknown error'],
  ])('%#', (bytes, text) => {
    expect(explained(bytes).text).toBe(text);
  });

  it('every command has a name in both directions, and no password shows', () => {
    const password = 'deadbeef';
    for (const code of Object.values(m100Commands)) {
      for (const type of [0, 1] as const) {
        const parameters = fromHex(`${password}0102030405`);
        const { text } = explained(encodeM100Frame({ type, command: code, parameters }));
        expect(text).not.toContain('unknown command');
      }
    }
    for (const code of [0x39, 0x49, 0x65, 0x82, 0xe0, 0xe1, 0xe3, 0xe5]) {
      const text = JSON.stringify(explained(command(code, ...fromHex(`${password}0102030405`))));
      expect(text).not.toContain(password);
    }
  });
});

describe('why bytes are no M100 frame', () => {
  it.each([
    ['', 'no bytes'],
    ['ff', 'starts with ff, should be bb'],
    ['bb03', 'type is 03, should be 00, 01 or 02'],
    ['bb0003', '3 bytes, the shortest frame has 7'],
    ['bb00030002000500047e', 'length says a frame of 9 bytes, 10 are here'],
    ['bb0003000100047f', 'end is 7f, should be 7e'],
    ['bb0003000100057e', 'sum is 05, should be 04'],
    [
      'bb02220011c9340030751feb705c5904e3d50d703a77f07e',
      "the tag's own CRC or the length in its PC does not fit",
    ],
    [
      'bb0222000e3000e2002075600f0078156074447eaa68',
      '7e comes before the last two bytes: this looks like Phychips RCP',
    ],
  ])('%s', (hex, reason) => {
    expect(m100Protocol.refusal(fromHex(hex))).toBe(reason);
  });

  it.each(vectors.wrong_checksum_in_vendor_manual)('$hex: $why', ({ hex, why }) => {
    const should = why.slice(-2);
    expect(m100Protocol.refusal(fromHex(hex))).toContain(`should be ${should}`);
  });

  it('a reason never throws, and is never given for a good frame', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => {
        if (bytes.length > 0) bytes[0] = 0xbb;
        const attempt = m100Protocol.tryFrame(bytes, 0);
        const isGood = attempt.kind === 'frame' && attempt.length === bytes.length;
        expect(m100Protocol.refusal(bytes) === 'nothing is wrong').toBe(isGood);
      }),
    );
    for (const { hex } of vectors.frames) {
      expect(m100Protocol.refusal(fromHex(hex))).toBe('nothing is wrong');
    }
  });
});
