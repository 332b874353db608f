// Turns the bytes of a configuration file into plain values and remembers where each stood.
// YAML 1.2 core schema: no custom tags, no merge keys, no duplicate keys, one document, few aliases.
// Judges only the YAML; what the values mean is the schema's business.

import { type Document, isMap, isNode, isPair, isScalar, LineCounter, parseDocument } from 'yaml';
import { ConfigError, type ConfigProblem } from './config-error.js';

/** A person writes a handful; a nest of aliases would grow without bound. */
const maxAliases = 50;
const maxYamlProblems = 10;
/** Ours nest eight deep. The parser recurses, and a regular expression on a full stack ends the process: nothing can catch it. */
const maxNesting = 64;

export type PropertyPath = readonly (string | number)[];

export interface YamlDocument {
  readonly value: unknown;
  /** Line of the value at a path, or of the nearest mapping around it; undefined for an empty file. */
  lineOf(path: PropertyPath): number | undefined;
}

/**
 * Parses the text of a configuration file.
 * @throws ConfigError CONFIG_NOT_YAML with up to ten problems.
 */
export function parseYaml(text: string, file: string): YamlDocument {
  const line = tooDeepLine(text);
  if (line !== undefined)
    throw notYaml(file, [{ path: '', line, message: `nested deeper than ${maxNesting} levels` }]);
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    strict: true,
    uniqueKeys: true,
    stringKeys: true,
    merge: false,
    resolveKnownTags: false,
    customTags: null,
    logLevel: 'error',
    prettyErrors: false,
    lineCounter: lines,
  });
  // Unknown tags are only warnings in the parser; here nothing may be understood in two ways.
  const problems: ConfigProblem[] = [...document.errors, ...document.warnings]
    .slice(0, maxYamlProblems)
    .map((found) => ({ path: '', line: lines.linePos(found.pos[0]).line, message: sentence(found.message) }));
  if (problems.length > 0) throw notYaml(file, problems);
  return {
    value: plainValue(document, file),
    lineOf: (path) => lineOf(document, lines, path),
  };
}

/**
 * Line on which the text nests too deep, counted from what can open a level: brackets, further indentation, and marks of
 * lists and keys on one line. Counts those in quoted texts and comments too, where nobody writes so many.
 */
function tooDeepLine(text: string): number | undefined {
  let brackets = 0;
  const blocks: { readonly indent: number; readonly levels: number }[] = [];
  let blockLevels = 0;
  for (const [index, line] of text.split(/\r\n?|\n/).entries()) {
    const indent = line.search(/[^ ]/);
    if (indent < 0) continue;
    while ((blocks.at(-1)?.indent ?? -1) >= indent) blockLevels -= blocks.pop()?.levels ?? 0;
    const levels = Math.max(1, line.match(/[-?:](?=[ \t]|$)/g)?.length ?? 0);
    blocks.push({ indent, levels });
    blockLevels += levels;
    let opened = brackets;
    for (const character of line) {
      if (character === '[' || character === '{') brackets += 1;
      else if (character === ']' || character === '}') brackets = Math.max(0, brackets - 1);
      opened = Math.max(opened, brackets);
    }
    if (blockLevels > maxNesting || opened > maxNesting) return index + 1;
  }
  return undefined;
}

function plainValue(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: maxAliases });
  } catch (cause) {
    const message = cause instanceof Error ? sentence(cause.message) : 'the aliases cannot be resolved';
    throw notYaml(
      file,
      [{ path: '', message, hint: `write the values out; at most ${maxAliases} aliases are read` }],
      cause,
    );
  }
}

function notYaml(file: string, problems: ConfigProblem[], cause?: unknown): ConfigError {
  const first = problems[0]?.line;
  return new ConfigError(
    'CONFIG_NOT_YAML',
    `${file} is not plain YAML`,
    first === undefined
      ? 'indent with spaces, two per level'
      : `look at line ${first}; indent with spaces, two per level`,
    problems,
    cause,
  );
}

function sentence(message: string): string {
  return message.split('\n')[0]?.slice(0, 200) ?? '';
}

function lineOf(document: Document.Parsed, lines: LineCounter, path: PropertyPath): number | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const start = startOf(document, path.slice(0, length));
    if (start !== undefined) return lines.linePos(start).line;
  }
  return undefined;
}

/** Offset of the key for a mapping's entry, of the value otherwise. */
function startOf(document: Document.Parsed, path: PropertyPath): number | undefined {
  if (path.length === 0) return document.contents?.range?.[0];
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path[path.length - 1];
  if (isMap(parent)) {
    const pair = parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === last);
    return pair && isScalar(pair.key) ? pair.key.range?.[0] : undefined;
  }
  const node = document.getIn(path, true);
  return isNode(node) ? node.range?.[0] : undefined;
}
