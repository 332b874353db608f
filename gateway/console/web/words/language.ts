// The language in use and its messages. Loaded before the first page is drawn, so that no other language flashes up.

import { computed, signal } from '@preact/signals';
import { preferences } from '../shell/preferences.js';
import type { english } from './english.js';
import { fillIn, fillInCount, type Parameters } from './translate.js';

export type MessageKey = keyof typeof english;
type Messages = Readonly<Record<MessageKey, string>>;
/** Stems of messages that are counted. */
export type CountedKey = MessageKey extends infer Key
  ? Key extends `${infer Stem}#other`
    ? Stem
    : never
  : never;

export type Language = 'en' | 'de';

/** Native names: whoever reads only one of them must find it. */
export const languages: Readonly<Record<Language, { readonly name: string; readonly locale: string }>> = {
  // Day before month and 24 hours, as inspectors outside of America write.
  en: { name: 'English', locale: 'en-GB' },
  de: { name: 'Deutsch', locale: 'de-DE' },
};

const loaders: Readonly<Record<Language, () => Promise<Messages>>> = {
  en: async () => (await import('./english.js')).english,
  de: async () => (await import('./german.js')).german,
};

const loaded = signal<{ readonly language: Language; readonly messages: Messages } | undefined>(undefined);

/** BCP 47 of what is shown now. */
export const locale = computed(() => languages[loaded.value?.language ?? 'en'].locale);

/** Loads and shows a language; the page stays in the old one until it is here. */
export async function showLanguage(language: Language): Promise<void> {
  const messages = await loaders[language]();
  loaded.value = { language, messages };
  document.documentElement.lang = language;
}

/** Shows a language from now on. */
export async function chooseLanguage(language: Language): Promise<void> {
  await showLanguage(language);
  preferences.value = { ...preferences.value, language };
}

/** The words of a message. */
export function t(key: MessageKey, parameters?: Parameters): string {
  const message = loaded.value?.messages[key];
  return message === undefined ? key : fillIn(message, parameters);
}

/** The words of a counted message. */
export function tCount(stem: CountedKey, count: number, parameters: Parameters = {}): string {
  return fillInCount(loaded.value?.messages ?? {}, stem, { ...parameters, count, locale: locale.value });
}

/** Whether there is a message of that key: for words that devices or newer gateways may bring. */
export function isMessage(key: string): key is MessageKey {
  return loaded.value !== undefined && Object.hasOwn(loaded.value.messages, key);
}
