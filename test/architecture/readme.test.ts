// The READMEs are run, not only read: documents parse, configurations load, marked programs run, and every command
// that is named exists. Marks stand behind the language of a fence: `yaml coldgate.yaml` is a whole configuration,
// `js run` is a program that must end with code 0 in the project's root.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '../../config/load.js';
import { runProgram } from '../../gateway/cli/program.js';
import { filesBelow, readText, root } from './source-tree.js';

interface Fence {
  readonly place: string;
  readonly language: string;
  readonly mark: string;
  readonly body: string;
}

const documents = filesBelow('').filter((path) => path.endsWith('.md') && !path.startsWith('test/vectors/'));

const fences: readonly Fence[] = documents.flatMap((path) => {
  const text = readText(path);
  return [...text.matchAll(/^```(\w+)[ \t]*([^\n]*)\n([\s\S]*?)^```$/gm)].map(
    ({ index, 1: language = '', 2: mark = '', 3: body = '' }) => ({
      place: `${path}:${text.slice(0, index).split('\n').length}`,
      language,
      mark: mark.trim(),
      body,
    }),
  );
});

const ofLanguage = (...languages: readonly string[]) =>
  fences.filter(({ language }) => languages.includes(language)).map((fence) => [fence.place, fence] as const);

test('the project has a README.md with commands to start from', () => {
  const places = ofLanguage('sh', 'console', 'bash').map(([place]) => place);
  expect(places.filter((place) => place.startsWith('README.md:'))).not.toEqual([]);
});

test.each(ofLanguage('json'))('the JSON at %s parses', (_place, { body }) => {
  expect(() => JSON.parse(body)).not.toThrow();
});

test.each(ofLanguage('yaml', 'yml'))(
  'the YAML at %s parses, and loads where it is a whole configuration',
  (place, fence) => {
    expect(parse(fence.body)).not.toBeNull();
    if (fence.mark === 'coldgate.yaml') expect(() => parseConfig(fence.body, `${place}.yaml`)).not.toThrow();
  },
);

test.each(ofLanguage('js', 'ts').filter(([, { mark }]) => mark === 'run'))(
  'the program at %s runs',
  (_place, fence) => {
    execFileSync(process.execPath, ['--input-type=module', '-e', fence.body], { cwd: root, timeout: 20_000 });
  },
);

test('links between documents lead to files', () => {
  const broken = documents.flatMap((path) =>
    [...readText(path).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)]
      .map(([, target = '']) => posix.join(posix.dirname(path), target))
      .filter((target) => !existsSync(join(root, target)))
      .map((target) => `${path} -> ${target}`),
  );
  expect(broken).toEqual([]);
});

/** Programs of the system that documents may call. */
const systemPrograms = new Set(
  'apt-get cd cp curl cat docker echo export git install jq journalctl mkdir mosquitto_pub mosquitto_sub mv node npx pkcs11-tool python3 rm sed softhsm2-util systemctl systemd-analyze udevadm useradd watch'.split(
    ' ',
  ),
);

interface Call {
  readonly place: string;
  readonly words: readonly string[];
}

/** One call per line: prompts, comments, continuations, pipes and variables taken off. */
const calls: readonly Call[] = ofLanguage('sh', 'console', 'bash').flatMap(([place, { body, language }]) =>
  body
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    // In a console transcript only the lines with a prompt are typed.
    .filter((line) => language !== 'console' || /^[$#] /.test(line))
    .flatMap((line) =>
      line
        .replace(/^[$] /, '')
        .replace(/(^|\s)#.*$/, '')
        .split(/\s*(?:&&|\|\||[|;])\s*/),
    )
    .map((part) =>
      part
        .trim()
        .replace(/^sudo (-\S+ (\S+ )?)?/, '')
        .replace(/^([A-Z_]+=\S+ )+/, ''),
    )
    .filter((part) => part !== '')
    .map((part) => ({
      place,
      words: part.replace(/^npx (?:--no-install )?coldgate/, 'coldgate').split(/\s+/),
    })),
);

const callsOf = (program: string) =>
  calls
    .filter(({ words }) => words[0] === program)
    .map(({ place, words }) => [words.join(' '), place, words] as const);

test('documents call only programs that are known', () => {
  const unknown = calls.filter(({ words: [program = ''] }) => {
    const isOwn = program === 'npm' || program === 'coldgate' || program.startsWith('./');
    return !isOwn && !systemPrograms.has(program);
  });
  expect(unknown.map(({ place, words }) => `${place}: ${words[0]}`)).toEqual([]);
});

test.each(callsOf('npm'))('%s (%s) is a script or a command of npm', (_call, _place, [, ...words]) => {
  const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> };
  const [verb = '', script = ''] = words.filter((word) => !word.startsWith('-'));
  if (verb === 'run') expect(Object.keys(scripts)).toContain(script);
  else if (verb === 'start' || verb === 'test') expect(Object.keys(scripts)).toContain(verb);
  else expect(['ci', 'install', 'pack', 'link', 'rebuild']).toContain(verb);
});

async function helpOf(path: readonly string[]): Promise<{ code: number; text: string }> {
  const printed: string[] = [];
  const io = { out: (line: string) => printed.push(line), err: (line: string) => printed.push(line) };
  const code = await runProgram([...path, '--help'], io);
  return { code, text: printed.join('\n') };
}

describe('every coldgate command in the documents exists with its options', () => {
  const inText = documents.flatMap((path) =>
    [...readText(path).matchAll(/`coldgate ([^`\n]+)`/g)].map(({ 1: rest = '' }) => {
      const words = ['coldgate', ...rest.split(/\s+/)];
      return [words.join(' '), path, words] as const;
    }),
  );
  test.each([...callsOf('coldgate'), ...inText])('%s (%s)', async (_call, _place, [, ...words]) => {
    const names = words.filter((word) => /^[a-z]/.test(word));
    const options = words.filter((word) => /^-/.test(word)).map((word) => word.split('=')[0] ?? '');
    const rootHelp = await helpOf([]);
    const [name = '', second = ''] = names[0] === 'help' ? names.slice(1) : names;
    const isCommand = name !== '' && new RegExp(`^  ${name}\\b`, 'm').test(rootHelp.text);
    if (words[0]?.startsWith('-') !== true) expect(isCommand, `${name} is no command`).toBe(true);
    const own = isCommand ? await helpOf([name]) : rootHelp;
    const hasSecond = second !== '' && new RegExp(`^  ${second}\\b`, 'm').test(own.text);
    const { text } = hasSecond ? await helpOf([name, second]) : own;
    const known = `${text}\n${rootHelp.text}`;
    expect(
      options.filter((option) => !new RegExp(`(^|[\\s,])${option}([\\s,=]|$)`, 'm').test(known)),
    ).toEqual([]);
  });
});

describe('every command of the program is told in the README or in that of the command line', () => {
  test('by its name', async () => {
    const { text } = await helpOf([]);
    const [, commands = ''] = /^Commands:\n([\s\S]*?)\n\n/m.exec(text) ?? [];
    const names = [...commands.matchAll(/^ {2}([a-z][a-z0-9-]*)/gm)]
      .map(([, name = '']) => name)
      .filter((name) => name !== 'help');
    expect(names.length).toBeGreaterThan(3);
    const readme = readText('README.md') + readText('gateway/cli/README.md');
    expect(names.filter((name) => !new RegExp(`coldgate ${name}\\b`).test(readme))).toEqual([]);
  });
});
