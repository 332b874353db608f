// What somebody finds on a ledger who has the dictionary and time: words that stand there as they are, hashes of one and of two
// of them by each habit of writing that people have, and the protocol's own formulas with salts that can be guessed. What
// he does not have is a salt.

import { createHash } from 'node:crypto';
import { AbiCoder } from 'ethers/abi';
import { concatBytes, fromHex, toHex } from '../../../ledger-sync/evidence/bytes.js';
import { keccak256 } from '../../../ledger-sync/evidence/keccak.js';
import { lotSaltOf, packSaltOf, readingKeyOf } from '../../../ledger-sync/serials/lot-keys.js';
import {
  lotCommitment,
  type PackIdentity,
  packCommitment,
} from '../../../ledger-sync/serials/pack-commitment.js';
import type { ChainContents } from './chain-contents.js';
import type { KnownWord } from './known-words.js';

export interface Dictionary {
  readonly words: readonly KnownWord[];
  readonly packs: readonly PackIdentity[];
  /** Public: addresses of contracts, gateways and accounts, 0x hex. */
  readonly addresses: readonly string[];
  readonly chainId: number;
}

/** Subjects are half a hash, and what is half there is found as well as the whole. */
const HALF_DIGITS = 32;
const utf8 = new TextEncoder();
const abi = AbiCoder.defaultAbiCoder();
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

/** Between two words that are joined. */
const joints = ['', ' ', '|', ':', ',', ';', '/', '-', '_', '\0', '\n'].map((text) => utf8.encode(text));
/** The protocol's own tags, and the prefix of a leaf. */
const tags = [
  ...[
    'coldgate lot 1',
    'coldgate pack 1',
    'coldgate place 1',
    'coldgate trial 1',
    'coldgate trial recipient 1',
  ],
  'coldgate tid 1',
].map((text) => utf8.encode(`${text}\0`));
const abiBytes = (types: readonly string[], values: readonly unknown[]) =>
  fromHex(abi.encode(types, values).slice(2));
const counted = (bytes: Uint8Array) => concatBytes(Uint8Array.of(bytes.length & 0xff), bytes);

/** Everything of 16 bytes that stands anywhere, at any place. */
function halvesOf({ calls, logs, storage, code }: ChainContents): Set<string> {
  const found = new Set<string>();
  for (const piece of [...calls, ...logs, ...storage, ...code]) {
    for (let at = 0; at + HALF_DIGITS <= piece.length; at += 2) found.add(piece.slice(at, at + HALF_DIGITS));
  }
  return found;
}

/** What is hashed of one word. */
function* around(bytes: Uint8Array, { addresses, chainId }: Dictionary): Iterable<Uint8Array> {
  const chain = fromHex(chainId.toString(16).padStart(64, '0'));
  yield counted(bytes);
  yield concatBytes(Uint8Array.of(0), bytes);
  for (const tag of [new Uint8Array(), ...tags]) {
    // A salt that is none, and one that nobody has set.
    for (const salt of [0, 16, 32]) yield concatBytes(tag, new Uint8Array(salt), bytes);
    yield concatBytes(tag, counted(bytes));
  }
  yield concatBytes(chain, bytes);
  yield concatBytes(bytes, chain);
  for (const address of addresses) {
    const own = fromHex(address.slice(2));
    yield concatBytes(own, bytes);
    yield concatBytes(bytes, own);
    yield concatBytes(new Uint8Array(12), own, bytes);
    yield abiBytes(['address', 'bytes'], [address, bytes]);
    yield concatBytes(own, chain, bytes);
  }
  yield abiBytes(['bytes'], [bytes]);
}

/** A hash, its end, and an account made of it. */
const partsOf = (hash: Uint8Array) => {
  const hex = toHex(hash);
  return [0, 24, 32].map((at) => hex.slice(at, at + HALF_DIGITS));
};

/** Every guess as what may stand on a ledger of it, with the name of what was guessed. */
function* guesses(dictionary: Dictionary): Iterable<readonly [name: string, parts: readonly string[]]> {
  function* hashes(name: string, bytes: Uint8Array): Iterable<readonly [string, readonly string[]]> {
    const once = sha256(bytes);
    yield [name, [...partsOf(once), ...partsOf(sha256(once)), ...partsOf(keccak256(bytes))]];
  }
  for (const { name, writings } of dictionary.words) {
    for (const writing of writings) {
      for (const bytes of around(writing, dictionary)) yield* hashes(name, bytes);
    }
  }
  // The first writing of each is the plain one: all writings of both would be a million pairs more.
  const plain = dictionary.words.flatMap(({ name, writings: [bytes] }) => (bytes ? [{ name, bytes }] : []));
  for (const one of plain) {
    for (const other of plain) {
      const name = `${one.name} with ${other.name}`;
      for (const joint of joints) yield* hashes(name, concatBytes(one.bytes, joint, other.bytes));
      for (const tag of tags) yield* hashes(name, concatBytes(tag, one.bytes, other.bytes));
      yield* hashes(name, concatBytes(counted(one.bytes), counted(other.bytes)));
      yield* hashes(name, abiBytes(['bytes', 'bytes'], [one.bytes, other.bytes]));
      for (const address of dictionary.addresses) {
        yield* hashes(name, concatBytes(fromHex(address.slice(2)), one.bytes, other.bytes));
      }
    }
  }
  yield* formulas(
    dictionary.packs,
    plain.map(({ bytes }) => bytes),
  );
}

/**
 * Tries the dictionary on several ledgers at once: the work is in the hashes.
 * @returns of each ledger the names of the words that were found, each once
 */
export function dictionaryAttack(chains: readonly ChainContents[], dictionary: Dictionary): string[][] {
  const seen = chains.map((chain) => {
    const text = [...chain.calls, ...chain.logs, ...chain.storage, ...chain.code].join('\n');
    const plainly = dictionary.words.filter(({ writings }) =>
      writings.some((one) => text.includes(toHex(one))),
    );
    return { halves: halvesOf(chain), found: new Set(plainly.map(({ name }) => name)) };
  });
  for (const [name, parts] of guesses(dictionary)) {
    for (const { halves, found } of seen) {
      if (parts.some((part) => halves.has(part))) found.add(name);
    }
  }
  return seen.map(({ found }) => [...found]);
}

/** Lots and packs by the protocol, with secrets and salts that somebody may have thought good enough. */
function* formulas(
  packs: readonly PackIdentity[],
  plain: readonly Uint8Array[],
): Iterable<readonly [name: string, parts: readonly string[]]> {
  const thin = [new Uint8Array(32), ...plain, ...plain.map(sha256), ...plain.map(keccak256)];
  const keys = [...thin, ...thin.map(readingKeyOf)];
  const salts = [new Uint8Array(), ...thin, ...thin.map((salt) => salt.slice(0, 16)), ...keys.map(lotSaltOf)];
  for (const pack of packs) {
    for (const salt of salts) yield [`lot ${pack.lot} by its formula`, partsOf(lotCommitment(pack, salt))];
    for (const salt of [...salts, ...keys.map((key) => packSaltOf(key, pack.serial))]) {
      yield [`serial ${pack.serial} by its formula`, partsOf(packCommitment(pack, salt))];
    }
  }
}
