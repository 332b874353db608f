// What a bundle must not name: all texts of the configuration, the content of the secret files that it names, and every name that
// stands in the journal.

import { readFileSync, statSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import type { Config } from '../../../config/schema.js';
import type { JournalReader } from '../../journal/journal-reader.js';
import { textsOf } from './redacted-config.js';

const MAX_SECRET_BYTES = 4096;
/** Longer texts are documents, which no log line holds whole. */
const LONGEST_NAME = 200;

/** Content of the files that the configuration names, where they are short and can be read. */
function secretsOf(config: Config): string[] {
  return textsOf(config)
    .filter((text) => text.startsWith('/') && !text.startsWith('/dev/'))
    .flatMap((path) => {
      try {
        const found = statSync(path);
        if (!found.isFile() || found.size > MAX_SECRET_BYTES) return [];
        const text = readFileSync(path, 'utf8');
        return [text, ...text.split('\n')];
      } catch {
        return [];
      }
    })
    .filter((text) => text.trim().length > 3);
}

/** @param journal undefined: there is none */
export function knownNames(config: Config, journal: JournalReader | undefined): string[] {
  return [
    ...textsOf(config),
    ...secretsOf(config),
    hostname(),
    userInfo().username,
    ...(journal ? namesIn(journal) : []),
  ];
}

function namesIn(journal: JournalReader): string[] {
  const state = journal.judgeStates();
  return [
    ...journal.shipmentNames().map(({ name }) => name),
    ...journal.subjectNames(),
    ...[...state].flatMap(([key, value]) => [
      ...key.split(/[/: ]/).filter(isNameLike),
      ...documentNames(value),
    ]),
  ];
}

/** Keys under which any text is somebody's: also one that looks like a word of the program. */
const nameKey =
  /name|part(y|ies)|place|site|city|street|country|consign|carrier|product|lot|serial|certificate|address|person|location|sponsor|reason|comment|label|mail|phone/i;

/** A word of the program is written small or likeThis, without digits; a name mostly is not. */
const isNameLike = (text: string) => /[\d\p{Lu}\s.@]/u.test(text) && !/^[a-z]+([A-Z][a-z]+)*$/.test(text);

function documentNames(text: string): string[] {
  try {
    return namesOf(JSON.parse(text));
  } catch {
    return isNameLike(text) ? [text] : [];
  }
}

function namesOf(value: unknown, key = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => namesOf(one, key));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([name, inner]) => [
      ...(isNameLike(name) ? [name] : []),
      ...namesOf(inner, name),
    ]);
  if (typeof value !== 'string' || value.length > LONGEST_NAME) return [];
  return nameKey.test(key) || isNameLike(value) ? [value] : [];
}
