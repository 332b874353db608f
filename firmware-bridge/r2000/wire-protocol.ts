// The R2000 "A0" protocol for a technician's tools: frames in words, refusals, and who is there.
// A frame does not say its direction; it is told by what fits.

import { hexOf } from '../bytes/words.js';
import type { ExplainedValue, Explanation, WireProtocol } from '../wire-protocol.js';
import {
  broadcastAddress,
  codeName,
  isKnownCode,
  maxTxPowerDbm,
  r2000Codes,
  r2000Commands,
} from './codes.js';
import { encodeFirmware } from './commands.js';
import {
  checkOf,
  frameStart,
  maxR2000FrameBytes,
  minLengthByte,
  type R2000Frame,
  tryR2000Frame,
} from './frame.js';
import { decodeInventoryReply, isPlausibleReply } from './reply.js';

interface Words {
  readonly text: string;
  readonly fields: { readonly [name: string]: ExplainedValue };
}

const commandNames: ReadonlyMap<number, string> = new Map([
  [r2000Commands.identifier, 'identifier'],
  [r2000Commands.firmware, 'firmware'],
  [r2000Commands.setWorkAntenna, 'set antenna'],
  [r2000Commands.setOutputPower, 'set power'],
  [r2000Commands.getOutputPower, 'power'],
  [r2000Commands.realTimeInventory, 'inventory'],
  [0x70, 'reset'],
  [0x71, 'set speed'],
  [0x73, 'set address'],
  [0x75, 'antenna'],
  [0x78, 'set region'],
  [0x79, 'region'],
  [0x7b, 'temperature of the reader'],
  [0x8a, 'fast switch inventory'],
]);

export const r2000Protocol: WireProtocol<R2000Frame> = {
  name: 'r2000',
  title: 'R2000 modules with the A0 protocol (Invelion, Yanzeo, Rodinbell)',
  tryFrame: tryR2000Frame,
  maxFrameBytes: maxR2000FrameBytes,
  explain,
  refusal,
  question: { baudRates: [115_200, 38_400], requests: [encodeFirmware()], identity },
};

function explain(frame: R2000Frame): Explanation {
  const { address, command, data } = frame;
  const name = commandNames.get(command) ?? `unknown command ${command.toString(16).padStart(2, '0')}`;
  const common = { address, command: name, data: hexOf(data) };
  if (isReply(frame)) {
    const { text, fields } = explainReply(frame);
    return {
      text: `reader ${address}: ${name}${text}`,
      fields: { direction: 'reply', ...common, ...fields },
    };
  }
  const { text, fields } = explainRequest(frame);
  const to = address === broadcastAddress ? 'any reader' : `reader ${address}`;
  return { text: `request to ${to}: ${name}${text}`, fields: { direction: 'request', ...common, ...fields } };
}

/** A request with one byte of data looks like a result code, except that few of its values are codes. */
function isReply(frame: R2000Frame): boolean {
  const { command, data } = frame;
  const [first] = data;
  if (first === undefined) return false;
  const isPower = command === r2000Commands.setOutputPower && first <= maxTxPowerDbm;
  return isPower ? first === r2000Codes.success : isPlausibleReply(frame);
}

function explainRequest({ command, data }: R2000Frame): Words {
  const [first] = data;
  if (first !== undefined && data.length === 1) {
    if (command === r2000Commands.setWorkAntenna) {
      return { text: ` ${first + 1}`, fields: { antenna: first + 1 } };
    }
    if (command === r2000Commands.setOutputPower) {
      return { text: ` ${first} dBm`, fields: { txPowerDbm: first } };
    }
    if (command === r2000Commands.realTimeInventory) {
      return { text: `, repeat ${first}`, fields: { repeat: first } };
    }
  }
  return { text: data.length > 0 ? ` ${hexOf(data)}` : '', fields: {} };
}

function explainReply({ command, data }: R2000Frame): Words {
  const [first = 0, second = 0] = data;
  if (command === r2000Commands.realTimeInventory) return explainInventory(data);
  if (command === r2000Commands.firmware && data.length === 2) {
    const firmware = `${first}.${second}`;
    return { text: ` ${firmware}`, fields: { firmware } };
  }
  if (command === r2000Commands.getOutputPower) {
    return { text: ` ${[...data].join(', ')} dBm`, fields: { txPowerDbm: [...data] } };
  }
  if (data.length === 1 && isKnownCode(first)) return explainCode(first);
  return { text: ` ${hexOf(data)}`, fields: {} };
}

function explainInventory(data: Uint8Array): Words {
  const reply = decodeInventoryReply(data);
  if (reply === undefined) return { text: ` ${hexOf(data)}`, fields: {} };
  switch (reply.kind) {
    case 'code':
      return explainCode(reply.code);
    case 'round-end': {
      const { antenna, readRate, total } = reply;
      const text = `, end of round, antenna ${antenna}, ${total} reads, ${readRate} per second`;
      return { text, fields: { antenna, total, readsPerSecond: readRate } };
    }
    case 'tag': {
      const { epc, pc, antenna, rssiDbm, channel } = reply;
      const text = `, tag ${epc}, antenna ${antenna}, ${rssiDbm} dBm`;
      return { text, fields: { epc, pc, antenna, rssiDbm, channel } };
    }
  }
}

function explainCode(code: number): Words {
  return { text: `, ${codeName(code)}`, fields: { result: codeName(code) } };
}

function identity({ address, command, data }: R2000Frame): string | undefined {
  if (command !== r2000Commands.firmware || data.length !== 2 || address === broadcastAddress)
    return undefined;
  return `R2000 reader, firmware ${data[0] ?? 0}.${data[1] ?? 0}, address ${address}`;
}

function refusal(bytes: Uint8Array): string {
  const [start, lengthByte] = bytes;
  if (start === undefined) return 'no bytes';
  if (start !== frameStart) return `starts with ${hexByte(start)}, should be ${hexByte(frameStart)}`;
  if (lengthByte === undefined) return 'the length byte is missing';
  if (lengthByte < minLengthByte)
    return `length byte says ${lengthByte}, at least ${minLengthByte} are needed`;
  if (bytes.length - 2 !== lengthByte)
    return `length byte says ${lengthByte}, ${bytes.length - 2} bytes follow`;
  const checkAt = bytes.length - 1;
  const [told, counted] = [bytes[checkAt] ?? 0, checkOf(bytes, 0, checkAt)];
  return told === counted
    ? 'nothing is wrong with it'
    : `check is ${hexByte(told)}, should be ${hexByte(counted)}`;
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
