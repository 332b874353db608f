// Mercury frames in words, both directions: for a technician who looks at a line. Drivers do not need it.

import { asInt16, hexOf, readUint16 } from '../bytes/words.js';
import type { ExplainedValue, Explanation } from '../wire-protocol.js';
import { gen2Protocol, mercuryOpcodes, opcodeName, regionName } from './codes.js';
import { streamOptions } from './commands.js';
import type { MercuryCommand, MercuryFrame, MercuryReply } from './frame.js';
import { mercuryStatuses, statusText } from './statuses.js';
import { decodeTagReply, type MercuryTagRecord } from './tag-record.js';
import { describeVersion, serialNumberIn } from './version.js';

type Fields = Readonly<Record<string, ExplainedValue>>;
type Reader = (data: Uint8Array) => Fields | undefined;

const region: Reader = (data) => (data.length === 1 ? { region: regionName(data[0] ?? 0) } : undefined);
const protocol: Reader = (data) => {
  if (data.length !== 2) return undefined;
  const code = readUint16(data, 0);
  return { protocol: code === gen2Protocol ? 'gen2' : code === 0 ? 'none' : `0x${hexOf(data)}` };
};
const power: Reader = (data) =>
  data.length === 2 ? { powerCentiDbm: asInt16(readUint16(data, 0)) } : undefined;

const commandReaders: Readonly<Record<number, Reader>> = {
  [mercuryOpcodes.setRegion]: region,
  [mercuryOpcodes.setTagProtocol]: protocol,
  [mercuryOpcodes.setReadPower]: power,
  [mercuryOpcodes.setWritePower]: power,
  [mercuryOpcodes.readTagSingle]: (data) =>
    data.length >= 2 ? { timeoutMs: readUint16(data, 0) } : undefined,
  [mercuryOpcodes.setAntennaPort]: (data) => {
    const searchList = 0x02;
    if (data[0] === searchList && data.length % 2 === 1) {
      return { antennas: Array.from(data.subarray(1)).filter((_, index) => index % 2 === 0) };
    }
    return data.length === 2 ? { sendingPort: data[0] ?? 0, receivingPort: data[1] ?? 0 } : undefined;
  },
  [mercuryOpcodes.multiProtocolTagOp]: (data) => {
    if (data[2] === streamOptions.start) return { stream: 'start' };
    return data[2] === streamOptions.stop ? { stream: 'stop' } : undefined;
  },
};

const version: Reader = (data) => {
  const text = describeVersion(data);
  return text === undefined ? undefined : { version: text };
};
const replyPower: Reader = (data) => {
  if (data.length < 3) return undefined;
  const [powerCentiDbm = 0, highestCentiDbm = 0, lowestCentiDbm = 0] = [1, 3, 5].map((offset) =>
    asInt16(readUint16(data, offset)),
  );
  return data.length < 7 ? { powerCentiDbm } : { powerCentiDbm, highestCentiDbm, lowestCentiDbm };
};
const replyReaders: Readonly<Record<number, Reader>> = {
  [mercuryOpcodes.version]: version,
  [mercuryOpcodes.bootFirmware]: version,
  [mercuryOpcodes.hardwareVersion]: (data) => {
    const serial = serialNumberIn(data);
    return serial === undefined ? undefined : { serial };
  },
  [mercuryOpcodes.getRegion]: region,
  [mercuryOpcodes.getTagProtocol]: protocol,
  [mercuryOpcodes.getReadPower]: replyPower,
  [mercuryOpcodes.getWritePower]: replyPower,
  // Without metadata: the EPC and the tag's CRC, and no PC to check it with.
  [mercuryOpcodes.readTagSingle]: (data) =>
    data.length >= 4 && data.length % 2 === 0
      ? { epc: hexOf(data, 0, data.length - 2), tagCrc: hexOf(data, data.length - 2) }
      : undefined,
};

export function explainMercury(frame: MercuryFrame): Explanation {
  return frame.kind === 'command' ? explainCommand(frame) : explainReply(frame);
}

function explainCommand({ opcode, data }: MercuryCommand): Explanation {
  const details = commandReaders[opcode]?.(data) ?? rawFields(data);
  const name = nameOf(opcode);
  return { text: lineOf(`command: ${name}`, details), fields: { kind: 'command', name, ...details } };
}

function explainReply(reply: MercuryReply): Explanation {
  const { opcode, status, data } = reply;
  const name = nameOf(opcode);
  const fields = { kind: 'reply', name, status: statusText(status) };
  if (opcode === mercuryOpcodes.readTagMultiple && status === mercuryStatuses.noTagsFound) {
    return { text: 'reply: keep-alive, no tag', fields };
  }
  if (status !== mercuryStatuses.ok) {
    const details = rawFields(data);
    return {
      text: lineOf(`reply: ${name}: ${statusText(status)}`, details),
      fields: { ...fields, ...details },
    };
  }
  const records = decodeTagReply(reply);
  if (records !== undefined) {
    const tags = records.map(tagFields);
    return { text: `reply: ${records.map(tagText).join('; ')}`, fields: { ...fields, tags } };
  }
  const details = replyReaders[opcode]?.(data) ?? rawFields(data);
  return { text: lineOf(`reply: ${name} ok`, details), fields: { ...fields, ...details } };
}

function nameOf(opcode: number): string {
  return opcodeName(opcode) ?? `unknown opcode ${opcode.toString(16).padStart(2, '0')}`;
}

function rawFields(data: Uint8Array): Fields {
  return data.length === 0 ? {} : { data: hexOf(data) };
}

function lineOf(head: string, details: Fields): string {
  const parts = Object.entries(details).map(([name, value]) => `${name} ${String(value)}`);
  return parts.length === 0 ? head : `${head}, ${parts.join(', ')}`;
}

function tagFields(record: MercuryTagRecord): Fields {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

function tagText({ epc, antenna, rssiDbm }: MercuryTagRecord): string {
  return `tag ${epc} at antenna ${antenna}${rssiDbm === undefined ? '' : `, ${rssiDbm} dBm`}`;
}
