// A place on earth for people. Pure.

/** 48.13741° N, 11.57549° E: five digits are a metre. */
export function positionText(latitudeDegE7: number, longitudeDegE7: number, locale: string): string {
  const format = new Intl.NumberFormat(locale, { minimumFractionDigits: 5, maximumFractionDigits: 5 });
  const side = (degE7: number, letters: string) =>
    `${format.format(Math.abs(degE7) / 1e7)}°\u00a0${degE7 < 0 ? letters[1] : letters[0]}`;
  // The letters are those of aviation and shipping, in every language.
  return `${side(latitudeDegE7, 'NS')}, ${side(longitudeDegE7, 'EW')}`;
}
