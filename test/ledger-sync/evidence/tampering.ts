// Every small change that can be made to a JSON document: each number and text changed, each key taken away
// or added, each list entry taken away, doubled or swapped.

type Path = readonly (string | number)[];

export interface Tampering {
  /** The place, as in `records[0].leaf`, and what was done. */
  readonly title: string;
  readonly json: string;
}

function change(
  root: unknown,
  path: Path,
  edit: (holder: Record<string, unknown>, key: string) => void,
): string {
  const copy: unknown = structuredClone(root);
  let holder: unknown = copy;
  for (const step of path.slice(0, -1)) holder = Reflect.get(Object(holder), step);
  edit(holder as Record<string, unknown>, String(path.at(-1)));
  return JSON.stringify(copy);
}

/** Another character of the same alphabet, so that the schema alone does not catch it. */
function otherCharacter(character: string): string {
  if (/[0-8]/.test(character)) return String(Number(character) + 1);
  if (character === '9') return '0';
  if (/[a-eA-Y]/.test(character)) return String.fromCharCode(character.charCodeAt(0) + 1);
  return character === 'f' ? 'a' : 'b';
}

function textChanges(text: string): string[] {
  const places = [...new Set([0, Math.floor(text.length / 2), text.length - 1])].filter(
    (at) => at < text.length,
  );
  return places.map((at) => text.slice(0, at) + otherCharacter(text.charAt(at)) + text.slice(at + 1));
}

function* valueChanges(root: unknown, path: Path, value: unknown): Generator<Tampering> {
  const title = path.join('.');
  const replace = (next: unknown) => change(root, path, (holder, key) => Reflect.set(holder, key, next));
  if (typeof value === 'number') {
    for (const next of [value + 1, value - 1, 0]) {
      if (next !== value) yield { title: `${title} becomes ${next}`, json: replace(next) };
    }
  } else if (typeof value === 'string') {
    for (const next of textChanges(value))
      yield { title: `${title} becomes ${next.slice(0, 24)}`, json: replace(next) };
  }
}

function* listChanges(root: unknown, path: Path, list: readonly unknown[]): Generator<Tampering> {
  const title = path.join('.');
  const replace = (next: unknown[]) => change(root, path, (holder, key) => Reflect.set(holder, key, next));
  for (const at of list.keys()) {
    yield { title: `${title}.${at} is taken away`, json: replace(list.filter((_, index) => index !== at)) };
    yield {
      title: `${title}.${at} is doubled`,
      json: replace(list.flatMap((entry, index) => (index === at ? [entry, entry] : [entry]))),
    };
    if (at === 0) continue;
    const swapped = [...list];
    [swapped[at - 1], swapped[at]] = [list[at], list[at - 1]];
    yield { title: `${title}.${at} is swapped with the one before`, json: replace(swapped) };
  }
}

/** All changes of the document. */
export function* tamperings(root: unknown, path: Path = [], value: unknown = root): Generator<Tampering> {
  if (typeof value !== 'object' || value === null) {
    yield* valueChanges(root, path, value);
    return;
  }
  if (Array.isArray(value)) {
    yield* listChanges(root, path, value);
    for (const [at, entry] of value.entries()) yield* tamperings(root, [...path, at], entry);
    return;
  }
  const title = path.join('.') || 'the bundle';
  yield {
    title: `${title} gets a key`,
    json: change(root, [...path, 'more'], (holder, key) => Reflect.set(holder, key, 1)),
  };
  for (const [key, member] of Object.entries(value)) {
    const inside = [...path, key];
    yield {
      title: `${inside.join('.')} is taken away`,
      json: change(root, inside, (holder, name) => Reflect.deleteProperty(holder, name)),
    };
    yield* tamperings(root, inside, member);
  }
}
