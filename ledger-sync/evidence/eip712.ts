// EIP-712 typed data: type strings, hashStruct, domain separator, digest. General; the two structs that a
// gateway signs all day have their own fixed paths in checkpoint.ts and batch.ts.

import { concatBytes } from './bytes.js';
import { encodeAtom } from './eip712-atom.js';
import { EvidenceError } from './evidence-error.js';
import { keccak256, keccakUtf8 } from './keccak.js';

interface TypedField {
  readonly name: string;
  readonly type: string;
}

/** Struct name to its members in order. */
export type StructTypes = Readonly<Record<string, readonly TypedField[]>>;

/** Only the members that are present count, in this order (EIP-712, definition of domainSeparator). */
export interface TypedDomain {
  readonly name?: string;
  readonly version?: string;
  readonly chainId?: number | bigint | string;
  readonly verifyingContract?: Uint8Array | string;
  readonly salt?: Uint8Array | string;
}

const DOMAIN = 'EIP712Domain';
const domainFields: readonly TypedField[] = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
  { name: 'salt', type: 'bytes32' },
];
/** Two bytes that no RLP transaction and no personal message starts with. */
const PREFIX = Uint8Array.of(0x19, 0x01);

/**
 * hashStruct(value) = keccak256(typeHash || encodeData(value)).
 * Integers come as numbers, bigints or decimal text; byte strings and addresses as bytes or 0x text.
 * @throws EvidenceError TYPED_DATA if a value does not fit its type
 */
export function hashStruct(types: StructTypes, primaryType: string, value: unknown): Uint8Array {
  const fields = fieldsOf(types, primaryType);
  if (typeof value !== 'object' || value === null) throw misfit(primaryType, 'not an object');
  const members = new Map<string, unknown>(Object.entries(value));
  return keccak256(
    concatBytes(
      keccakUtf8(encodeType(types, primaryType)),
      ...fields.map(({ name, type }) => encodeValue(types, type, members.get(name))),
    ),
  );
}

/** Domain separator: hashStruct of the members that are present. */
export function domainSeparator(domain: TypedDomain): Uint8Array {
  const present = domainFields.filter(({ name }) => Object.hasOwn(domain, name));
  return hashStruct({ [DOMAIN]: present }, DOMAIN, domain);
}

/** What is signed: keccak256(0x1901 || domain separator || struct hash). */
export function typedDataDigest(
  domain: TypedDomain,
  types: StructTypes,
  primaryType: string,
  message: unknown,
): Uint8Array {
  return digestOf(domainSeparator(domain), hashStruct(types, primaryType, message));
}

/** keccak256(0x1901 || domain separator || struct hash), both known. */
export function digestOf(separator: Uint8Array, structHash: Uint8Array): Uint8Array {
  return keccak256(concatBytes(PREFIX, separator, structHash));
}

/** `Name(type name,...)`, then the structs that it refers to, sorted by name. */
function encodeType(types: StructTypes, primaryType: string): string {
  const referred = new Set<string>();
  const visit = (name: string) => {
    for (const field of fieldsOf(types, name)) {
      const base = field.type.replace(/(\[\d*\])+$/, '');
      if (base === primaryType || referred.has(base) || !Object.hasOwn(types, base)) continue;
      referred.add(base);
      visit(base);
    }
  };
  visit(primaryType);
  return [primaryType, ...[...referred].sort()]
    .map(
      (name) =>
        `${name}(${fieldsOf(types, name)
          .map((field) => `${field.type} ${field.name}`)
          .join(',')})`,
    )
    .join('');
}

function encodeValue(types: StructTypes, type: string, value: unknown): Uint8Array {
  const array = /^(.*)\[(\d*)\]$/.exec(type);
  if (array) {
    const [, element = '', length = ''] = array;
    if (!Array.isArray(value)) throw misfit(type, 'not an array');
    if (length !== '' && value.length !== Number(length)) throw misfit(type, `${value.length} elements`);
    return keccak256(concatBytes(...value.map((member: unknown) => encodeValue(types, element, member))));
  }
  return Object.hasOwn(types, type) ? hashStruct(types, type, value) : encodeAtom(type, value);
}

function fieldsOf(types: StructTypes, name: string): readonly TypedField[] {
  const fields = Object.hasOwn(types, name) ? types[name] : undefined;
  if (fields) return fields;
  throw misfit(name, 'no such struct');
}

function misfit(type: string, problem: string): EvidenceError {
  return new EvidenceError(
    'TYPED_DATA',
    `typed data: ${type}: ${problem}`,
    'the value must fit its EIP-712 type',
  );
}
