// What is wrong with a message under coldgate/1/: it is held against its published JSON Schema, closed: a field that the
// contract does not name is a violation too.

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { decode } from 'cborg';
import { payloadSchema } from '../../../gateway/contract/json-schemas.js';
import { type ContractPayload, topicContract } from '../../../gateway/contract/topic-contract.js';

const ajv = new Ajv2020({ allErrors: true, strict: false });

/** No object takes a field that is not named. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([keyword, what]) => [keyword, closed(what)]));
  return inner.properties === undefined ? inner : { ...inner, additionalProperties: false };
}

const validators = new Map<ContractPayload, ValidateFunction>();

function validatorOf(payload: ContractPayload): ValidateFunction {
  const known = validators.get(payload) ?? ajv.compile(closed(payloadSchema(payload)) as object);
  validators.set(payload, known);
  return known;
}

const topics = topicContract.map((topic) => ({
  ...topic,
  pattern: new RegExp(`^${topic.address.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

/** Bytes as the schema describes them: as text. */
function withoutBytes(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(withoutBytes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutBytes(inner)]));
}

function decodedOf(payload: Uint8Array): { encoding: 'json' | 'cbor'; value: unknown } {
  if ((payload[0] ?? 0) >> 5 === 5) return { encoding: 'cbor', value: decode(payload) };
  return { encoding: 'json', value: JSON.parse(Buffer.from(payload).toString('utf8')) };
}

/** What is wrong with a message; undefined if it keeps the contract, or is none that a gateway sends. */
export function violationOf(topic: string, payload: Uint8Array, isRetained?: boolean): string | undefined {
  if (!topic.startsWith('coldgate/1/')) return undefined;
  const contract = topics.find(({ pattern }) => pattern.test(topic));
  if (!contract) return `${topic}: no such topic in the contract`;
  if (contract.action === 'receive') return undefined;
  if (payload.length > contract.maxBytes) return `${topic}: ${payload.length} bytes`;
  if (isRetained !== undefined && isRetained !== contract.isRetained)
    return `${topic}: retained ${isRetained}`;
  try {
    const { encoding, value } = decodedOf(payload);
    const isSealed = contract.name !== 'log' && Object.hasOwn(Object(value), 'sealed');
    const told = contract.payloads.find(
      (one) => one.encoding === encoding && (one.name === 'sealed') === isSealed,
    );
    if (!told) return `${topic}: ${encoding}`;
    const parsed = told.schema.safeParse(value);
    if (!parsed.success) return `${topic}: ${parsed.error.message}`;
    const validate = validatorOf(told);
    if (validate(withoutBytes(value))) return undefined;
    return `${topic}: ${ajv.errorsText(validate.errors, { dataVar: told.name })}`;
  } catch (error) {
    return `${topic}: ${error}`;
  }
}
