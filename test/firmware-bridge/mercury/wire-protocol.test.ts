import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeSetAntennas,
  encodeStartStream,
  encodeStopStream,
} from '../../../firmware-bridge/mercury/commands.js';
import { encodeMercuryCommand, encodeMercuryReply } from '../../../firmware-bridge/mercury/frame.js';
import { mercuryProtocol } from '../../../firmware-bridge/mercury/wire-protocol.js';
import { fromHex } from '../hex.js';

const vectors: { frames: { name: string; hex: string }[] } = JSON.parse(
  readFileSync(new URL('../../vectors/devices/uhf-mercury.json', import.meta.url), 'utf8'),
);

function textOf(bytes: Uint8Array): string {
  const attempt = mercuryProtocol.tryFrame(bytes, 0);
  if (attempt.kind !== 'frame') throw new Error(`got ${attempt.kind}`);
  return mercuryProtocol.explain(attempt.frame).text;
}

describe('Mercury frames in words', () => {
  it.each([
    ['boot firmware', 'command: boot firmware'],
    [
      'boot reply',
      'reply: boot firmware ok, version Mercury, hardware 01.00.00.03, firmware 01.07.02.09 of 2014-10-07',
    ],
    ['version', 'command: version'],
    [
      'version reply (M6E Nano)',
      'reply: version ok, version M7e, hardware 38.00.02.01, firmware 02.01.06.08 of 2024-09-13',
    ],
    ['set region EU', 'command: set region, region eu'],
    ['set region ok', 'reply: set region ok'],
    ['get protocol reply none', 'reply: get tag protocol ok, protocol none'],
    ['set protocol GEN2', 'command: set tag protocol, protocol gen2'],
    ['get antenna config', 'command: get antenna port, data 01'],
    ['read single 1000 ms', 'command: read tag single, timeoutMs 1000'],
    [
      'read single: tag e200322fe20df9311328b7e3',
      'reply: read tag single ok, epc e200322fe20df9311328b7e3, tagCrc d100',
    ],
    ['set read power 10.00 dBm', 'command: set read power, powerCentiDbm 1000'],
    [
      'stream tag record (rssi -60, antenna 1/1, 923200 kHz, +295 ms)',
      'reply: tag 000000000000000000001545 at antenna 1, -60 dBm',
    ],
  ])('%s', (name, text) => {
    expect(textOf(fromHex(vectors.frames.find((vector) => vector.name === name)?.hex ?? ''))).toBe(text);
  });

  it.each([
    [encodeStartStream(), 'command: multi protocol tag op, stream start'],
    [encodeStopStream(), 'command: multi protocol tag op, stream stop'],
    [encodeSetAntennas([1, 4]), 'command: set antenna port, antennas 1,4'],
    [encodeMercuryCommand(0x91, [1, 2]), 'command: set antenna port, sendingPort 1, receivingPort 2'],
    [encodeMercuryCommand(0xee, [0xab]), 'command: unknown opcode ee, data ab'],
    [encodeMercuryReply(0x22, 0x0400), 'reply: keep-alive, no tag'],
    [encodeMercuryReply(0x22, 0x0504), 'reply: read tag multiple: 0504, reader temperature out of its range'],
    [encodeMercuryReply(0x97, 0x07bc, [1]), 'reply: set region: 07bc, unknown status, data 01'],
    [
      encodeMercuryReply(0x62, 0, [1, 0x07, 0xd0, 0x0a, 0x8c, 0xfc, 0x18]),
      'reply: get read power ok, powerCentiDbm 2000, highestCentiDbm 2700, lowestCentiDbm -1000',
    ],
    [encodeMercuryReply(0x67, 0, [8]), 'reply: get region ok, region eu3'],
    [encodeMercuryReply(0x10, 0, [0, 0x40, 0, 2, 0x41, 0x42]), 'reply: hardware version ok, serial AB'],
  ])('%#', (bytes, text) => {
    expect(textOf(bytes)).toBe(text);
  });

  it('says who answered, and from nothing but a version', () => {
    const reply = fromHex('ff140300002301060038000201202409130201060800000010cb65');
    const attempt = mercuryProtocol.tryFrame(reply, 0);
    if (attempt.kind !== 'frame') throw new Error(`got ${attempt.kind}`);
    expect(mercuryProtocol.question?.identity(attempt.frame)).toContain('M7e');
    const other = mercuryProtocol.tryFrame(encodeMercuryReply(0x22, 0x0400), 0);
    if (other.kind !== 'frame') throw new Error(`got ${other.kind}`);
    expect(mercuryProtocol.question?.identity(other.frame)).toBeUndefined();
  });
});

describe('why bytes are no Mercury frame', () => {
  it.each([
    ['', 'no bytes'],
    ['bb00', 'starts with bb, should be ff'],
    ['ff', 'ends after the first byte'],
    ['fffe', 'length byte says 254, more than the 249 data bytes of the longest frame'],
    ['ff02930005517d00', 'length byte says 2: a command of 7 or a reply of 9 bytes; 8 are here'],
    ['ff00041d0c', 'CRC is 1d0c, should be 1d0b'],
    ['ff00970000779f', 'CRC is 779f, should be 779e'],
  ])('%s', (hex, reason) => {
    expect(mercuryProtocol.refusal(fromHex(hex))).toBe(reason);
  });

  it("names the tag's own CRC where only that is wrong", () => {
    const good = fromHex(vectors.frames.at(-1)?.hex ?? '');
    const data = good.slice(5, -2);
    data[30] = (data[30] ?? 0) ^ 1;
    expect(mercuryProtocol.refusal(encodeMercuryReply(0x22, 0, data))).toContain("tag's own CRC");
  });

  it('a reason never throws, and is never given for a good frame', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.boolean(), (bytes, startsRight) => {
        if (startsRight && bytes.length > 0) bytes[0] = 0xff;
        const attempt = mercuryProtocol.tryFrame(bytes, 0);
        const isGood = attempt.kind === 'frame' && attempt.length === bytes.length;
        expect(mercuryProtocol.refusal(bytes) === 'nothing is wrong').toBe(isGood);
      }),
      { numRuns: 1000 },
    );
    for (const { hex } of vectors.frames) {
      expect(mercuryProtocol.refusal(fromHex(hex))).toBe('nothing is wrong');
    }
  });
});
