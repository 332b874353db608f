// The UHFReader18 / UHFReader288 protocol for a technician's tools: frames in words, refusals, and who is there.
// A frame does not say its direction and an inventory reply not its model; both are told by what fits.

import { crc16 } from '../bytes/crc16.js';
import { hexOf } from '../bytes/words.js';
import type { ExplainedValue, Explanation, WireProtocol } from '../wire-protocol.js';
import { broadcastAddress, chafonCommands, isKnownStatus, statusName, typeName } from './codes.js';
import { encodeReaderInformation } from './commands.js';
import {
  type ChafonFrame,
  crc16Mcrf4xx,
  crcBytes,
  maxChafonFrameBytes,
  minLengthByte,
  readCrc,
  tryChafonFrame,
} from './frame.js';
import { decodeInventoryReply, type InventoryReply } from './inventory-reply.js';
import { decodeReaderInformation } from './reader-information.js';
import { asReply, type ChafonReply } from './reply.js';

type Fields = { readonly [name: string]: ExplainedValue };

const commandNames: ReadonlyMap<number, string> = new Map([
  [chafonCommands.inventory, 'inventory'],
  [chafonCommands.readerInformation, 'reader information'],
  [chafonCommands.setTxPower, 'power'],
  [chafonCommands.serialNumber, 'serial number'],
  [0x22, 'frequency'],
  [0x24, 'address'],
  [0x25, 'inventory time'],
  [0x28, 'speed'],
  [0x76, 'working mode'],
  [0xee, 'tag in real-time mode'],
]);

export const chafonProtocol: WireProtocol<ChafonFrame> = {
  name: 'chafon',
  title: 'UHFReader18, UHFReader288, RRU9816 and E310/E510/E710 readers',
  tryFrame: tryChafonFrame,
  maxFrameBytes: maxChafonFrameBytes,
  explain,
  refusal,
  question: {
    baudRates: [57_600, 115_200, 38_400, 19_200, 9600],
    requests: [encodeReaderInformation()],
    identity,
  },
};

function explain(frame: ChafonFrame): Explanation {
  const reply = replyIn(frame);
  return reply === undefined ? explainRequest(frame) : explainReply(reply);
}

function explainRequest({ address, command, body }: ChafonFrame): Explanation {
  const name = commandName(command);
  const to = address === broadcastAddress ? 'any reader' : `reader ${address}`;
  const isPower = command === chafonCommands.setTxPower && body.length === 1;
  const detail = isPower ? ` ${body[0] ?? 0} dBm` : body.length > 0 ? ` ${hexOf(body)}` : '';
  const fields = { direction: 'request', address, command: name, body: hexOf(body) };
  const power = isPower ? { txPowerDbm: body[0] ?? 0 } : {};
  return { text: `request to ${to}: ${name}${detail}`, fields: { ...fields, ...power } };
}

function explainReply(reply: ChafonReply): Explanation {
  const { address, command, status, data } = reply;
  const { text, fields } = explainData(reply);
  const name = commandName(command);
  return {
    text: `reader ${address}: ${name}, ${statusName(status)}${text}`,
    fields: {
      direction: 'reply',
      address,
      command: name,
      status: statusName(status),
      data: hexOf(data),
      ...fields,
    },
  };
}

function explainData(reply: ChafonReply): { readonly text: string; readonly fields: Fields } {
  const { command, data } = reply;
  if (command === chafonCommands.inventory && data.length > 0) {
    const found = inventoryIn(data);
    if (found !== undefined) return explainTags(found);
  }
  const information = informationIn(reply);
  if (information !== undefined) {
    const { type, firmware, txPowerDbm, inventoryTimeMs, antennas } = information;
    const text = `, ${typeName(type)}, firmware ${firmware}, ${txPowerDbm} dBm, round ${inventoryTimeMs} ms`;
    return { text, fields: { type, firmware, txPowerDbm, inventoryTimeMs, antennas } };
  }
  return { text: data.length > 0 ? `, ${hexOf(data)}` : '', fields: {} };
}

function explainTags({ antennas, tags }: InventoryReply): { readonly text: string; readonly fields: Fields } {
  const words = tags.map(({ epc, rssiRaw }) =>
    rssiRaw === undefined ? epc : `${epc} (raw RSSI ${rssiRaw})`,
  );
  const text = `, antenna ${antennas.join('+')}, ${tags.length} ${tags.length === 1 ? 'tag' : 'tags'}`;
  return {
    text: words.length > 0 ? `${text}: ${words.join(', ')}` : text,
    fields: { antennas, tags: tags.map(({ epc, rssiRaw }) => ({ epc, rssiRaw: rssiRaw ?? null })) },
  };
}

/** The frame as a reply, or undefined where it can only or more likely be a request. */
function replyIn(frame: ChafonFrame): ChafonReply | undefined {
  const reply = asReply(frame);
  if (reply === undefined || reply.address === broadcastAddress) return undefined;
  const { command, status, data } = reply;
  if (!isKnownStatus(status)) return undefined;
  if (command === chafonCommands.inventory) {
    return data.length === 0 || inventoryIn(data) !== undefined ? reply : undefined;
  }
  // A request for power has one byte too, its dBm.
  const isPowerRequest = command === chafonCommands.setTxPower && status !== 0 && status <= 30;
  return isPowerRequest ? undefined : reply;
}

function inventoryIn(data: Uint8Array): InventoryReply | undefined {
  return decodeInventoryReply('uhfreader288', data) ?? decodeInventoryReply('uhfreader18', data);
}

function informationIn({ command, status, data }: ChafonReply) {
  const isTold = command === chafonCommands.readerInformation && status === 0;
  return isTold ? decodeReaderInformation(data) : undefined;
}

function identity(frame: ChafonFrame): string | undefined {
  const reply = replyIn(frame);
  const information = reply && informationIn(reply);
  if (reply === undefined || information === undefined) return undefined;
  return `${typeName(information.type)}, firmware ${information.firmware}, address ${reply.address}`;
}

function refusal(bytes: Uint8Array): string {
  const [lengthByte] = bytes;
  if (lengthByte === undefined) return 'no bytes';
  if (lengthByte < minLengthByte)
    return `length byte says ${lengthByte}, at least ${minLengthByte} are needed`;
  if (bytes.length - 1 !== lengthByte)
    return `length byte says ${lengthByte}, ${bytes.length - 1} bytes follow`;
  const crcAt = bytes.length - crcBytes;
  const [told, counted] = [readCrc(bytes, crcAt), crc16(crc16Mcrf4xx, bytes, 0, crcAt)];
  return told === counted
    ? 'nothing is wrong with it'
    : `CRC is ${hexWord(told)}, should be ${hexWord(counted)}`;
}

function commandName(command: number): string {
  return commandNames.get(command) ?? `unknown command ${command.toString(16).padStart(2, '0')}`;
}

function hexWord(word: number): string {
  return word.toString(16).padStart(4, '0');
}
