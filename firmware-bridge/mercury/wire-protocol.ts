// The Mercury protocol for a technician's tools.

import { hexOf, readUint16, uint16Bytes } from '../bytes/words.js';
import type { WireProtocol } from '../wire-protocol.js';
import { mercuryOpcodes } from './codes.js';
import { encodeVersion } from './commands.js';
import { mercuryCrc } from './crc.js';
import { explainMercury } from './explain.js';
import { type MercuryFrame, maxMercuryDataBytes, maxMercuryFrameBytes, tryMercuryFrame } from './frame.js';
import { describeVersion } from './version.js';

export const mercuryProtocol: WireProtocol<MercuryFrame> = {
  name: 'mercury',
  title: 'ThingMagic Mercury UHF readers (M5e, M6e, M6e Nano, M7e and clones)',
  tryFrame: tryMercuryFrame,
  maxFrameBytes: maxMercuryFrameBytes,
  explain: explainMercury,
  refusal,
  question: {
    baudRates: [115200, 9600, 921600, 460800, 230400, 57600, 38400, 19200],
    requests: [encodeVersion()],
    identity: (frame) =>
      frame.kind === 'reply' && frame.opcode === mercuryOpcodes.version && frame.status === 0
        ? describeVersion(frame.data)
        : undefined,
  },
};

function refusal(bytes: Uint8Array): string {
  const [first, dataBytes] = bytes;
  if (first === undefined) return 'no bytes';
  if (first !== 0xff) return `starts with ${hexOf(bytes, 0, 1)}, should be ff`;
  if (dataBytes === undefined) return 'ends after the first byte';
  if (dataBytes > maxMercuryDataBytes) {
    return `length byte says ${dataBytes}, more than the ${maxMercuryDataBytes} data bytes of the longest frame`;
  }
  const [commandBytes, replyBytes] = [dataBytes + 5, dataBytes + 7];
  if (bytes.length !== commandBytes && bytes.length !== replyBytes) {
    return `length byte says ${dataBytes}: a command of ${commandBytes} or a reply of ${replyBytes} bytes; ${bytes.length} are here`;
  }
  const crcAt = bytes.length - 2;
  const crc = mercuryCrc(bytes, 1, crcAt);
  if (crc !== readUint16(bytes, crcAt)) {
    return `CRC is ${hexOf(bytes, crcAt)}, should be ${hexOf(Uint8Array.from(uint16Bytes(crc)))}`;
  }
  const attempt = tryMercuryFrame(bytes, 0);
  return attempt.kind === 'frame'
    ? 'nothing is wrong'
    : "the tag's own CRC or the length in its PC does not fit";
}
