// The Phychips RCP for a technician's tools. There is no driver for it: these readers are recognised and explained.

import { hexOf, readUint16, uint16Bytes } from '../bytes/words.js';
import { encodeRcpEnvelope, maxRcpFrameBytes, type RcpEnvelope, rcpCrc } from '../framing/rcp-envelope.js';
import type { ExplainedValue, Explanation, WireProtocol } from '../wire-protocol.js';
import { failureText, rcpCommandName, rcpCommands, rcpInformationKinds, rcpTypes } from './codes.js';
import { decodeRcpTagNotice, tryRcpFrame } from './frame.js';

const typeNames = ['command', 'response', 'notice'] as const;
/** Start to length, before the parameters; 7E and CRC after them. */
const headerBytes = 5;
const trailerBytes = 3;

export const rcpProtocol: WireProtocol<RcpEnvelope> = {
  name: 'rcp',
  title: 'Phychips RCP UHF readers (PR9200, RED4S)',
  tryFrame: tryRcpFrame,
  maxFrameBytes: maxRcpFrameBytes,
  explain,
  refusal,
  question: {
    baudRates: [115200],
    requests: Object.values(rcpInformationKinds).map((kind) =>
      encodeRcpEnvelope({
        type: rcpTypes.command,
        command: rcpCommands.readerInformation,
        parameters: Uint8Array.of(kind),
      }),
    ),
    identity: ({ type, command, parameters }) =>
      type === rcpTypes.response && command === rcpCommands.readerInformation
        ? printable(parameters)
        : undefined,
  },
};

function explain(frame: RcpEnvelope): Explanation {
  const { type, command } = frame;
  const kind = typeNames[type] ?? `type ${type}`;
  const name = rcpCommandName(command) ?? `unknown command ${hexOf(Uint8Array.of(command))}`;
  const tag = decodeRcpTagNotice(frame);
  if (tag !== undefined) {
    return { text: `notice: tag ${tag.epc}, PC ${tag.pc}`, fields: { kind, name, ...tag } };
  }
  const details = detailsOf(frame);
  const parts = Object.entries(details).map(([label, value]) => `${label} ${String(value)}`);
  return { text: [`${kind}: ${name}`, ...parts].join(', '), fields: { kind, name, ...details } };
}

function detailsOf({ type, command, parameters }: RcpEnvelope): Record<string, ExplainedValue> {
  if (parameters.length === 0) return {};
  if (type === rcpTypes.response) {
    if (command === rcpCommands.failure) return { failure: failureText(parameters[0] ?? 0) };
    if (command === rcpCommands.readerInformation) return { information: printable(parameters) };
  }
  return { parameters: hexOf(parameters) };
}

function refusal(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'no bytes';
  if (bytes[0] !== 0xbb) return `starts with ${hexOf(bytes, 0, 1)}, should be bb`;
  if ((bytes[1] ?? 0) >= typeNames.length) return `type is ${hexOf(bytes, 1, 2)}, should be 00, 01 or 02`;
  if (bytes.length < headerBytes + trailerBytes) return `${bytes.length} bytes, the shortest frame has 8`;
  const expectedBytes = headerBytes + readUint16(bytes, 3) + trailerBytes;
  if (bytes.length !== expectedBytes) {
    return `length says a frame of ${expectedBytes} bytes, ${bytes.length} are here`;
  }
  const endAt = bytes.length - trailerBytes;
  if (bytes[endAt] !== 0x7e) return `end is ${hexOf(bytes, endAt, endAt + 1)}, should be 7e`;
  const crc = rcpCrc(bytes, 1, endAt + 1);
  if (crc !== readUint16(bytes, endAt + 1)) {
    return `CRC is ${hexOf(bytes, endAt + 1)}, should be ${hexOf(Uint8Array.from(uint16Bytes(crc)))}`;
  }
  const attempt = tryRcpFrame(bytes, 0);
  return attempt.kind === 'frame' ? 'nothing is wrong' : 'the length in the PC does not fit the EPC';
}

/** Printable ASCII only: the bytes are the device's own. */
function printable(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
    .replace(/[^\x20-\x7e]/g, '?')
    .trim();
}
