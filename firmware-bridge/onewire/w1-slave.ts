// The text of a DS18B20's `w1_slave` file: Linux Documentation/w1/slaves/w1_therm.rst and drivers/w1/slaves/w1_therm.c.
// Pure; never throws on text. Nothing in the file is taken on trust: after a bad CRC the second line shows the value of
// an EARLIER conversion, and published captures exist that say YES beside bytes whose CRC is wrong.
//
//   a6 01 4b 46 7f ff 0c 10 5c : crc=5c YES
//   a6 01 4b 46 7f ff 0c 10 5c t=26375

import { asInt16 } from '../bytes/words.js';
import { crc8Maxim } from './crc8.js';

export type W1Fault =
  /** Not the two lines that the kernel writes; an empty file while a conversion runs. */
  | 'not-a-reading'
  /** The kernel says NO: the second line is an earlier value. */
  | 'stale'
  /** The CRC does not fit the bytes, whatever the kernel says. */
  | 'bad-crc'
  /** Bytes, lines and number do not tell the same. */
  | 'inconsistent'
  /** The data line is held low: shorted to ground. */
  | 'all-zero'
  /** Nobody pulls the line low: no chip, a broken wire. */
  | 'all-ones';

export type W1Reading =
  | { readonly kind: 'temperature'; readonly temperatureMilliC: number }
  /** The chip has lost its power since and not converted yet. */
  | { readonly kind: 'power-on-value' }
  | { readonly kind: 'fault'; readonly fault: W1Fault };

const scratchpadBytes = 9;
const hexBytes = '((?:[0-9a-f]{2} ){9})';
const twoLines = new RegExp(`^${hexBytes}: crc=([0-9a-f]{2}) (YES|NO)\n${hexBytes}t=(-?[0-9]{1,6})\n?$`);
/** Data sheet, configuration register: 0 R1 R0 1 1 1 1 1. */
const configurationMask = 0x9f;
const configurationBits = 0x1f;
const powerOnMilliC = 85_000;
/** Byte 6 of a genuine chip holds this only until its first conversion (cpetrich/counterfeit_DS18B20). */
const powerOnByte6 = 0x0c;
/** What the element can measure; a number outside is not from a conversion. */
const rangeMilliC = [-55_000, 125_000] as const;

/** Reads the text of one `w1_slave` file. */
export function readW1Slave(text: string): W1Reading {
  const match = twoLines.exec(text);
  if (match === null) return faulty('not-a-reading');
  const [, received = '', crcText = '', verdict, retained, temperatureText = ''] = match;
  const bytes = Uint8Array.from(received.trim().split(' '), (byte) => Number.parseInt(byte, 16));
  if (bytes.every((byte) => byte === 0)) return faulty('all-zero');
  if (bytes.every((byte) => byte === 0xff)) return faulty('all-ones');
  if (verdict !== 'YES') return faulty('stale');
  const crc = crc8Maxim(bytes, scratchpadBytes - 1);
  if (crc !== bytes[scratchpadBytes - 1] || crc !== Number.parseInt(crcText, 16)) return faulty('bad-crc');
  if (retained !== received) return faulty('inconsistent');
  return temperatureOf(bytes, Number(temperatureText));
}

function temperatureOf(bytes: Uint8Array, kernelMilliC: number): W1Reading {
  const [low = 0, high = 0, , , configuration = 0, , byte6] = bytes;
  if ((configuration & configurationMask) !== configurationBits) return faulty('inconsistent');
  const sixteenths = asInt16((high << 8) | low);
  if (kernelMilliC !== milliC(sixteenths)) return faulty('inconsistent');
  // Below 12 bits the last one to three bits mean nothing.
  const resolutionBits = 9 + (configuration >>> 5);
  const temperatureMilliC = milliC(sixteenths & (-1 << (12 - resolutionBits)));
  const [lowest, highest] = rangeMilliC;
  if (temperatureMilliC < lowest || temperatureMilliC > highest) return faulty('inconsistent');
  if (temperatureMilliC === powerOnMilliC && byte6 === powerOnByte6) return { kind: 'power-on-value' };
  return { kind: 'temperature', temperatureMilliC };
}

/** As the kernel divides: towards zero. */
function milliC(sixteenths: number): number {
  const value = Math.trunc((sixteenths * 1000) / 16);
  return value === 0 ? 0 : value;
}

function faulty(fault: W1Fault): W1Reading {
  return { kind: 'fault', fault };
}
