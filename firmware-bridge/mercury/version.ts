// What a Mercury reader tells of itself, in words: the version reply (03, and 04 from the bootloader) and the serial number.

import { hexOf } from '../bytes/words.js';

/** Boot loader, hardware, firmware date, firmware version, tag protocols: four bytes each. */
const versionBytes = 20;
const fieldBytes = 4;
/** First byte of the hardware version. */
const models: ReadonlyMap<number, string> = new Map([
  [0x18, 'M6e'],
  [0x19, 'M6e international'],
  [0x20, 'M6e Micro'],
  [0x30, 'M6e Nano'],
  [0x38, 'M7e'],
]);

/** "M6e Nano, hardware 30.00.00.02, firmware 01.09.01.12 of 2020-06-13"; undefined where the data is no version. */
export function describeVersion(data: Uint8Array): string | undefined {
  if (data.length < versionBytes) return undefined;
  const field = (index: number) => data.subarray(index * fieldBytes, (index + 1) * fieldBytes);
  const model = models.get(data[fieldBytes] ?? 0) ?? 'Mercury';
  const date = hexOf(field(2)).replace(/^(....)(..)(..)$/, '$1-$2-$3');
  return `${model}, hardware ${dotted(field(1))}, firmware ${dotted(field(3))} of ${date}`;
}

/** The serial number in the data of a hardware-version reply, or undefined. */
export function serialNumberIn(data: Uint8Array): string | undefined {
  const lengthAt = 3;
  const length = data[lengthAt] ?? 0;
  const start = lengthAt + 1;
  if (length === 0 || start + length > data.length) return undefined;
  // Printable ASCII only: the text goes into records and logs, and the bytes are the device's own.
  const text = String.fromCharCode(...data.subarray(start, start + length));
  return text.replace(/[^\x20-\x7e]/g, '?').trim() || undefined;
}

function dotted(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('.');
}
