// The public list of packs (PROTOCOL.md, "Serials"): what anybody who holds a pack may know of it, and nobody else. Each entry is
// found and opened by the whole label alone, through a slow hash, so the list tells neither which serials exist nor what became of
// a pack that one does not hold. Works in Node and in browsers.

import { concatBytes, fromBase64url, fromHex, toBase64url, toHex } from '../evidence/bytes.js';
import { EvidenceError } from '../evidence/evidence-error.js';
import { detailHash } from '../evidence/jcs.js';
import { sha256 } from '../evidence/sha256.js';
import { isSignedBy } from '../evidence/signature.js';
import type { Signer } from '../evidence/signer.js';
import type { PackIdentity } from './pack-commitment.js';

/** What became of a pack; more than one may hold. */
export interface PackFate {
  readonly isDispensed: boolean;
  readonly isDecommissioned: boolean;
  readonly isRecalled: boolean;
  readonly cold: ColdState;
}

/** Whether it was kept cold on every transport that the publisher knows of, or why not. Numbers never change their meaning. */
export const coldStates = [
  'no-record',
  'kept',
  'excursion',
  'excursion-released',
  'holes',
  'rejected',
] as const;
export type ColdState = (typeof coldStates)[number];

export interface PackList {
  readonly format: 'coldgate-pack-list';
  readonly version: 1;
  readonly madeAtMs: number;
  /** Of PBKDF2 with HMAC-SHA-256. */
  readonly iterations: number;
  /** 16 bytes, base64url; another one in each list. */
  readonly salt: string;
  /** Entries in the order of their names, base64url. */
  readonly packs: string;
  /** 0x address of the key that signs. */
  readonly publisher: string;
  readonly signature: string;
}

export interface ListedPack {
  /** Of `slowHashOf`, for the publisher and iterations of the list. */
  readonly slow: Uint8Array;
  readonly fate: PackFate;
}

const SALT_BYTES = 16;
/** Keeps every core busy, and a large lot out of memory. */
const AT_ONCE = 64;
const NAME_BYTES = 16;
const STATE_BYTES = 4;
const TAG_BYTES = 16;
export const ENTRY_BYTES = NAME_BYTES + STATE_BYTES + TAG_BYTES;
const KEY_BITS = 256;
const STATE_VERSION = 1;
const flags = { isDispensed: 1, isDecommissioned: 2, isRecalled: 4 } as const;
/** Each key seals one entry. */
const NONCE = new Uint8Array(12);

const utf8 = new TextEncoder();
const nameTag = utf8.encode('coldgate pack list name 1\0');
const keyTag = utf8.encode('coldgate pack list key 1\0');
const slowTag = utf8.encode('coldgate pack list salt 1\0');
const domainTag = utf8.encode('coldgate pack list 1\0');

/** CryptoKey, which Node and browsers name in different libraries. */
type SealingKey = Awaited<ReturnType<typeof globalThis.crypto.subtle.importKey>>;

interface Opener {
  readonly name: Uint8Array;
  readonly key: SealingKey;
}

/** All four fields of a label: a serial under another lot or date is another pack. */
export const labelOf = ({ gtin, serial, lot, expiry }: PackIdentity): string =>
  [gtin, serial, lot, expiry].join('\0');

/**
 * What a guess at a pack costs, 32 bytes: the same in each list of a publisher, so that it is worked out once for each pack.
 * @param publisher 0x address
 */
export async function slowHashOf(
  pack: PackIdentity,
  publisher: string,
  iterations: number,
): Promise<Uint8Array> {
  const { subtle } = globalThis.crypto;
  const label = utf8.encode(labelOf(pack));
  const password = await subtle.importKey('raw', label, 'PBKDF2', false, ['deriveBits']);
  const salt = Uint8Array.from(
    sha256(concatBytes(slowTag, fromHex(publisher.slice(2)))).slice(0, SALT_BYTES),
  );
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations };
  return new Uint8Array(await subtle.deriveBits(how, password, KEY_BITS));
}

async function openerOf(slow: Uint8Array, salt: Uint8Array): Promise<Opener> {
  const key = Uint8Array.from(sha256(concatBytes(keyTag, salt, slow)));
  return {
    name: sha256(concatBytes(nameTag, salt, slow)).slice(0, NAME_BYTES),
    key: await globalThis.crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt']),
  };
}

function stateBytes({ cold, ...fate }: PackFate): Uint8Array<ArrayBuffer> {
  const held = Object.entries(flags).reduce(
    (sum, [name, flag]) => sum + (fate[name as keyof typeof flags] ? flag : 0),
    0,
  );
  return Uint8Array.of(STATE_VERSION, held, coldStates.indexOf(cold), 0);
}

function fateOf(state: Uint8Array): PackFate {
  const [version, held = 0, cold = 0] = state;
  const coldState = coldStates[cold];
  if (version !== STATE_VERSION || coldState === undefined) throw malformed('an entry is of another version');
  const has = (flag: number) => (held & flag) !== 0;
  return {
    isDispensed: has(flags.isDispensed),
    isDecommissioned: has(flags.isDecommissioned),
    isRecalled: has(flags.isRecalled),
    cold: coldState,
  };
}

