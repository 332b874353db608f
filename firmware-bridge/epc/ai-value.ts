// Checks the value of one element against its entry in the syntax dictionary.

import { aiChecks } from './ai-checks.js';
import type { AiComponent, AiEntry, ComponentType } from './ai-dictionary.js';
import { charset39, charset82, isOfCharset } from './check-digit.js';
import { quoted, refuse } from './refusal.js';

const wrongCharacter: Readonly<Record<ComponentType, string>> = {
  N: 'holds a character that is no digit',
  X: 'holds a character outside the GS1 set of 82',
  Y: 'holds a character outside the set of 39',
  Z: 'is no base64url',
};

function hasRightCharacters(text: string, type: ComponentType): boolean {
  if (type === 'N') return /^[0-9]*$/.test(text);
  if (type === 'Z') return /^[-0-9A-Z_a-z]*={0,2}$/.test(text);
  return isOfCharset(text, type === 'Y' ? charset39 : charset82);
}

/** Characters of all components together, for a person. */
function lengthRule(components: readonly AiComponent[]): string {
  const min = components.reduce((sum, part) => sum + (part.isOptional ? 0 : part.minLength), 0);
  const max = components.reduce((sum, part) => sum + part.maxLength, 0);
  return min === max ? `${max}` : `${min} to ${max}`;
}

/** The parts of a value, one per component that is present; refuses a value that breaks a rule. */
export function checkedParts(entry: AiEntry, value: string, thisYear: number): readonly string[] {
  const { ai, components } = entry;
  const parts: string[] = [];
  let position = 0;
  for (const component of components) {
    const part = value.slice(position, position + component.maxLength);
    if (part.length < component.minLength) break;
    if (!hasRightCharacters(part, component.type))
      refuse(`(${ai}) ${entry.title} ${wrongCharacter[component.type]}: ${quoted(value)}`);
    parts.push(part);
    position += part.length;
  }
  const isComplete = components.every(
    (component, index) => component.isOptional || parts[index] !== undefined,
  );
  if (!isComplete || position < value.length)
    refuse(`(${ai}) ${entry.title} has ${value.length} characters, ${lengthRule(components)} belong there`);
  for (const [index, part] of parts.entries()) {
    for (const check of components[index]?.checks ?? []) {
      const wrong = aiChecks[check]?.(part, thisYear);
      if (wrong !== undefined) refuse(`(${ai}) ${entry.title} ${wrong}: ${quoted(part)}`);
    }
  }
  return parts;
}
