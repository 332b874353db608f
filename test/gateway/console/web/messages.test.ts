// The message files: both languages say the same things, and no component says anything by itself.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';
import { describe, expect, test } from 'vitest';
import { english } from '../../../../gateway/console/web/words/english.js';
import { german } from '../../../../gateway/console/web/words/german.js';
import { parametersOf, pluralMark } from '../../../../gateway/console/web/words/translate.js';

const web = fileURLToPath(new URL('../../../../gateway/console/web/', import.meta.url));
const messages = (language: string) =>
  readdirSync(`${web}words/messages/${language}`).map((file) => ({
    file,
    keys: Object.keys(JSON.parse(readFileSync(`${web}words/messages/${language}/${file}`, 'utf8'))),
  }));

describe('German has what English has', () => {
  test('file for file, key for key', () => {
    expect(messages('de')).toEqual(messages('en'));
    expect(Object.keys(german).sort()).toEqual(Object.keys(english).sort());
  });

  test('no key stands in two files', () => {
    const all = messages('en').flatMap(({ keys }) => keys);
    expect(all.filter((key, index) => all.indexOf(key) !== index)).toEqual([]);
  });

  test.each(Object.entries(english))('%s: the same parameters', (key, message) => {
    const other = german[key as keyof typeof english];
    expect(other.trim(), 'nothing said').not.toBe('');
    // A form for one may leave the number out.
    if (!key.includes(pluralMark)) expect(parametersOf(other)).toEqual(parametersOf(message));
  });
});

test('every counted message has a form for one and one for many', () => {
  const stems = new Map<string, string[]>();
  for (const key of Object.keys(english)) {
    const [stem = '', form] = key.split(pluralMark);
    if (form !== undefined) stems.set(stem, [...(stems.get(stem) ?? []), form].sort());
  }
  expect([...stems].filter(([, forms]) => forms.join() !== 'one,other')).toEqual([]);
});

/** Attributes that people read or hear. */
const spoken = new Set([
  'aria-label',
  'title',
  'placeholder',
  'alt',
  'label',
  'words',
  'caption',
  'legend',
  'hint',
]);
/** The product's own name, and signs that are the same in every language. */
const untranslated = /^(coldgate|[^\p{Letter}]*|°C|°F)$/u;

interface Node {
  readonly type?: string;
  readonly value?: unknown;
  readonly name?: { readonly name?: string };
}

function strangers(node: unknown, found: string[]): string[] {
  if (Array.isArray(node)) for (const one of node) strangers(one, found);
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return found;
  const { type, value, name } = node as Node;
  if (type === 'JSXText' && typeof value === 'string' && !untranslated.test(value.trim()))
    found.push(value.trim());
  if (type === 'JSXAttribute' && spoken.has(name?.name ?? '')) {
    const { type: kind, value: text } = (value ?? {}) as { type?: string; value?: unknown };
    if (kind === 'Literal' && typeof text === 'string' && !untranslated.test(text)) found.push(text);
  }
  for (const child of Object.values(node)) strangers(child, found);
  return found;
}

const components = readdirSync(web, { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.tsx'),
);

test('there are components to look at', () => {
  expect(components.length).toBeGreaterThan(10);
});

test.each(components)('%s: every word comes from the message files', (path) => {
  const { program, errors } = parseSync(path, readFileSync(`${web}${path}`, 'utf8'));
  expect(errors).toEqual([]);
  expect(strangers(program, [])).toEqual([]);
});

test('the search for untranslated words finds them', () => {
  const { program } = parseSync('x.tsx', 'const x = <p title="Hello">Words {t("a")}</p>;');
  expect(strangers(program, []).sort()).toEqual(['Hello', 'Words']);
});
