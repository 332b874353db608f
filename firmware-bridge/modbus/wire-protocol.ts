// Modbus RTU in words, for a technician's tools. Values stay raw: what a register means is known to a profile only, and
// two models with one name differ in scale by ten.

import { hexOf, readUint16 } from '../bytes/words.js';
import type { Explanation, WireProtocol } from '../wire-protocol.js';
import {
  crcBytesOf,
  type ModbusFrame,
  maxAnyModbusFrameBytes,
  shapesAt,
  tryAnyModbusFrame,
} from './any-frame.js';
import { exceptionText } from './exceptions.js';
import { encodeReadRequest } from './frame.js';

const shortestFrameBytes = 5;
const functionNames: Readonly<Record<number, string>> = {
  1: 'read coils',
  2: 'read discrete inputs',
  3: 'read holding registers',
  4: 'read input registers',
  5: 'write one coil',
  6: 'write one register',
  15: 'write coils',
  16: 'write registers',
};

export const modbusProtocol: WireProtocol<ModbusFrame> = {
  name: 'modbus',
  title: 'Modbus RTU probes and transmitters',
  tryFrame: tryAnyModbusFrame,
  maxFrameBytes: maxAnyModbusFrameBytes,
  explain,
  refusal,
  question: {
    baudRates: [9600, 19_200, 4800, 115_200],
    parities: ['none', 'even'],
    // Reads of one register: any answer with a right CRC will do, an exception too.
    requests: [
      encodeReadRequest({ unit: 1, functionCode: 4, start: 1, quantity: 1 }),
      encodeReadRequest({ unit: 1, functionCode: 3, start: 0, quantity: 1 }),
    ],
    identity: ({ kind, unit }) =>
      // A request that comes back is an echo of the adapter.
      kind === 'read-reply' || kind === 'exception' ? `a Modbus unit ${unit} answers` : undefined,
  },
};

function explain({ unit, functionCode, kind, body }: ModbusFrame): Explanation {
  const who = unit === 0 ? 'all units' : `unit ${unit}`;
  const what = functionNames[functionCode] ?? `function ${functionCode}`;
  const fields = { kind, unit, functionCode };
  const [first, second] = [readUint16(body, 0), readUint16(body, 2)];
  switch (kind) {
    case 'exception': {
      const exceptionCode = body[0] ?? 0;
      return {
        text: `${who}: ${what}: ${exceptionText(exceptionCode)}`,
        fields: { ...fields, exceptionCode },
      };
    }
    case 'read-request':
      return {
        text: `to ${who}: ${what}, ${second} from ${address(first)}`,
        fields: { ...fields, start: first, quantity: second },
      };
    case 'read-reply': {
      const data = body.subarray(1);
      if (functionCode < 3) {
        return { text: `${who}: ${what}: ${hexOf(data)}`, fields: { ...fields, data: hexOf(data) } };
      }
      const registers = Array.from({ length: data.length / 2 }, (_, index) =>
        hexOf(data, index * 2, index * 2 + 2),
      );
      return { text: `${who}: ${what}: ${registers.join(' ')}`, fields: { ...fields, registers } };
    }
    case 'write': {
      const isSingle = functionCode < 15;
      const detail = isSingle
        ? `${address(first)} = ${hexOf(body, 2)}, or its echo`
        : `${second} from ${address(first)} done`;
      return {
        text: `${isSingle ? 'to ' : ''}${who}: ${what}: ${detail}`,
        fields: { ...fields, start: first, ...(isSingle ? { data: hexOf(body, 2) } : { quantity: second }) },
      };
    }
    case 'write-request': {
      const data = hexOf(body, 5);
      return {
        text: `to ${who}: ${what}, ${second} from ${address(first)}: ${data}`,
        fields: { ...fields, start: first, quantity: second, data },
      };
    }
  }
}

function refusal(bytes: Uint8Array): string {
  const { length } = bytes;
  if (length < shortestFrameBytes) return `${length} bytes, a frame has ${shortestFrameBytes} at least`;
  const [unit = 0, functionCode = 0] = bytes;
  if (unit > 247) return `unit ${unit} is not 0 to 247`;
  const shapes = shapesAt(bytes, 0);
  if (shapes.length === 0) return `function ${functionCode}: the length of such a frame is not known here`;
  if (!shapes.some((shape) => shape.length === length)) {
    const lengths = shapes.map((shape) => shape.length).join(' or ');
    return `a frame that starts so has ${lengths} bytes, here are ${length}`;
  }
  const found = hexOf(bytes, length - 2);
  const right = hexOf(crcBytesOf(bytes.subarray(0, length - 2)));
  return found === right ? 'this is a frame' : `CRC is ${found}, should be ${right}`;
}

function address(register: number): string {
  return `0x${register.toString(16).padStart(4, '0')}`;
}
