// The event hash id of CBV 2.0 (section 8.9): a name for an EPCIS event that follows from its content, whatever the notation.
// It is not injective, by its own rules: different events can have one id. It finds and names events; it proves nothing.

import { createHash } from 'node:crypto';
import { EpcisError } from './epcis-error.js';
import { eventFields, type HashField } from './hash-fields.js';
import { canonicalTime, canonicalValue } from './hash-values.js';
import { isObject, type Json, type JsonObject, Namespaces } from './namespaces.js';

/** What says nothing about what happened. */
const ignored: ReadonlySet<string> = new Set([
  'recordTime',
  'eventID',
  'errorDeclaration',
  'type',
  '@context',
]);
const comments: ReadonlySet<string> = new Set(['rdfs:comment', 'comment', '#text']);
const MAX_DEPTH = 64;

/**
 * `ni:///sha-256;...?ver=CBV2.0` of one event.
 * @param context the document's @context; the event may have one of its own
 * @throws EpcisError EPCIS_TIME_INVALID, EPCIS_TOO_DEEP, EPCIS_UNREADABLE
 */
export function eventHashId(event: object, context: unknown): string {
  return hashId(eventPreHash(event, context));
}

/** What is hashed: all fields in one order and one notation, without separators. @throws as `eventHashId` */
export function eventPreHash(event: object, context: unknown, ignoredFields: readonly string[] = []): string {
  const fields = event as JsonObject;
  if (typeof fields.type !== 'string') {
    throw new EpcisError('EPCIS_UNREADABLE', 'an event has no type', 'is this an EPCIS 2.0 document?');
  }
  const namespaces = new Namespaces(context, fields['@context']);
  const skipped = new Set([...ignored, ...ignoredFields]);
  const content = Object.fromEntries(Object.entries(fields).filter(([name]) => !skipped.has(name)));
  return `eventType=${fields.type.trim()}${fieldsText(content, eventFields, namespaces, 0)}`;
}

export function hashId(preHash: string): string {
  return `ni:///sha-256;${createHash('sha256').update(preHash, 'utf8').digest('hex')}?ver=CBV2.0`;
}

function fieldsText(
  value: JsonObject,
  fields: readonly HashField[],
  names: Namespaces,
  depth: number,
): string {
  if (depth > MAX_DEPTH) {
    throw new EpcisError(
      'EPCIS_TOO_DEEP',
      `an event is nested over ${MAX_DEPTH} levels`,
      'this is no real event',
    );
  }
  const known = new Set(fields.map(({ name }) => name));
  const standard = fields.map((field) =>
    Object.hasOwn(value, field.name) ? fieldText(value[field.name], field, names, depth) : '',
  );
  const extensions = Object.entries(value)
    .filter(([name]) => !known.has(name) && !comments.has(name))
    .flatMap(([name, child]) => extensionTexts(names.expand(name), child, names, depth));
  return [...standard, ...sorted(extensions)].join('');
}

function fieldText(value: Json | undefined, field: HashField, names: Namespaces, depth: number): string {
  const { name, entry, fields } = field;
  if (value === undefined || value === null) return '';
  if (entry === undefined)
    return sorted(listOf(value).map((one) => named(name, valueText(one, field, names, depth)))).join('');
  // A list within a list of one kind, as `sensorReport`, repeats its own name.
  const entries = listOf(value).map((one) => named(entry, valueText(one, field, names, depth)));
  const text = sorted(entries).join('');
  return text === '' || entry === name || fields === undefined
    ? withList(name, entry, text)
    : `${name}${text}`;
}

const withList = (name: string, entry: string, text: string) =>
  text === '' || entry === name ? text : `${name}${text}`;

/** With its `=`, or with its fields; '' for nothing. */
function valueText(value: Json, field: HashField, names: Namespaces, depth: number): string {
  if (field.fields !== undefined && isObject(value)) return fieldsText(value, field.fields, names, depth + 1);
  if (value === null || typeof value === 'object') return '';
  const text = String(value).trim();
  if (text === '') return '';
  if (field.isTime) return `=${canonicalTime(text)}`;
  return `=${field.isRaw ? text : canonicalValue(value, field.words)}`;
}

const named = (name: string, text: string) => (text === '' ? '' : `${name}${text}`);
const listOf = (value: Json): readonly Json[] => (Array.isArray(value) ? value : [value]);
/** By code point, as the reference sorts; JavaScript's own order differs beyond the basic plane. */
const sorted = (texts: readonly string[]) =>
  texts.toSorted((a, b) => Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8')));

/** User extensions: `{namespace}name=value`, nested ones behind each other. */
function extensionTexts(name: string, value: Json, names: Namespaces, depth: number): string[] {
  if (depth > MAX_DEPTH) return [fieldsText({}, [], names, depth)];
  if (Array.isArray(value)) return value.flatMap((one) => extensionTexts(name, one, names, depth + 1));
  if (isObject(value)) return [`${name}${fieldsText(value, [], names, depth + 1)}`];
  if (value === null || typeof value === 'object') return [];
  const text = String(value).trim();
  return [text === '' ? name : `${name}=${canonicalValue(value)}`];
}
