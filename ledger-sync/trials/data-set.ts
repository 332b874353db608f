// A data set that is shared by hash: its files in an order that never changes, each a salted leaf of one RFC 9162 tree. The
// ledger has a commitment to the root; a recipient of one file can prove that it belongs, and learns of the others only
// how many there are. Pure.

import { z } from 'zod';
import { fromHex, toHex } from '../evidence/bytes.js';
import { hex } from '../evidence/hex-field.js';
import { buildInclusion, rootFromInclusion } from '../evidence/inclusion.js';
import { canonicalJson } from '../evidence/jcs.js';
import { leafHash, nodeHash } from '../evidence/merkle.js';
import { type NodeReader, subtreeRoot } from '../evidence/node-reader.js';
import { type Opening, parseOpening, readTrialFile, SALT_BYTES } from './opening.js';
import { TrialError } from './trial-error.js';

const member = z.strictObject({
  name: z.string().min(1).max(200),
  sha256: hex(32),
  bytes: z.int().nonnegative(),
  salt: hex(SALT_BYTES),
});
export type DataFile = z.infer<typeof member>;

/** What the maker of a set keeps: whoever has it knows every name and hash. */
const dataSetSchema = z.strictObject({
  format: z.literal('coldgate-data-set'),
  version: z.literal(1),
  opening: z.looseObject({}),
  files: z.array(member).min(1).max(1_000_000),
});

export interface DataSet {
  readonly opening: Extract<Opening, { kind: 'data-set' }>;
  readonly files: readonly DataFile[];
}

/** What a recipient of one file gets beside it. */
const membershipSchema = z.strictObject({
  format: z.literal('coldgate-data-membership'),
  version: z.literal(1),
  opening: z.looseObject({}),
  file: member,
  index: z.int().nonnegative(),
  path: z.array(hex(32)).max(20),
});

const leafOf = (file: DataFile) => leafHash(new TextEncoder().encode(canonicalJson(file)));

/** Every node is hashed when it is asked for: a set is made once and shown a few times. */
function treeOf(files: readonly DataFile[]): NodeReader & { readonly root: Uint8Array } {
  const leaves = files.map(leafOf);
  const tree: NodeReader = {
    node: (level, index) => {
      const leaf = leaves[index];
      if (level === 0) {
        if (leaf) return leaf;
        throw new RangeError(`the set has no file ${index}`);
      }
      return nodeHash(tree.node(level - 1, 2 * index), tree.node(level - 1, 2 * index + 1));
    },
  };
  return { ...tree, root: subtreeRoot(0, leaves.length, tree) };
}

/**
 * @param newSalt gives 16 random bytes as hex; each file gets its own, and the set one more
 * @throws TrialError TRIAL_FILE_INVALID for a name that stands there twice
 */
export function makeDataSet(
  title: string,
  files: readonly Omit<DataFile, 'salt'>[],
  newSalt: () => string,
): DataSet {
  assertNamesOnce(files);
  const salted = files.map((file) => ({ ...file, salt: newSalt() }));
  const root = toHex(treeOf(salted).root);
  const opening: DataSet['opening'] = {
    ...{ format: 'coldgate-opening', version: 1, kind: 'data-set', salt: newSalt() },
    ...{ title, root, size: files.length },
  };
  return { opening, files: salted };
}

export function dataSetText({ opening, files }: DataSet): string {
  return `${JSON.stringify({ format: 'coldgate-data-set', version: 1, opening, files }, undefined, 1)}\n`;
}

/** @throws TrialError TRIAL_FILE_INVALID also where the files do not lead to the root */
export function parseDataSet(text: string): DataSet {
  const { opening: told, files } = readTrialFile(dataSetSchema, text, 'data set');
  const opening = dataSetOpening(told);
  assertNamesOnce(files);
  if (opening.size !== files.length || toHex(treeOf(files).root) !== opening.root) {
    throw broken('its files do not lead to its root');
  }
  return { opening, files };
}

/** The proof that one file belongs to the set. @throws TrialError NOT_IN_DATA_SET */
export function membershipText({ opening, files }: DataSet, name: string): string {
  const index = files.findIndex((file) => file.name === name);
  const file = files[index];
  if (!file) {
    const message = `the data set has no file ${name}`;
    throw new TrialError('NOT_IN_DATA_SET', message, 'look into the data set file for the names');
  }
  const path = buildInclusion(index, files.length, treeOf(files)).map(toHex);
  const membership = { format: 'coldgate-data-membership', version: 1, opening, file, index, path };
  return `${JSON.stringify(membership, undefined, 1)}\n`;
}

/**
 * Reads a membership, and checks it.
 * @throws TrialError TRIAL_FILE_INVALID, NOT_IN_DATA_SET
 */
export function openMembership(text: string): {
  readonly opening: DataSet['opening'];
  readonly file: DataFile;
} {
  const {
    opening: told,
    file,
    index,
    path,
  } = readTrialFile(membershipSchema, text, 'membership of a data set');
  const opening = dataSetOpening(told);
  const root = rootFromInclusion(index, opening.size, leafOf(file), path.map(fromHex));
  if (root === undefined || toHex(root) !== opening.root) {
    const message = `${file.name} is not shown to belong to the data set`;
    throw new TrialError('NOT_IN_DATA_SET', message, 'ask its sender for the membership anew');
  }
  return { opening, file };
}

function dataSetOpening(told: object): DataSet['opening'] {
  const opening = parseOpening(JSON.stringify(told));
  if (opening.kind === 'data-set') return opening;
  throw broken('its opening is of something else');
}

function assertNamesOnce(files: readonly { readonly name: string }[]): void {
  if (new Set(files.map(({ name }) => name)).size !== files.length) throw broken('a name stands in it twice');
}

function broken(problem: string): TrialError {
  return new TrialError('TRIAL_FILE_INVALID', `no data set: ${problem}`, 'let its maker make it anew');
}
