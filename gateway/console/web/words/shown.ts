// The formats with the reader's choices put in: what pages call.

import type { Quantity } from '../../api/fields.js';
import { preferences } from '../shell/preferences.js';
import { bytesText, countText, shareText } from './amount.js';
import { dayText } from './day.js';
import { agoText, durationText } from './duration.js';
import { locale, t } from './language.js';
import { type MomentDetail, momentText, zoneText } from './moment.js';
import { positionText } from './place.js';
import { numberText, temperatureChangeText, temperatureText } from './temperature.js';

const momentStyle = () => ({ locale: locale.value, zone: preferences.value.zone });
const degrees = (digits?: number) => ({
  unit: preferences.value.unit,
  locale: locale.value,
  ...(digits === undefined ? {} : { digits }),
});

export const showTemperature = (milliC: number, digits?: number) => temperatureText(milliC, degrees(digits));
export const showTemperatureChange = (milliK: number, digits?: number) =>
  temperatureChangeText(milliK, degrees(digits));
export const showMoment = (atMs: number, detail: MomentDetail) => momentText(atMs, detail, momentStyle());
export const showZone = (atMs: number) => zoneText(atMs, momentStyle());
export const showDuration = (ms: number) => durationText(ms, locale.value);
export const showAgo = (agoMs: number) => agoText(agoMs, locale.value);
export const showCount = (count: number) => countText(count, locale.value);
export const showBytes = (bytes: number) => bytesText(bytes, locale.value);
export const showShare = (ppm: number) => shareText(ppm, locale.value);

/** Both limits of a range, or the one that there is. */
export function showLimits(lowMilliC: number | null, highMilliC: number | null): string {
  if (lowMilliC !== null && highMilliC !== null) {
    return t('limits.between', { low: showTemperature(lowMilliC), high: showTemperature(highMilliC) });
  }
  if (lowMilliC !== null) return t('limits.from', { low: showTemperature(lowMilliC) });
  if (highMilliC !== null) return t('limits.to', { high: showTemperature(highMilliC) });
  return t('limits.none');
}

/** A temperature or a relative humidity. */
export function showReading(milli: number, quantity: Quantity): string {
  if (quantity === 'temperature') return showTemperature(milli);
  return `${numberText(milli / 1000, locale.value, 1)}\u00a0%`;
}

export const showPosition = (latitudeDegE7: number, longitudeDegE7: number) =>
  positionText(latitudeDegE7, longitudeDegE7, locale.value);

/** A calendar day, YYYY-MM-DD, as the language writes it; other text as it is. */
export const showDayText = (day: string) => dayText(day, locale.value);
