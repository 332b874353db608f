// A configuration of the fleet's owner as it becomes the file of one gateway: the owner's text, with the two sections that are
// the gateway's own put into it. The same text and the same sections give the same bytes.

import { ConfigError } from '../../config/config-error.js';
import { editedText } from '../../config/edited-text.js';
import { parseYaml } from '../../config/yaml-document.js';

/** What the owner's text must not have. */
const ownSections = ['gateway', 'fleet'] as const;

export type OwnSections = Readonly<Record<(typeof ownSections)[number], unknown>>;

/** The gateway's own sections, as they stand in its file. @throws ConfigError CONFIG_NOT_YAML */
export function ownSectionsOf(fileText: string, file: string): OwnSections {
  const value = mappingOf(fileText, file);
  return { gateway: value.gateway, fleet: value.fleet };
}

/**
 * @param text of the owner
 * @param file what errors call it
 * @throws ConfigError CONFIG_NOT_YAML, or CONFIG_INVALID where it has a section of the gateway's own
 */
export function memberText(text: string, own: OwnSections, file: string): string {
  const value = mappingOf(text, file);
  const problems = ownSections
    .filter((section) => Object.hasOwn(value, section))
    .map((section) => ({
      path: section,
      message: 'this section is each gateway’s own',
      hint: 'leave it out: name, keys and owner stay as coldgate enrol made them',
    }));
  if (problems.length > 0) {
    const hint = 'push only what the gateways shall do';
    throw new ConfigError('CONFIG_INVALID', `${file} cannot be for a fleet`, hint, problems);
  }
  const edits = ownSections.map((section) => ({ path: [section], value: own[section] }));
  return editedText(text, edits, file);
}

function mappingOf(text: string, file: string): Readonly<Record<string, unknown>> {
  const { value } = parseYaml(text, file);
  if (value === null || value === undefined) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  const problems = [{ path: '', message: 'a configuration is a mapping of sections' }];
  throw new ConfigError('CONFIG_NOT_YAML', `${file} is not as expected`, 'mend it by hand', problems);
}
