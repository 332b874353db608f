// What it means that a tag was not read. Readers miss tags: each for itself now and then, and a tag behind metal or a
// bottle of water every time. So absence is weak evidence, and this says how weak.

/** Of all tags so many may be shadowed as long as nobody moves the goods. */
const SHADOWED_PERMILLE = 20;

/**
 * How likely it is that a tag that was there was missed in all of these rounds, in thousandths.
 * @param readRatePermille that a round reads a tag which is there and not shadowed
 * @param rounds rounds in which the reader read other tags of the same goods
 */
export function missedPermille(readRatePermille: number, rounds: number): number {
  const chance = (1 - readRatePermille / 1000) ** rounds * 1000;
  return Math.ceil(SHADOWED_PERMILLE + (chance * (1000 - SHADOWED_PERMILLE)) / 1000);
}

/** Below this a miss is worth a word; it alone never makes a tag suspect. */
export const UNLIKELY_PERMILLE = 50;
