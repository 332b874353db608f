// From a message and its parameters to words. A message is plain text with {name} in it; what comes from devices and
// people is put in as text and never read for markup. Pure.

export type Parameters = Readonly<Record<string, string | number>>;

/** Stands between the stem of a counted message and its plural category of CLDR: `alerts.waiting#one`. */
export const pluralMark = '#';

/** The message with its parameters put in; a name without a parameter stays as it is, so that it is seen. */
export function fillIn(message: string, parameters: Parameters = {}): string {
  return message.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = parameters[name];
    return value === undefined ? whole : String(value);
  });
}

/** The names that a message asks for, each once, sorted. */
export function parametersOf(message: string): readonly string[] {
  return [...new Set([...message.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name))].sort();
}

/**
 * The form of a counted message for a number; `count` itself is put in as the language writes it.
 * @param locale BCP 47
 */
export function fillInCount(
  messages: Readonly<Record<string, string>>,
  stem: string,
  { count, locale, ...more }: { readonly count: number; readonly locale: string } & Parameters,
): string {
  const category = new Intl.PluralRules(locale).select(count);
  const message = messages[`${stem}${pluralMark}${category}`] ?? messages[`${stem}${pluralMark}other`];
  if (message === undefined) return stem;
  return fillIn(message, { ...more, count: new Intl.NumberFormat(locale).format(count) });
}
