// The formats with the reader's choices put in: what pages call.

import { preferences } from '../shell/preferences.js';
import { bytesText, countText } from './amount.js';
import { agoText, durationText } from './duration.js';
import { locale } from './language.js';
import { type MomentDetail, momentText, zoneText } from './moment.js';
import { temperatureChangeText, temperatureText } from './temperature.js';

const momentStyle = () => ({ locale: locale.value, zone: preferences.value.zone });
const degrees = (digits?: number) => ({
  unit: preferences.value.unit,
  locale: locale.value,
  ...(digits === undefined ? {} : { digits }),
});

export const showTemperature = (milliC: number, digits?: number) => temperatureText(milliC, degrees(digits));
export const showTemperatureChange = (milliK: number) => temperatureChangeText(milliK, degrees());
export const showMoment = (atMs: number, detail: MomentDetail) => momentText(atMs, detail, momentStyle());
export const showZone = (atMs: number) => zoneText(atMs, momentStyle());
export const showDuration = (ms: number) => durationText(ms, locale.value);
export const showAgo = (agoMs: number) => agoText(agoMs, locale.value);
export const showCount = (count: number) => countText(count, locale.value);
export const showBytes = (bytes: number) => bytesText(bytes, locale.value);
