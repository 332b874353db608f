// House rules that no other tool checks: file sizes, names, barrels, decisions, and that the project speaks only of
// itself.

import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { filesBelow, productSources, readText, root, sources, topFolders } from './source-tree.js';

const MAX_LINES = 250;
/** Tests may be longer: their vector tables stand where they are used. */
const MAX_TEST_LINES = 650;
/** Data, not code: path and reason. */
const dataTables: ReadonlyMap<string, string> = new Map([
  ['gateway/reports/qualification/alarm-scenarios.ts', 'published scenarios, compared with test/vectors'],
]);

const isCode = (path: string) => /\.(tsx?|mjs|sol)$/.test(path);
const lines = (text: string) => text.split('\n').length - 1;
const allFiles = filesBelow('');

test('no file has more than 250 lines, no test more than 650', () => {
  const tooLong = allFiles
    .filter((path) => isCode(path) && !dataTables.has(path))
    .map((path) => ({ path, lines: lines(readText(path)) }))
    .filter((file) => file.lines > (file.path.startsWith('test/') ? MAX_TEST_LINES : MAX_LINES));
  expect(tooLong).toEqual([]);
});

test('file names are kebab-case nouns, none of them a drawer for everything', () => {
  const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.config)?\.(tsx?|mjs)$/;
  const drawer = /(^|-)(utils?|common|helpers?|misc|manager|shared)(-|\.)/;
  const names = allFiles.filter((path) => /\.(tsx?|mjs)$/.test(path)).map((path) => posix.basename(path));
  expect(names.filter((name) => !kebab.test(name) || drawer.test(name))).toEqual([]);
});

test('there are no barrel files: nothing is exported from where it is not made', () => {
  const barrels = sources.filter(
    ({ path, text }) =>
      posix.basename(path) === 'index.ts' ||
      /(?:^|\n)export\s+(?:type\s+)?(?:\*|\{[^}]*\})\s*(?:as\s+\w+\s+)?from\s/.test(text),
  );
  expect(barrels.map(({ path }) => path)).toEqual([]);
});

test('each file of the product opens with what it is', () => {
  const mute = productSources.filter(({ text }) => !/^(#!.*\n)?\/\/ \S/.test(text));
  expect(mute.map(({ path }) => path)).toEqual([]);
});

test('no type check and no lint rule is switched off in a file', () => {
  const switches = new RegExp(
    ['@ts-(ignore|expect-error|nocheck)', 'biome-ignore', 'eslint-disable'].join('|'),
  );
  const self = 'test/architecture/files.test.ts';
  const found = sources.filter(({ path, text }) => path !== self && switches.test(text));
  expect(found.map(({ path }) => path)).toEqual([]);
});

/** Written in parts, so that this file does not hold what it looks for. */
const foreignWords: Readonly<Record<string, RegExp>> = {
  'a path of the machine it was written on': new RegExp(
    ['(^|[\\s"\'`(=])/wo', 'rk/|/ho', 'me/[a-z]'].join(''),
    'm',
  ),
  'a file outside the project': new RegExp(['\\.\\./sha', 'red/|\\.lib', 'rary/'].join('')),
  'a package registry': new RegExp(
    ['registry\\.np', 'mjs|np', 'mjs\\.(org|com)|py', 'pi\\.org|proxy\\.gol', 'ang'].join(''),
    'i',
  ),
  'unfinished work': new RegExp(['\\b(TO', 'DO|FIX', 'ME|X', 'XX)\\b'].join('')),
  'a tool that wrote it': new RegExp(
    ['\\b(Clau', 'de|Anthro', 'pic|Chat', 'GPT|Copi', 'lot)\\b'].join(''),
    'i',
  ),
  'an issue number': /\b(issue|ticket|PR)s? ?#\d+/i,
};

describe('the project speaks only of itself', () => {
  const isText =
    /\.(tsx?|mjs|js|json|md|css|html|ya?ml|sol|sh|py|toml|service|rules|conf)$|(^|\/)(run|\.gitignore|\.npmrc)$/;
  const texts = allFiles
    .filter((path) => isText.test(path))
    .filter((path) => path !== 'package-lock.json' && !/^test\/vectors\/.*\.json$/.test(path))
    .map((path) => ({ path, text: readText(path) }));
  test.each(Object.entries(foreignWords))('nowhere: %s', (_what, pattern) => {
    const found = texts.flatMap(({ path, text }) => {
      const [hit] = pattern.exec(text) ?? [];
      return hit === undefined ? [] : [`${path}: ${hit.trim()}`];
    });
    expect(found).toEqual([]);
  });
});

describe('each top folder explains itself', () => {
  test.each(topFolders)('%s has a README.md', (folder) => {
    expect(existsSync(join(root, folder, 'README.md'))).toBe(true);
  });

  test.each(topFolders)('the decisions of %s are numbered without gaps or duplicates', (folder) => {
    const [, decisions = ''] = readText(`${folder}/README.md`).split(/^## Decisions$/m);
    const [ours = ''] = decisions.split(/^## /m);
    const numbers = [...ours.matchAll(/^(?:#+ )?(\d+)\. /gm)].map(([, number]) => Number(number));
    expect(numbers.length).toBeGreaterThan(0);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });
});

test('every vector folder says where it came from', () => {
  const origins = readText('test/vectors/SOURCES.md');
  const folders = new Set(
    filesBelow('test/vectors')
      .filter((path) => path !== 'test/vectors/SOURCES.md')
      .map((path) => posix.relative('test/vectors', path).split('/')[0] ?? ''),
  );
  expect([...folders].filter((folder) => !origins.includes(folder))).toEqual([]);
});
