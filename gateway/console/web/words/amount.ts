// Counts and bytes for people. Pure.

const KIBI = 1024;
const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** "1,204". */
export function countText(count: number, locale: string): string {
  return new Intl.NumberFormat(locale).format(count);
}

/** "3.4 MiB": one digit behind the point below ten, none above. */
export function bytesText(bytes: number, locale: string): string {
  let [size, step] = [bytes, 0];
  while (size >= KIBI && step < byteUnits.length - 1) {
    size /= KIBI;
    step += 1;
  }
  const digits = step > 0 && size < 10 ? 1 : 0;
  const text = new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(size);
  return `${text}\u00a0${byteUnits[step]}`;
}

/** "62 %" of parts in a million. */
export function shareText(ppm: number, locale: string): string {
  const format = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  return format.format(ppm / 1_000_000);
}
