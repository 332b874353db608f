// The kinds of single values in a configuration: identifiers, integers with a unit, file paths, addresses.
// Each carries the sentence and the example line that a person sees when the value is wrong.
// Zod's error text is used as the carrier: first line what is allowed, second line an example.

import { resolve } from 'node:path';
import * as z from 'zod';

/** Identifiers everywhere: topics and file names are built from them, so nothing else may get in. */
export const identifierPattern = /^[A-Za-z0-9_-]{1,64}$/;

/** Packs what is allowed and an example line into one Zod error text. */
export function says(allowed: string, example: string): { error: string } {
  return { error: `${allowed}\n${example}` };
}

/** A mapping that refuses unknown keys and names the known ones when it does. */
export function section<Shape extends z.core.$ZodLooseShape>(shape: Shape, example: string) {
  return z.strictObject(shape, says(`a mapping of ${Object.keys(shape).join(', ')}`, example));
}

/** A list of at most 256 entries: more than a truck carries, little enough to read. */
export function list<Entry extends z.core.$ZodType>(entry: Entry, example: string) {
  const error = says('a list of at most 256 entries', example);
  return z.array(entry, error).max(256, error);
}

export function identifier(example: string) {
  const error = says('1 to 64 of A-Z a-z 0-9 _ -', example);
  return z.string(error).regex(identifierPattern, error);
}

/** An integer with its unit and both ends of its range, ends included. */
export function integer(range: { min: number; max: number; unit: string; example: string }) {
  const error = says(`a whole number, ${range.min} to ${range.max} (${range.unit})`, range.example);
  return z.int(error).min(range.min, error).max(range.max, error);
}

export function oneOf<const Values extends readonly [string, ...string[]]>(values: Values, example: string) {
  return z.enum(values, says(`one of ${values.join(', ')}`, example));
}

/** One of a list of numbers, such as serial speeds. */
export function oneOfNumbers<const Values extends readonly [number, ...number[]]>(
  values: Values,
  unit: string,
  example: string,
) {
  return z.literal([...values], says(`${unit}, one of ${values.join(', ')}`, example));
}

export const flag = (example: string) => z.boolean(says('true or false', example));

/** A string that must match a pattern. */
export function matching(pattern: RegExp, allowed: string, example: string) {
  const error = says(allowed, example);
  return z.string(error).regex(pattern, error);
}

/** Of a key or a contract. Kept as written: its mixed-case checksum is not judged here. */
export const address = (example: string) =>
  matching(/^0x(?!0{40}$)[0-9a-fA-F]{40}$/, '0x and 40 hexadecimal digits in quotes, not all zero', example);

/**
 * A path, made absolute against the configuration file's folder.
 * A leading ~ is a shell's business; 64 hex digits are a key pasted where its file's name belongs.
 */
export function filePath(folder: string, example: string) {
  const error = says('a path, absolute or from the folder of this file, without ~', example);
  return z
    .string(error)
    .min(1, error)
    .max(1_024, error)
    .refine((path) => !path.startsWith('~') && !path.includes('\0'), error)
    .refine((path) => !/^(0x)?[0-9a-fA-F]{64}$/.test(path), error)
    .transform((path) => resolve(folder, path));
}

const hostPattern = /^(\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9._-]{1,253})$/;

/** True for `scheme://host[:port]` with nothing else: no user, path, query or fragment. */
export function isEndpointUrl(text: string, schemes: readonly string[], portRequired: boolean): boolean {
  const match = /^([a-z]+):\/\/(.+?)(?::([0-9]{1,5}))?$/.exec(text);
  if (!match?.[1] || !match[2] || !schemes.includes(match[1]) || !hostPattern.test(match[2])) return false;
  if (match[3] === undefined) return !portRequired;
  const port = Number(match[3]);
  return port >= 1 && port <= 65_535;
}

/** True for an http(s) URL without user, password or fragment. */
export function isHttpUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) return false;
  return url.username === '' && url.password === '' && url.hash === '';
}

/** True when a listening address cannot be reached from another machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}$/.test(host);
}

/** True for https, or http that does not leave this machine: tokens and the whereabouts of medicine cross no network open. */
export function isGuardedUrl(text: string): boolean {
  if (!isHttpUrl(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || isLoopback(hostname.replace(/^\[|\]$/g, ''));
}
