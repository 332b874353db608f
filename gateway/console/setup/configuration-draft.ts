// The configuration as set-up shows and edits it: the text that stands there, the sections that the pages know, and what a
// proposal would change. Writes nothing: the gateway role puts a text in force.

import { join } from 'node:path';
import { builtInProfiles } from '../../../config/alarm-profile-load.js';
import { ConfigError, type ConfigProblem } from '../../../config/config-error.js';
import { editedText, type SettingEdit } from '../../../config/edited-text.js';
import { readConfigText } from '../../../config/load.js';
import { folderOf, preview, settingsOf } from '../../configuration/configuration-preview.js';
import type { SetupPreview, SetupSections, SetupState } from '../api/setup.js';
import { ConsoleError } from '../console-error.js';

/** Where each section stands in the text. */
const places: Readonly<Record<keyof SetupSections, readonly string[]>> = {
  devices: ['devices'],
  excursions: ['excursions'],
  brokers: ['publish', 'brokers'],
  ledger: ['ledger'],
};

export class ConfigurationDraft {
  /** Relative paths of the text start here. */
  readonly folder: string;
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    this.folder = folderOf(path);
  }

  current(): Pick<SetupState, 'text' | 'sections' | 'profiles'> {
    const text = this.#text();
    const settings = settingsOf(text, this.folder);
    const at = (path: readonly string[]) =>
      path.reduce((holder: unknown, key) => Reflect.get(Object(holder), key), settings);
    const list = (path: readonly string[]): unknown[] => {
      const value = at(path);
      return Array.isArray(value) ? value : [];
    };
    return {
      text,
      sections: {
        devices: list(places.devices),
        excursions: list(places.excursions),
        brokers: list(places.brokers),
        ledger: at(places.ledger) ?? null,
      },
      profiles: builtInProfiles().map(({ name }) => name),
    };
  }

  /** What the sections put into `ground` would change. @throws ConsoleError CONFIGURATION_UNREADABLE */
  preview(ground: string | undefined, sections: SetupSections): SetupPreview {
    const current = this.#text();
    const edits = Object.entries(sections).map(
      ([name, value]): SettingEdit => ({
        path: places[name as keyof SetupSections],
        value: value === null || (Array.isArray(value) && value.length === 0) ? undefined : value,
      }),
    );
    const text = this.#edited(ground ?? current, edits);
    const seen = preview(current, text, this.folder);
    return {
      text,
      ...{ baseHash: seen.baseHash, hash: seen.hash, isSame: seen.isSame },
      findings: seen.findings.map(findingOf),
      warnings: seen.warnings.map(findingOf),
      diff: seen.diff.map(({ path, before, after }) => ({
        path,
        before: before ?? null,
        after: after ?? null,
      })),
    };
  }

  /** What is no YAML is left as it is: the preview says where. */
  #edited(text: string, edits: readonly SettingEdit[]): string {
    if (edits.length === 0) return text;
    try {
      return editedText(text, edits, join(this.folder, 'coldgate.yaml'));
    } catch (error) {
      if (error instanceof ConfigError) return text;
      throw error;
    }
  }

  #text(): string {
    try {
      return readConfigText(this.#path);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      throw new ConsoleError(503, 'CONFIGURATION_UNREADABLE', error.message, error.hint);
    }
  }
}

function findingOf({ path, line, message, hint }: ConfigProblem) {
  return { path, line: line ?? null, message, hint: hint ?? '' };
}
