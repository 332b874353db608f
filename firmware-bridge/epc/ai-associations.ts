// Which elements must stand together and which must not, as the syntax dictionary says. The standard judges all
// carriers of one item together; a label that lacks a key is refused here, because alone it identifies nothing.

import { type AiEntry, matchesPattern } from './ai-dictionary.js';
import { refuse } from './refusal.js';

/** `(01) with (21), or (02)`. */
function inWords(alternatives: readonly (readonly string[])[]): string {
  return alternatives.map((group) => group.map((ai) => `(${ai})`).join(' with ')).join(' or ');
}

export function checkAssociations(entries: readonly AiEntry[]): void {
  const isThere = (pattern: string) => entries.some(({ ai }) => matchesPattern(ai, pattern));
  for (const entry of entries) {
    const foreign = entries.find(
      ({ ai }) => ai !== entry.ai && entry.excludes.some((pattern) => matchesPattern(ai, pattern)),
    );
    if (foreign !== undefined)
      refuse(`(${entry.ai}) ${entry.title} must not stand beside (${foreign.ai}) ${foreign.title}`);
  }
  for (const entry of entries) {
    const unmet = entry.requires.find((alternatives) => !alternatives.some((group) => group.every(isThere)));
    if (unmet !== undefined) refuse(`(${entry.ai}) ${entry.title} needs ${inWords(unmet)} beside it`);
  }
}
