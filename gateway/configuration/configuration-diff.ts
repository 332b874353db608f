// What differs between two configurations, setting by setting: the values as they were read, not the lines, so that
// neither order nor comments are differences. Entries of lists are told apart by their names where they have one.

import { pathText } from '../../config/finding.js';
import { shownSetting } from './shown-setting.js';

export interface ConfigurationDifference {
  /** Such as `devices[cargo-bus].port`. */
  readonly path: string;
  /** One printable line; undefined where the setting was not there. */
  readonly before?: string;
  /** undefined where it is not there any more. */
  readonly after?: string;
}

/** What names an entry of a list, the first that all entries have. */
const nameKeys = ['id', 'name', 'sensorId', 'username', 'topic', 'romId'];

type Mapping = Readonly<Record<string, unknown>>;

const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The names of all entries; undefined if one has none, or two share one. */
function entryNames(list: readonly unknown[]): readonly string[] | undefined {
  for (const key of nameKeys) {
    const names = list.flatMap((entry) => {
      const name = isMapping(entry) ? entry[key] : undefined;
      return typeof name === 'string' ? [name] : [];
    });
    if (names.length === list.length && new Set(names).size === names.length) return names;
  }
  return undefined;
}

function joined(path: string, key: string): string {
  const name = pathText([key]);
  return path === '' ? name : `${path}.${name}`;
}

/** All settings below a value, by path. */
function settings(path: string, value: unknown, into: Map<string, string>): void {
  const isEmpty = (what: object) => Object.keys(what).length === 0;
  if (Array.isArray(value) && !isEmpty(value)) {
    const names = entryNames(value);
    for (const [index, entry] of value.entries()) {
      const name = names?.[index];
      settings(`${path}[${name === undefined ? index : pathText([name])}]`, entry, into);
    }
  } else if (isMapping(value) && !isEmpty(value)) {
    for (const [key, entry] of Object.entries(value)) settings(joined(path, key), entry, into);
  } else if (value !== undefined && path !== '') {
    into.set(path, shownSetting(path, value));
  }
}

/**
 * The differences between two values of YAML, in the order of the new one, what is gone last. Two settings whose shown
 * values are the same are the same.
 */
export function configurationDiff(before: unknown, after: unknown): ConfigurationDifference[] {
  const [old, next] = [new Map<string, string>(), new Map<string, string>()];
  settings('', before, old);
  settings('', after, next);
  const changed = [...next].flatMap(([path, value]): ConfigurationDifference[] => {
    const was = old.get(path);
    if (was === value) return [];
    return [was === undefined ? { path, after: value } : { path, before: was, after: value }];
  });
  const gone = [...old].flatMap(([path, value]) => (next.has(path) ? [] : [{ path, before: value }]));
  return [...changed, ...gone];
}

/** One line a difference, for people. */
export function differenceLine({ path, before, after }: ConfigurationDifference): string {
  if (before === undefined) return `+ ${path}: ${after}`;
  if (after === undefined) return `- ${path}: ${before}`;
  return `~ ${path}: ${before} -> ${after}`;
}
