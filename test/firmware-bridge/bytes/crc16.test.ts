import { describe, expect, it } from 'vitest';
import { crc16, crc16Genibus, crc16Modbus } from '../../../firmware-bridge/bytes/crc16.js';

const check = new TextEncoder().encode('123456789');

describe('CRC-16', () => {
  it.each([
    ['MODBUS', crc16Modbus, 0x4b37],
    ['GENIBUS', crc16Genibus, 0xd64e],
  ])('%s gives the check value of the CRC catalogue', (_name, parameters, expected) => {
    expect(crc16(parameters, check)).toBe(expected);
  });

  it('covers only the range that was asked for', () => {
    const framed = Uint8Array.of(0xff, ...check, 0xff);
    expect(crc16(crc16Modbus, framed, 1, framed.length - 1)).toBe(0x4b37);
  });
});
