// M100 frames in words, both directions: for a technician who looks at a line. Drivers do not need it.

import { asInt8, hexOf, readUint16 } from '../bytes/words.js';
import type { ExplainedValue, Explanation } from '../wire-protocol.js';
import {
  errorText,
  frameTypes,
  informationKinds,
  type M100Frame,
  m100CommandName,
  m100Commands,
  regionName,
} from './codes.js';
import { decodeTagNotice } from './tag-notice.js';

type Fields = Readonly<Record<string, ExplainedValue>>;
type Reader = (parameters: Uint8Array) => Fields | undefined;

const typeNames = ['command', 'response', 'notice'] as const;
const done = 0x00;

const region: Reader = (parameters) =>
  parameters.length === 1 ? { region: regionName(parameters[0] ?? 0) } : undefined;
const power: Reader = (parameters) =>
  parameters.length === 2 ? { powerCentiDbm: readUint16(parameters, 0) } : undefined;
const channel: Reader = (parameters) =>
  parameters.length === 1 ? { channel: parameters[0] ?? 0 } : undefined;
const idleTime: Reader = (parameters) =>
  parameters.length === 1 ? { sleepsAfterMinutes: parameters[0] ?? 0 } : undefined;
const isOn: Reader = (parameters) => (parameters.length === 1 ? { isOn: parameters[0] === 0xff } : undefined);
/** DR(1) M(2) TRext(1) Sel(2) Session(2) Target(1) Q(4), from the top; the lowest three bits are spare. */
const query: Reader = (parameters) => {
  if (parameters.length !== 2) return undefined;
  const word = readUint16(parameters, 0);
  return {
    select: (word >>> 10) & 0x3,
    session: (word >>> 8) & 0x3,
    target: (word >>> 7) & 0x1,
    q: (word >>> 3) & 0xf,
  };
};
const noiseLevels: Reader = (parameters) =>
  parameters.length > 2
    ? {
        firstChannel: parameters[0] ?? 0,
        lastChannel: parameters[1] ?? 0,
        levelsDbm: Array.from(parameters.subarray(2), asInt8),
      }
    : undefined;
const informationKind = (code: number) =>
  Object.entries(informationKinds).find(([, kind]) => kind === code)?.[0] ?? `kind ${code}`;

const commandReaders: Readonly<Record<number, Reader>> = {
  [m100Commands.information]: (parameters) =>
    parameters.length === 1 ? { information: informationKind(parameters[0] ?? 0) } : undefined,
  [m100Commands.setRegion]: region,
  [m100Commands.setTxPower]: power,
  [m100Commands.setQuery]: query,
  [m100Commands.setChannel]: channel,
  [m100Commands.setHopping]: isOn,
  [m100Commands.setCarrier]: isOn,
  [m100Commands.setIdleTime]: idleTime,
  [m100Commands.setBaudRate]: (parameters) =>
    parameters.length === 2 ? { baudRate: readUint16(parameters, 0) * 100 } : undefined,
  [m100Commands.multiInventory]: (parameters) =>
    parameters.length === 3 ? { rounds: readUint16(parameters, 1) } : undefined,
  [m100Commands.readTagMemory]: (parameters) =>
    parameters.length === 9
      ? {
          bank: parameters[4] ?? 0,
          wordAddress: readUint16(parameters, 5),
          words: readUint16(parameters, 7),
        }
      : undefined,
};

/** Begin with an access or kill password, which stays out of a technician's log. */
const secretCommands: ReadonlySet<number> = new Set([
  m100Commands.writeTagMemory,
  m100Commands.killTag,
  m100Commands.lockTag,
  m100Commands.nxpChangeConfig,
  m100Commands.nxpReadProtect,
  m100Commands.nxpChangeEas,
  m100Commands.monzaQtRead,
]);
const passwordBytes = 4;

const responseReaders: Readonly<Record<number, Reader>> = {
  [m100Commands.information]: (parameters) => ({
    information: informationKind(parameters[0] ?? 0),
    value: printable(parameters.subarray(1)),
  }),
  [m100Commands.getRegion]: region,
  [m100Commands.getTxPower]: power,
  [m100Commands.getQuery]: query,
  [m100Commands.getChannel]: channel,
  [m100Commands.setIdleTime]: idleTime,
  [m100Commands.scanJammer]: noiseLevels,
  [m100Commands.scanChannels]: noiseLevels,
  [m100Commands.readTagMemory]: (parameters) => tagThen('data', parameters),
};

export function explainM100(frame: M100Frame): Explanation {
  const { type, command, parameters } = frame;
  const kind = typeNames[type];
  const name = m100CommandName(command) ?? `unknown command ${hexOf(Uint8Array.of(command))}`;
  const tag = decodeTagNotice(frame);
  if (tag !== undefined) {
    const text = `notice: tag ${tag.epc}, PC ${tag.pc}, ${tag.rssiDbm} dBm`;
    return { text, fields: { kind, name, ...tag } };
  }
  if (type === frameTypes.response && command === m100Commands.error) {
    const fields = { error: errorText(parameters[0] ?? 0), ...tagThen('data', parameters.subarray(1)) };
    return { text: lineOf(kind, fields), fields: { kind, name, ...fields } };
  }
  const readers = type === frameTypes.command ? commandReaders : responseReaders;
  const fields = readers[command]?.(parameters) ?? plainFields(frame);
  return { text: lineOf(`${kind}: ${name}`, fields), fields: { kind, name, ...fields } };
}

/** PC and EPC with their length before them, as answers of tag access have it, and what follows. */
function tagThen(rest: string, parameters: Uint8Array): Fields | undefined {
  const tagBytes = parameters[0] ?? 0;
  if (tagBytes < 2 || parameters.length < 1 + tagBytes) return undefined;
  const pc = hexOf(parameters, 1, 3);
  const epc = hexOf(parameters, 3, 1 + tagBytes);
  const after = hexOf(parameters, 1 + tagBytes);
  return after === '' ? { pc, epc } : { pc, epc, [rest]: after };
}

function plainFields({ type, command, parameters }: M100Frame): Fields {
  if (parameters.length === 0) return {};
  if (type === frameTypes.command && secretCommands.has(command)) {
    return { password: 'hidden', parameters: hexOf(parameters, passwordBytes) };
  }
  const isDone = type === frameTypes.response && parameters.length === 1 && parameters[0] === done;
  return isDone ? { result: 'done' } : { parameters: hexOf(parameters) };
}

function lineOf(head: string, fields: Fields): string {
  const parts = Object.entries(fields).map(([name, value]) => `${name} ${String(value)}`);
  return [head, ...parts].join(', ');
}

/** Printable ASCII only: the bytes are the device's own. */
function printable(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
    .replace(/[^\x20-\x7e]/g, '?')
    .trim();
}
