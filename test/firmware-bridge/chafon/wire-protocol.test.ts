import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeChafonFrame } from '../../../firmware-bridge/chafon/frame.js';
import { chafonProtocol } from '../../../firmware-bridge/chafon/wire-protocol.js';
import { fromHex } from '../hex.js';

const { frames }: { frames: { name: string; hex: string; direction?: string; crc_ok?: false }[] } =
  JSON.parse(readFileSync(new URL('../../vectors/devices/uhf-chafon.json', import.meta.url), 'utf8'));

function explain(bytes: Uint8Array) {
  const attempt = chafonProtocol.tryFrame(bytes, 0);
  if (attempt.kind !== 'frame') throw new Error(attempt.kind);
  return chafonProtocol.explain(attempt.frame);
}
const frame = (address: number, command: number, body: string) =>
  encodeChafonFrame({ address, command, body: fromHex(body) });

describe('Chafon frames in words', () => {
  it.each(frames.filter(({ crc_ok }) => crc_ok !== false).map((one) => [one.name, one] as const))(
    'tells the direction of "%s"',
    (_name, { hex, direction }) => {
      const wanted = direction === 'reader->host' ? 'reply' : 'request';
      expect(explain(fromHex(hex)).fields.direction).toBe(wanted);
    },
  );

  it.each([
    ['04ff211995', 'request to any reader: reader information'],
    ['090001010000800a76fc', 'request to reader 0: inventory 010000800a'],
    [
      '13000103010c0000000000000000000003133f39',
      'reader 0: inventory, more frames follow (03), antenna 1, 1 tag: 000000000000000000000313',
    ],
    [
      '0d000103010104003230386da3d2',
      'reader 0: inventory, more frames follow (03), antenna 1, 1 tag: 00323038 (raw RSSI 109)',
    ],
    ['0700010101001e4b', 'reader 0: inventory, inventory done (01), antenna 1, 0 tags'],
    [
      '1100210000160c034e001e0a01000000e651',
      'reader 0: reader information, done (00), UHFReader288M, firmware 0.22, 30 dBm, round 1000 ms',
    ],
  ])('%s', (hex, text) => {
    expect(explain(fromHex(hex)).text).toBe(text);
  });

  it.each([
    [frame(1, 0x01, 'f8'), 'reader 1: inventory, antenna error (f8)'],
    [frame(1, 0x01, 'fb'), 'reader 1: inventory, no tag (fb)'],
    [frame(1, 0x2f, '1a'), 'request to reader 1: power 26 dBm'],
    [frame(1, 0x2f, '00'), 'reader 1: power, done (00)'],
    [frame(1, 0x4c, '00deadbeef'), 'reader 1: serial number, done (00), deadbeef'],
    [frame(1, 0x99, '7701'), 'request to reader 1: unknown command 99 7701'],
    [frame(1, 0x00, 'fe'), 'reader 1: unknown command 00, unknown command or bad CRC (fe)'],
  ])('%s', (bytes, text) => {
    expect(explain(bytes).text).toBe(text);
  });

  it('who is there is asked without setting anything, and read from the answer alone', () => {
    const [request, ...more] = chafonProtocol.question?.requests ?? [];
    expect(more).toEqual([]);
    expect(Buffer.from(request ?? []).toString('hex')).toBe('04ff211995');
    const identities = frames.map(({ hex }) => {
      const attempt = chafonProtocol.tryFrame(fromHex(hex), 0);
      return attempt.kind === 'frame' ? chafonProtocol.question?.identity(attempt.frame) : undefined;
    });
    expect(identities.filter((text) => text !== undefined)).toEqual([
      'UHFReader288M, firmware 0.22, address 0',
    ]);
  });

  it.each([
    ['', 'no bytes'],
    ['03ff21', 'length byte says 3, at least 4 are needed'],
    ['04ff2119', 'length byte says 4, 3 bytes follow'],
    ['04ff211996', 'CRC is 9619, should be 9519'],
  ])('refuses %s: %s', (hex, reason) => {
    expect(chafonProtocol.refusal(fromHex(hex))).toBe(reason);
  });

  it('explains every frame in one line, and never throws', () => {
    const bodies = fc.uint8Array({ maxLength: 60 });
    fc.assert(
      fc.property(fc.nat(255), fc.nat(255), bodies, fc.uint8Array(), (address, command, body, noise) => {
        const { text, fields } = explain(encodeChafonFrame({ address, command, body }));
        expect(text).not.toMatch(/[\n\r]/);
        expect(fields.address).toBe(address);
        expect(chafonProtocol.refusal(noise)).toMatch(/./);
      }),
    );
  });
});
