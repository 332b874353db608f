// What a reader has chosen for this browser: language, theme, unit, zone. Kept in the browser only; the log and all
// downloads stay in degrees Celsius and UTC.

import { computed, effect, signal } from '@preact/signals';
import type { Language } from '../words/language.js';
import type { Zone } from '../words/moment.js';
import type { TemperatureUnit } from '../words/temperature.js';

export type Theme = 'system' | 'light' | 'dark';

export interface Preferences {
  readonly language: Language;
  readonly theme: Theme;
  readonly unit: TemperatureUnit;
  readonly zone: Zone;
}

const storageKey = 'coldgate.preferences';

/** The stored choice where it is one of the known ones: other programs may have written there. */
export function readPreferences(stored: string | null, browserLanguages: readonly string[]): Preferences {
  let kept: Partial<Record<keyof Preferences, unknown>> = {};
  try {
    const parsed: unknown = JSON.parse(stored ?? '{}');
    if (typeof parsed === 'object' && parsed !== null) kept = parsed;
  } catch {
    // Somebody else's text: the defaults hold.
  }
  const oneOf = <Choice extends string>(value: unknown, choices: readonly Choice[], fallback: Choice) =>
    choices.find((choice) => choice === value) ?? fallback;
  const spoken = browserLanguages.map((tag) => tag.slice(0, 2).toLowerCase());
  const preferred = spoken.find((tag) => tag === 'en' || tag === 'de');
  return {
    language: oneOf(kept.language, ['en', 'de'], preferred === 'de' ? 'de' : 'en'),
    theme: oneOf(kept.theme, ['system', 'light', 'dark'], 'system'),
    unit: oneOf(kept.unit, ['C', 'F'], 'C'),
    zone: oneOf(kept.zone, ['local', 'utc'], 'local'),
  };
}

export const preferences = signal<Preferences>(readPreferences(null, []));

const isSystemDark = signal(false);
/** Whether dark is shown now: what is drawn on a canvas must be drawn anew when it changes. */
export const isDark = computed(() => {
  const { theme } = preferences.value;
  return theme === 'dark' || (theme === 'system' && isSystemDark.value);
});

/** Reads what was kept, shows the theme, and keeps every change from now on. */
export function keepPreferences(): void {
  preferences.value = readPreferences(stored(), navigator.languages);
  const system = matchMedia('(prefers-color-scheme: dark)');
  isSystemDark.value = system.matches;
  system.addEventListener('change', ({ matches }) => {
    isSystemDark.value = matches;
  });
  effect(() => {
    document.documentElement.dataset.theme = preferences.value.theme;
    try {
      localStorage.setItem(storageKey, JSON.stringify(preferences.value));
    } catch {
      // A browser that keeps nothing: the choice lives as long as the page.
    }
  });
}

function stored(): string | null {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}
