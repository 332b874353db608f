// Temperatures for people. They are integer milli-degrees Celsius everywhere else; Fahrenheit exists only here. Pure.

export type TemperatureUnit = 'C' | 'F';

const MILLI = 1000;
/** 1 K is 9/5 of a degree Fahrenheit, and 0 degC is 32 degF. */
const FAHRENHEIT_STEP = 1.8;
const FAHRENHEIT_OFFSET = 32;

/** The number to draw or print, in whole degrees of the unit. */
export function degreesOf(milliC: number, unit: TemperatureUnit): number {
  const celsius = milliC / MILLI;
  return unit === 'C' ? celsius : celsius * FAHRENHEIT_STEP + FAHRENHEIT_OFFSET;
}

/** A number as the language writes it, with a true minus sign, and never "-0". */
export function numberText(value: number, locale: string, digits: number): string {
  const format = new Intl.NumberFormat(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    signDisplay: 'negative',
  });
  return format.format(value).replace('-', '\u2212');
}

interface Shown {
  readonly unit: TemperatureUnit;
  /** BCP 47 */
  readonly locale: string;
  /** Default 1: what probes of a cold chain resolve. */
  readonly digits?: number;
}

/** "7.3 °C"; the space does not break. */
export function temperatureText(milliC: number, { unit, locale, digits = 1 }: Shown): string {
  return `${numberText(degreesOf(milliC, unit), locale, digits)}\u00a0°${unit}`;
}

/** A difference of temperatures with its sign: "+0.4 K" is +0.4 °C or +0.7 °F. */
export function temperatureChangeText(milliK: number, { unit, locale, digits = 1 }: Shown): string {
  const value = (milliK / MILLI) * (unit === 'C' ? 1 : FAHRENHEIT_STEP);
  const sign = value > 0 ? '+' : '';
  return `${sign}${numberText(value, locale, digits)}\u00a0°${unit}`;
}
