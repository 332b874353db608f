// The theme's colours as a canvas needs them, and how series are told apart: by colour and by the pattern of their line,
// so that they differ in black and white too.

export interface Palette {
  readonly ink: string;
  readonly inkSoft: string;
  readonly line: string;
  readonly surface: string;
  readonly bad: string;
  readonly badSoft: string;
  readonly unknown: string;
  readonly warn: string;
  readonly series: readonly string[];
}

/** Lengths of dash and gap, CSS pixels; with six colours no two of the first 24 series look the same. */
const dashes: readonly (readonly number[])[] = [[], [9, 5], [2, 4], [12, 4, 2, 4]];
export const COLOURS = 6;

export const dashOf = (index: number): readonly number[] =>
  dashes[(index + Math.floor(index / COLOURS)) % dashes.length] ?? [];

/** Custom properties hold light-dark(): only an element's computed colour is one that a canvas takes. */
export function paletteOf(element: Element): Palette {
  const probe = document.createElement('span');
  element.append(probe);
  const colour = (name: string) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const palette: Palette = {
    ink: colour('ink'),
    inkSoft: colour('ink-soft'),
    line: colour('line'),
    surface: colour('surface'),
    bad: colour('bad'),
    badSoft: colour('bad-soft'),
    unknown: colour('unknown'),
    warn: colour('warn'),
    series: Array.from({ length: COLOURS }, (_, index) => colour(`series-${index + 1}`)),
  };
  probe.remove();
  return palette;
}
