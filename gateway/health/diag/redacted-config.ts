// A configuration for support: its shape, its numbers and the words that the program itself defines. Every other text becomes a
// mark: what is not known to be harmless is not shown.

import { isSecretKey } from '../../../config/shown-value.js';
import type { Redaction } from './redaction.js';

/** Keys whose values are words of the program. */
const wordKeys: ReadonlySet<string> = new Set([
  ...[
    'type',
    'level',
    'trust',
    'encoding',
    'mode',
    'mqttVersion',
    'finality',
    'parity',
    'mapping',
    'unit',
    'quantity',
  ],
  ...['region', 'means', 'kind', 'role', 'format', 'activeWhen', 'source'],
]);
const word = /^[a-z][a-z0-9.-]{0,23}$/;

/** @param key the name under which the value stands */
export function redactedConfig(value: unknown, redaction: Redaction, key = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => redactedConfig(one, redaction, key));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, redactedConfig(inner, redaction, name)]),
    );
  }
  if (isSecretKey(key)) return '[not shown]';
  if (typeof value !== 'string') return value;
  return wordKeys.has(key) && word.test(value) ? value : redaction.mark('text', value);
}

/** Every text of a configuration: what a redaction must know. Words of the program are left out. */
export function textsOf(value: unknown, key = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => textsOf(one, key));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([name, inner]) => textsOf(inner, name));
  if (typeof value !== 'string') return [];
  if (wordKeys.has(key) && word.test(value)) return [];
  return [value, ...hostsIn(value)];
}

/** The host of a URL stands alone in many messages. */
function hostsIn(text: string): string[] {
  if (!URL.canParse(text)) return [];
  const { hostname, username, password } = new URL(text);
  return [hostname, username, password].filter((part) => part !== '');
}
