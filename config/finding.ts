// A rule's finding before it knows its line: the place as a list of keys, and the texts for a person.

import type { ConfigProblem } from './config-error.js';
import type { RawNode } from './raw-node.js';
import { shownValue } from './shown-value.js';
import type { PropertyPath } from './yaml-document.js';

export interface Finding extends Omit<ConfigProblem, 'path' | 'line'> {
  readonly at: PropertyPath;
}

type FindingTexts = Pick<Finding, 'allowed' | 'example' | 'hint'>;

/** A finding about a value that is there, or should be. */
export function finding(node: RawNode, message: string, texts: FindingTexts = {}): Finding {
  return { at: node.path, message, seen: shownValue(node.value), ...texts };
}

/** `devices[0].port` from its keys. */
export function pathText(path: PropertyPath): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    // A key that is no plain name is quoted, so that it cannot forge another path or a terminal escape.
    const name = /^[A-Za-z0-9_-]{1,64}$/.test(key) ? key : shownValue(key);
    return text === '' ? name : `${text}.${name}`;
  }, '');
}

/** Reports the second and every later use of one name; `firstPlace` is told in the sentence. */
export function repeatedNames(
  named: readonly { node: RawNode; name: string }[],
  what: string,
  hint: string,
): Finding[] {
  const firstPlaces = new Map<string, string>();
  const findings: Finding[] = [];
  for (const { node, name } of named) {
    const firstPlace = firstPlaces.get(name);
    if (firstPlace === undefined) firstPlaces.set(name, pathText(node.path));
    else findings.push(finding(node, `${what} is already used at ${firstPlace}`, { hint }));
  }
  return findings;
}

/** The nodes that hold a text, with that text as their name. */
export function named(nodes: readonly RawNode[]): { node: RawNode; name: string }[] {
  return nodes.flatMap((node) => (node.text === undefined ? [] : [{ node, name: node.text }]));
}
