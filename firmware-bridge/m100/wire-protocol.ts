// The M100 protocol for a technician's tools.

import { hexOf, readUint16 } from '../bytes/words.js';
import type { WireProtocol } from '../wire-protocol.js';
import { frameTypes, informationKinds, type M100Frame, m100Commands } from './codes.js';
import { encodeInformation } from './commands.js';
import { explainM100 } from './explain.js';
import { maxM100FrameBytes, tryM100Frame } from './frame.js';

/** Start to length before the parameters; sum and end after them. */
const headerBytes = 5;
const trailerBytes = 2;

export const m100Protocol: WireProtocol<M100Frame> = {
  name: 'm100',
  title: 'MagicRF M100 and QM100 UHF readers (YRM100x, R200, JRD-100, JRD-4035, M5Stack)',
  tryFrame: tryM100Frame,
  maxFrameBytes: maxM100FrameBytes,
  explain: explainM100,
  refusal,
  question: {
    baudRates: [115200, 57600, 38400, 28800, 19200, 9600],
    // The first is asked twice: a sleeping reader loses the byte that wakes it.
    requests: [informationKinds.hardware, ...Object.values(informationKinds)].map(encodeInformation),
    identity: ({ type, command, parameters }) =>
      type === frameTypes.response && command === m100Commands.information
        ? String.fromCharCode(...parameters.subarray(1))
            .replace(/[^\x20-\x7e]/g, '?')
            .trim()
        : undefined,
  },
};

function refusal(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'no bytes';
  if (bytes[0] !== 0xbb) return `starts with ${hexOf(bytes, 0, 1)}, should be bb`;
  if ((bytes[1] ?? 0) > frameTypes.notice) return `type is ${hexOf(bytes, 1, 2)}, should be 00, 01 or 02`;
  if (bytes.length < headerBytes + trailerBytes) return `${bytes.length} bytes, the shortest frame has 7`;
  const expectedBytes = headerBytes + readUint16(bytes, 3) + trailerBytes;
  if (bytes.length === expectedBytes + 1 && bytes.at(-3) === 0x7e) {
    return '7e comes before the last two bytes: this looks like Phychips RCP';
  }
  if (bytes.length !== expectedBytes) {
    return `length says a frame of ${expectedBytes} bytes, ${bytes.length} are here`;
  }
  if (bytes.at(-1) !== 0x7e) return `end is ${hexOf(bytes, bytes.length - 1)}, should be 7e`;
  const sumAt = bytes.length - trailerBytes;
  const sum = bytes.subarray(1, sumAt).reduce((total, byte) => (total + byte) & 0xff, 0);
  if (bytes[sumAt] !== sum) {
    return `sum is ${hexOf(bytes, sumAt, sumAt + 1)}, should be ${hexOf(Uint8Array.of(sum))}`;
  }
  const attempt = tryM100Frame(bytes, 0);
  return attempt.kind === 'frame'
    ? 'nothing is wrong'
    : "the tag's own CRC or the length in its PC does not fit";
}
