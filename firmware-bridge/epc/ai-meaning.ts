// The value of an element in words that need no table: dates, measures, amounts and temperatures. Everything else
// means what it says.

import type { AiEntry } from './ai-dictionary.js';
import { parseYymmdd } from './gs1-date.js';

/** Digits with the decimal point so many places from the right. */
function withPoint(digits: string, places: number): string {
  const padded = digits.padStart(places + 1, '0');
  const whole = padded.slice(0, padded.length - places).replace(/^0+(?=\d)/, '');
  return places === 0 ? whole : `${whole}.${padded.slice(-places)}`;
}

/** AI 4330 to 4333: hundredths of a degree, a minus sign behind them. */
function hundredths(parts: readonly string[]): string {
  const [digits = '', minus = ''] = parts;
  return minus + withPoint(digits, 2);
}

/**
 * The highest or lowest transport temperature of AI 4331 or 4333 in thousandths of a degree Celsius.
 * @param value as checked: six digits, and a minus sign behind them for cold
 */
export function transportMilliC(value: string): number {
  const milliC = Number(value.slice(0, 6)) * 10;
  return value.endsWith('-') && milliC !== 0 ? -milliC : milliC;
}

function dateMeaning(entry: AiEntry, parts: readonly string[], thisYear: number): string {
  const texts = parts.map((part, index) => {
    const checks = entry.components[index]?.checks ?? [];
    if (checks.includes('yymmd0') || checks.includes('yymmdd'))
      return parseYymmdd(part, thisYear)?.iso ?? part;
    return checks.includes('hhmi') ? `T${part.slice(0, 2)}:${part.slice(2)}` : part;
  });
  if (entry.ai === '7007') return texts.join(' to ');
  if (entry.ai !== '8008') return texts.join('');
  const [date = '', ...time] = texts;
  return `${date}T${time.join(':')}`;
}

/** Undefined where the value needs no words. */
export function meaningOf(entry: AiEntry, parts: readonly string[], thisYear: number): string | undefined {
  const { ai } = entry;
  const [first] = entry.components;
  if (first?.checks.some((check) => check === 'yymmd0' || check === 'yymmdd'))
    return dateMeaning(entry, parts, thisYear);
  if (/^433[0-3]$/.test(ai))
    return `${hundredths(parts)} ${ai === '4331' || ai === '4333' ? 'degC' : 'degF'}`;
  const places = Number(ai.slice(3));
  if (/^3[1-6]\d\d$/.test(ai) || /^39[0245]\d$/.test(ai)) return withPoint(parts[0] ?? '', places);
  // The currency comes first, as a number of ISO 4217.
  if (/^39[13]\d$/.test(ai)) return `${withPoint(parts[1] ?? '', places)} in currency ${parts[0]}`;
  return undefined;
}