async function sealed({ slow, fate }: ListedPack, salt: Uint8Array): Promise<Uint8Array> {
  const { name, key } = await openerOf(slow, salt);
  const how = { name: 'AES-GCM', iv: NONCE, additionalData: Uint8Array.from(name) };
  return concatBytes(
    name,
    new Uint8Array(await globalThis.crypto.subtle.encrypt(how, key, stateBytes(fate))),
  );
}

/**
 * Makes and signs a list.
 * @param salt 16 random bytes, new for each list: entries of two lists cannot be told to be of one pack
 * @param iterations of the slow hashes
 */
export async function makePackList(
  signer: Signer,
  packs: readonly ListedPack[],
  { madeAtMs, iterations, salt }: { madeAtMs: number; iterations: number; salt: Uint8Array },
): Promise<PackList> {
  const entries: Uint8Array[] = [];
  for (let from = 0; from < packs.length; from += AT_ONCE) {
    const some = packs.slice(from, from + AT_ONCE);
    entries.push(...(await Promise.all(some.map((pack) => sealed(pack, salt)))));
  }
  entries.sort((a, b) => (toHex(a) < toHex(b) ? -1 : 1));
  const content: Omit<PackList, 'signature'> = {
    ...({ format: 'coldgate-pack-list', version: 1 } as const),
    ...{ madeAtMs, iterations, salt: toBase64url(salt) },
    ...{ packs: toBase64url(concatBytes(...entries)), publisher: `0x${toHex(signer.address)}` },
  };
  return { ...content, signature: toHex(signer.sign(digestOf(content))) };
}

function digestOf(content: Omit<PackList, 'signature'>): Uint8Array {
  return sha256(concatBytes(domainTag, detailHash({ ...content })));
}

const isCount = (value: unknown) => Number.isSafeInteger(value) && Number(value) > 0;
const shapes: Readonly<Record<keyof PackList, (value: unknown) => boolean>> = {
  format: (value) => value === 'coldgate-pack-list',
  version: (value) => value === 1,
  madeAtMs: isCount,
  iterations: isCount,
  salt: (value) => typeof value === 'string' && /^[A-Za-z0-9_-]{22}$/.test(value),
  packs: (value) => typeof value === 'string' && /^[A-Za-z0-9_-]*$/.test(value),
  publisher: (value) => typeof value === 'string' && /^0x[0-9a-f]{40}$/.test(value),
  signature: (value) => typeof value === 'string' && /^[0-9a-f]{128}$/.test(value),
};

/**
 * Reads a list, and checks that its publisher has signed it.
 * @throws EvidenceError PACK_LIST_INVALID for what is no list, or is not signed
 */
export function openPackList(text: string): PackList {
  let value: Record<string, unknown>;
  try {
    value = { ...JSON.parse(text) };
  } catch (cause) {
    throw malformed('it is no JSON', cause);
  }
  const names = Object.keys(shapes) as (keyof PackList)[];
  const wrong = names.find((name) => !shapes[name](value[name]));
  if (wrong !== undefined || Object.keys(value).length !== names.length) {
    throw malformed(`it is not of version 1 (at ${wrong ?? 'its top level'})`);
  }
  const { signature, ...content } = value as unknown as PackList;
  const isSigned = isSignedBy(fromHex(content.publisher.slice(2)), digestOf(content), fromHex(signature));
  if (!isSigned) throw malformed('its publisher has not signed it');
  const bytes = fromBase64url(content.packs).length;
  const isWhole = bytes % ENTRY_BYTES === 0 && fromBase64url(content.salt).length === SALT_BYTES;
  if (!isWhole) throw malformed('it is cut');
  return { ...content, signature };
}

/** What became of a pack; undefined where the list holds no such label. Takes as long as a guess shall cost. */
export async function fateOfPack(list: PackList, pack: PackIdentity): Promise<PackFate | undefined> {
  const slow = await slowHashOf(pack, list.publisher, list.iterations);
  const { name, key } = await openerOf(slow, fromBase64url(list.salt));
  const entries = fromBase64url(list.packs);
  const wanted = toHex(name);
  for (let at = 0; at < entries.length; at += ENTRY_BYTES) {
    if (toHex(entries.subarray(at, at + NAME_BYTES)) !== wanted) continue;
    const how = { name: 'AES-GCM', iv: NONCE, additionalData: Uint8Array.from(name) };
    const state = Uint8Array.from(entries.subarray(at + NAME_BYTES, at + ENTRY_BYTES));
    return fateOf(new Uint8Array(await globalThis.crypto.subtle.decrypt(how, key, state)));
  }
  return undefined;
}

function malformed(problem: string, cause?: unknown): EvidenceError {
  const hint = 'fetch the page anew from its publisher';
  return new EvidenceError('PACK_LIST_INVALID', `not a list of packs: ${problem}`, hint, cause);
}
