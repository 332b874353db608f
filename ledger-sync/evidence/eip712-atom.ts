// EIP-712 encodeData of one atomic or dynamic value: 32 bytes each (EIP-712, definition of encodeData).

import { fromHex } from './bytes.js';
import { EvidenceError } from './evidence-error.js';
import { keccak256, keccakUtf8 } from './keccak.js';

const WORD_BYTES = 32;
const ADDRESS_BYTES = 20;

/**
 * The 32-byte word of a value of an atomic type, or the hash of a `bytes` or `string` value.
 * @throws EvidenceError TYPED_DATA if the type is unknown or the value does not fit
 */
export function encodeAtom(type: string, value: unknown): Uint8Array {
  const sized = /^(uint|int|bytes)(\d+)$/.exec(type);
  if (sized) {
    const [, base = '', digits = ''] = sized;
    return base === 'bytes'
      ? fixedBytes(type, Number(digits), value)
      : integer(type, base === 'int', digits, value);
  }
  switch (type) {
    case 'string':
      if (typeof value !== 'string') throw misfit(type, 'not text');
      return keccakUtf8(value);
    case 'bytes':
      return keccak256(bytesOf(type, value));
    case 'bool':
      if (typeof value !== 'boolean') throw misfit(type, 'not true or false');
      return word(value ? 1n : 0n);
    case 'address': {
      const address = bytesOf(type, value);
      if (address.length !== ADDRESS_BYTES) throw misfit(type, `${address.length} bytes`);
      const padded = new Uint8Array(WORD_BYTES);
      padded.set(address, WORD_BYTES - ADDRESS_BYTES);
      return padded;
    }
    default:
      throw misfit(type, 'no such type');
  }
}

/** Left-aligned, unlike numbers. */
function fixedBytes(type: string, length: number, value: unknown): Uint8Array {
  const bytes = bytesOf(type, value);
  if (length < 1 || length > WORD_BYTES || bytes.length !== length)
    throw misfit(type, `${bytes.length} bytes`);
  const padded = new Uint8Array(WORD_BYTES);
  padded.set(bytes);
  return padded;
}

function integer(type: string, isSigned: boolean, digits: string, value: unknown): Uint8Array {
  const bits = Number(digits);
  if (bits < 8 || bits > 256 || bits % 8 !== 0) throw misfit(type, 'no such width');
  const number = bigintOf(type, value);
  const least = isSigned ? -(2n ** BigInt(bits - 1)) : 0n;
  const most = 2n ** BigInt(isSigned ? bits - 1 : bits) - 1n;
  if (number < least || number > most) throw misfit(type, `${number} is out of range`);
  return word(BigInt.asUintN(256, number));
}

function bigintOf(type: string, value: unknown): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  if (typeof value === 'string' && /^-?\d{1,78}$/.test(value)) return BigInt(value);
  throw misfit(type, 'not a whole number');
}

function bytesOf(type: string, value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'string' && value.startsWith('0x')) return fromHex(value.slice(2));
  throw misfit(type, 'not bytes');
}

function word(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(WORD_BYTES * 2, '0'));
}

function misfit(type: string, problem: string): EvidenceError {
  return new EvidenceError(
    'TYPED_DATA',
    `typed data: ${type}: ${problem}`,
    'the value must fit its EIP-712 type',
  );
}
