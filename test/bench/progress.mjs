// What the benches share in talking: progress goes to stderr, figures are rounded to what they can mean.

/** One line for the person who waits. */
export function say(text) {
  process.stderr.write(`bench: ${text}\n`);
}

/** A figure as printed: value to four significant digits. */
export function figureOf(figure, value, unit) {
  return { figure, value: Number(value.toPrecision(4)), unit };
}

/** The value below which the share `quantile` of the sorted numbers lies (nearest rank). */
export function quantileOf(sorted, quantile) {
  return sorted[Math.max(0, Math.ceil(sorted.length * quantile) - 1)] ?? Number.NaN;
}
