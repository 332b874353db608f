// Puts other values into the text of a configuration and leaves the rest as it stands: comments, order and wording of what
// is not touched. Judges nothing: whoever uses the text loads it first.

import { isMap, parseDocument } from 'yaml';
import { ConfigError } from './config-error.js';
import { parseYaml } from './yaml-document.js';

export interface SettingEdit {
  /** Keys from the top, such as `publish`, `brokers`. */
  readonly path: readonly string[];
  /** Plain JSON; undefined takes the setting out. */
  readonly value: unknown;
}

/**
 * The text with the edits.
 * @throws ConfigError CONFIG_NOT_YAML, also where a key stands in a value that has none
 */
export function editedText(text: string, edits: readonly SettingEdit[], file: string): string {
  // Refuses what is no plain YAML before anything is written back.
  parseYaml(text, file);
  const document = parseDocument(text, { version: '1.2', schema: 'core', keepSourceTokens: false });
  for (const { path, value } of edits) {
    for (let length = 1; length < path.length; length += 1) {
      const holder = document.getIn(path.slice(0, length));
      if (holder !== undefined && holder !== null && !isMap(holder)) {
        const problem = { path: path.slice(0, length).join('.'), message: 'this is no section' };
        throw new ConfigError('CONFIG_NOT_YAML', `${file} is not as expected`, 'mend it by hand', [problem]);
      }
    }
    if (value === undefined) document.deleteIn(path);
    else document.setIn(path, document.createNode(value));
  }
  return document.toString({ lineWidth: 0 });
}
