// One line for each promise on stdout, `ok`, `not ok`, or `not seen` with the reason, as inside-debian.sh has them, and one line of
// JSON for each figure. What a promise that broke was told goes to stderr.

const SHOWN = 4000;

export class Promises {
  #counts = { ok: 0, 'not ok': 0, 'not seen': 0 };

  get hasBroken() {
    return this.#counts['not ok'] > 0;
  }

  /** @param said what helps to see why not; a function where it takes work */
  check(name, isKept, said = '') {
    const word = isKept ? 'ok' : 'not ok';
    this.#counts[word] += 1;
    console.log(`${word} ${name}`);
    if (isKept) return;
    const text = typeof said === 'string' ? said : JSON.stringify(said, undefined, 1);
    console.error(`NOT OK: ${name}\n${text.slice(-SHOWN)}`);
  }

  notSeen(name, reason) {
    this.#counts['not seen'] += 1;
    console.log(`not seen ${name}: ${reason}`);
  }

  sum() {
    return Object.entries(this.#counts)
      .map(([word, count]) => `${count} ${word}`)
      .join(', ');
  }
}

const rounded = (value) => Number(value.toPrecision(3));

/**
 * A figure of the arm64 machine, with the same of this one where there is one.
 * @param isEmulated then it says that something works, and not how fast a machine of that kind would be
 */
export function tellFigure({ figure, value, unit, own, isEmulated }) {
  const beside = own === undefined ? {} : { own: rounded(own), ratio: rounded(value / own) };
  console.log(JSON.stringify({ figure, value: rounded(value), unit, ...beside, emulated: isEmulated }));
}
