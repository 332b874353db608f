// The GS1 application identifiers, read from the syntax dictionary: length, characters, checks, and what must or must
// not stand beside each one.

import { gs1SyntaxDictionary } from './gs1-syntax-dictionary.js';

/** N digits, X the GS1 set of 82, Y the set of 39, Z base64url. */
export type ComponentType = 'N' | 'X' | 'Y' | 'Z';

export interface AiComponent {
  readonly type: ComponentType;
  readonly minLength: number;
  readonly maxLength: number;
  readonly isOptional: boolean;
  /** Names of content checks, in the dictionary's words. */
  readonly checks: readonly string[];
}

/** An application identifier, or a pattern such as 31nn. */
export type AiPattern = string;

export interface AiEntry {
  readonly ai: string;
  readonly title: string;
  /** Whether its length is known from the AI alone, so that no FNC1 need follow. */
  readonly isPredefinedLength: boolean;
  readonly isLinkAttribute: boolean;
  readonly components: readonly AiComponent[];
  /** Each must be met: by one of its alternatives, all of whose patterns are present. */
  readonly requires: readonly (readonly (readonly AiPattern[])[])[];
  readonly excludes: readonly AiPattern[];
  /** For the primary keys of a Digital Link: the sequences of qualifiers that may follow. */
  readonly linkQualifiers?: readonly (readonly string[])[];
}

function parseComponent(token: string): AiComponent {
  const [format = '', ...checks] = token.split(',');
  const [, bracket, type, dots, length] = /^(\[?)([NXYZ])(\.\.)?(\d+)\]?$/.exec(format) ?? [];
  const maxLength = Number(length);
  return {
    type: type as ComponentType,
    minLength: dots === undefined ? maxLength : 1,
    maxLength,
    isOptional: bracket === '[',
    checks,
  };
}

function parseAttributes(
  tokens: readonly string[],
): Pick<AiEntry, 'requires' | 'excludes' | 'linkQualifiers'> {
  const valuesOf = (key: string) =>
    tokens.filter((token) => token.startsWith(`${key}=`)).map((token) => token.slice(key.length + 1));
  const requires = valuesOf('req').map((value) => value.split(',').map((group) => group.split('+')));
  const excludes = valuesOf('ex').flatMap((value) => value.split(','));
  const [qualifiers = tokens.includes('dlpkey') ? '' : undefined] = valuesOf('dlpkey');
  if (qualifiers === undefined) return { requires, excludes };
  const linkQualifiers = qualifiers
    .split('|')
    .map((sequence) => sequence.split(',').filter((ai) => ai !== ''));
  return { requires, excludes, linkQualifiers };
}

/** One line of the dictionary: an AI, or a range of them with the same rules. */
function parseLine(line: string): readonly AiEntry[] {
  const hash = line.indexOf('#');
  const title = hash < 0 ? '' : line.slice(hash + 1).trim();
  const [range = '', ...tokens] = (hash < 0 ? line : line.slice(0, hash)).trim().split(/\s+/);
  const flags = /^[*?]+$/.test(tokens[0] ?? '') ? (tokens.shift() ?? '') : '';
  const isComponent = (token: string) => /^\[?[NXYZ][.\d]/.test(token);
  const rest = {
    title,
    isPredefinedLength: flags.includes('*'),
    isLinkAttribute: flags.includes('?'),
    components: tokens.filter(isComponent).map(parseComponent),
    ...parseAttributes(tokens.filter((token) => !isComponent(token))),
  };
  const [first = '', last = first] = range.split('-');
  const count = Number(last) - Number(first) + 1;
  return Array.from({ length: count }, (_, index) => ({
    ai: String(Number(first) + index).padStart(first.length, '0'),
    ...rest,
  }));
}

/** Every application identifier, by its digits. */
export const aiEntries: ReadonlyMap<string, AiEntry> = new Map(
  gs1SyntaxDictionary
    .trim()
    .split('\n')
    .flatMap(parseLine)
    .map((entry) => [entry.ai, entry]),
);

/** The AI that a text of unknown AIs begins with: no AI is the beginning of another. */
export function aiAtStartOf(text: string): AiEntry | undefined {
  return (
    aiEntries.get(text.slice(0, 2)) ?? aiEntries.get(text.slice(0, 3)) ?? aiEntries.get(text.slice(0, 4))
  );
}

/** Whether an AI is what a pattern means: `n` stands for any digit. */
export function matchesPattern(ai: string, pattern: AiPattern): boolean {
  if (ai.length !== pattern.length) return false;
  return [...pattern].every((char, index) => char === 'n' || char === ai[index]);
}
