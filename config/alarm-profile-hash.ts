// SHA-256 of an alarm profile's content over its RFC 8785 JSON. The content holds only strings, booleans, safe
// integers, lists and plain mappings, for which RFC 8785 is sorted keys and JSON.stringify.

import { createHash } from 'node:crypto';
import type { AlarmProfile } from './alarm-profile.js';

/** Lower-case hex. Every field but the hash itself counts; one that is undefined is absent. */
export function alarmProfileHash(content: Omit<AlarmProfile, 'hash'>): string {
  return createHash('sha256').update(canonicalText(content), 'utf8').digest('hex');
}

function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = new Map<string, unknown>(Object.entries(value));
  const texts = [...members.keys()]
    .filter((key) => members.get(key) !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalText(members.get(key))}`);
  return `{${texts.join(',')}}`;
}
