// A payload of .../log as bytes and numbers, from JSON or CBOR. Only the shape is checked: nothing here is proven. A payload
// may come from anybody who can publish: it is bounded, and whatever is wrong with it is a value.

import { decode } from 'cborg';
import { fromBase64url, fromHex, toHex } from '../../ledger-sync/evidence/bytes.js';
import type { SignedCheckpoint } from '../../ledger-sync/evidence/checkpoint.js';
import type { RefusalReason } from './client-event.js';
import { isCount, isObject, type JsonObject } from './json-value.js';

/** A full page of 1024 records with long names has 640 kB. */
const MAX_PAYLOAD_BYTES = 1024 * 1024;
/** A gateway puts up to 1024 records into a message. */
const MAX_LEAVES = 8192;
/** One bit of the size each. */
const MAX_RANGE_HASHES = 48;
const MAX_NAME_CHARACTERS = 512;
/** The longest record has 160 bytes. */
const MAX_LEAF_BYTES = 1024;
const HASH_BYTES = 32;
const ADDRESS_BYTES = 20;
const SIGNATURE_BYTES = 64;
/** Major type 5 of RFC 8949 section 3.1: a CBOR message is a map. JSON begins with a brace, which is a CBOR text head. */
const CBOR_MAP = 5;

export interface LogPayload {
  readonly gatewayName: string;
  readonly firstSequence: number;
  readonly leaves: readonly Uint8Array[];
  /** What JSON says in words beside each leaf; undefined in CBOR. */
  readonly words: readonly JsonObject[] | undefined;
  /** Claimed name by subject in hex, in CBOR; in JSON it stands in the words. */
  readonly names: ReadonlyMap<string, string>;
  readonly rangeBefore: readonly Uint8Array[];
  readonly checkpoint: SignedCheckpoint;
  /** From there to the first record all was deleted by rule, the gateway says; unsigned. */
  readonly prunedFrom?: number;
}

export interface Refusal {
  readonly reason: RefusalReason;
  readonly detail: string;
}

class ShapeError extends Error {}

/** Reads a payload, or says why it is none. */
export function parseLogPayload(payload: Uint8Array): LogPayload | Refusal {
  if (payload.length > MAX_PAYLOAD_BYTES) {
    return { reason: 'too-large', detail: `${payload.length} bytes, more than ${MAX_PAYLOAD_BYTES}` };
  }
  try {
    const isCbor = (payload[0] ?? 0) >> 5 === CBOR_MAP;
    const message: unknown = isCbor
      ? decode(payload, { strict: true, allowIndefinite: false, rejectDuplicateMapKeys: true })
      : JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
    if (!isObject(message)) throw new ShapeError('not an object');
    if (message.version !== 1) return { reason: 'other-version', detail: 'the version is not 1' };
    return isCbor ? ofCbor(message) : ofJson(message);
  } catch (error) {
    // Also a RangeError of a parser that met ten thousand brackets.
    return {
      reason: 'malformed',
      detail: error instanceof Error ? error.message.slice(0, 200) : 'unreadable',
    };
  }
}

function ofCbor(message: JsonObject): LogPayload {
  const names = new Map<string, string>();
  const named = message.names;
  need(isObject(named), 'names');
  for (const [subject, name] of Object.entries(named)) names.set(subject, nameOf(name));
  need(names.size <= MAX_LEAVES, 'names');
  return {
    ...commonOf(message, bytesOf),
    leaves: listOf(message.leaves, 'leaves', MAX_LEAVES).map((leaf) => leafOf(leaf)),
    words: undefined,
    names,
  };
}

function ofJson(message: JsonObject): LogPayload {
  const words = listOf(message.records, 'records', MAX_LEAVES).map((entry) => {
    need(isObject(entry), 'records');
    if (entry.name !== undefined) nameOf(entry.name);
    return entry;
  });
  const leaves = words.map(({ leaf }) => {
    need(typeof leaf === 'string', 'leaf');
    return leafOf(fromBase64url(leaf));
  });
  return { ...commonOf(message, hexOf), leaves, words, names: new Map() };
}

type ToBytes = (value: unknown, field: string, length: number) => Uint8Array;

function commonOf(message: JsonObject, toBytes: ToBytes) {
  const { gateway, gatewayName, firstSequence, prunedFrom, checkpoint } = message;
  need(typeof gatewayName === 'string', 'gatewayName');
  need(isCount(firstSequence), 'firstSequence');
  need(prunedFrom === undefined || (isCount(prunedFrom) && prunedFrom < firstSequence), 'prunedFrom');
  need(isObject(checkpoint), 'checkpoint');
  const { size, timeMs } = checkpoint;
  need(isCount(size), 'checkpoint.size');
  need(isCount(timeMs), 'checkpoint.timeMs');
  const isPrefixed = typeof gateway !== 'string' || gateway.startsWith('0x');
  need(isPrefixed, 'gateway');
  return {
    gatewayName,
    firstSequence,
    ...(prunedFrom === undefined ? {} : { prunedFrom }),
    rangeBefore: listOf(message.rangeBefore, 'rangeBefore', MAX_RANGE_HASHES).map((hash) =>
      toBytes(hash, 'rangeBefore', HASH_BYTES),
    ),
    checkpoint: {
      gateway: toBytes(typeof gateway === 'string' ? gateway.slice(2) : gateway, 'gateway', ADDRESS_BYTES),
      size,
      root: toBytes(checkpoint.root, 'checkpoint.root', HASH_BYTES),
      timeMs,
      signature: toBytes(checkpoint.signature, 'checkpoint.signature', SIGNATURE_BYTES),
    },
  };
}

const bytesOf: ToBytes = (value, field, length) => {
  need(value instanceof Uint8Array && value.length === length, field);
  return Uint8Array.from(value);
};

/** Lower case only: one value has one text. */
const hexOf: ToBytes = (value, field, length) => {
  need(typeof value === 'string' && value.length === 2 * length, field);
  const bytes = fromHex(value);
  need(toHex(bytes) === value, field);
  return bytes;
};

function leafOf(leaf: unknown): Uint8Array {
  need(leaf instanceof Uint8Array && leaf.length <= MAX_LEAF_BYTES, 'leaf');
  return Uint8Array.from(leaf);
}

function nameOf(name: unknown): string {
  need(typeof name === 'string' && name.length <= MAX_NAME_CHARACTERS, 'name');
  return name;
}

function listOf(value: unknown, field: string, most: number): readonly unknown[] {
  need(Array.isArray(value) && value.length <= most, field);
  return value;
}

function need(isRight: boolean, field: string): asserts isRight {
  if (!isRight) throw new ShapeError(`${field} is missing or malformed`);
}
