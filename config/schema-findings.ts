// Translates Zod's issues into findings for a person: what was seen, what is allowed, an example line.
// Inline secrets and credentials in URLs get their own sentence, and their value is never repeated.

import type * as z from 'zod';
import { type Finding, finding } from './finding.js';
import { RawNode } from './raw-node.js';
import { hasUrlCredentials, isSecretKey, looksLikeSecret } from './shown-value.js';
import type { PropertyPath } from './yaml-document.js';

/** One finding per place and message; `value` is what was parsed. */
export function schemaFindings(issues: readonly z.core.$ZodIssue[], value: unknown): Finding[] {
  const findings = issues.flatMap((issue) => issueFindings(issue, value));
  const seen = new Set<string>();
  return findings.filter((found) => {
    const key = JSON.stringify([found.at, found.message]);
    return !seen.has(key) && seen.add(key);
  });
}

function issueFindings(issue: z.core.$ZodIssue, value: unknown): Finding[] {
  const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
  const [allowed = '', example = ''] = issue.message.split('\n');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey([...path, key], key, allowed));
  }
  const node = nodeAt(value, path);
  if (!node.isPresent) return [finding(node, 'a value is missing', { allowed, example })];
  if (hasUrlCredentials(node.value)) {
    const hint = 'name the user with username and keep the password in a file named by passwordFile';
    return [finding(node, 'a URL must not carry a user or a password', { allowed, hint })];
  }
  if (looksLikeSecret(node.value)) {
    const hint = 'keep the secret in a file of mode 0600 and write the path of that file here';
    return [finding(node, 'this looks like a secret itself, not a name for one', { allowed, example, hint })];
  }
  const hint = quotesHint(issue, node.value);
  return [finding(node, 'this value is not allowed', { allowed, example, ...(hint === '' ? {} : { hint }) })];
}

/** The commonest slip in YAML: quotes that make a text of a number, or their absence that makes the reverse. */
function quotesHint(issue: z.core.$ZodIssue, value: unknown): string {
  const expectsText = issue.code === 'invalid_type' && issue.expected === 'string';
  if (expectsText && (typeof value === 'number' || typeof value === 'boolean')) return 'put it in quotes';
  const expectsNumber =
    (issue.code === 'invalid_type' && issue.expected === 'number') ||
    (issue.code === 'invalid_value' && issue.values.every((allowed) => typeof allowed === 'number'));
  return expectsNumber && typeof value === 'string' && /^-?[0-9]+$/.test(value)
    ? 'a number stands without quotes'
    : '';
}

function unknownKey(at: PropertyPath, key: string, allowed: string): Finding {
  if (isSecretKey(key)) {
    const hint = `keep the secret in a file of mode 0600 and name that file with a key that ends in File; remove it from here and change it`;
    return { at, message: 'a secret must not stand in this file', hint };
  }
  return { at, message: 'unknown key', allowed };
}

function nodeAt(value: unknown, path: PropertyPath): RawNode {
  let current = value;
  for (const key of path) {
    const isContainer = typeof current === 'object' && current !== null && Object.hasOwn(current, key);
    current = isContainer ? (current as Record<string | number, unknown>)[key] : undefined;
  }
  return new RawNode(current, path);
}
