// Reads JSON (RFC 8259) that anyone on the broker may have sent: bounded, strict, and without touching its numbers.
// Unlike JSON.parse it keeps a number's digits (21.35 is not a binary fraction), refuses repeated names, and
// makes maps instead of objects, so that a name like __proto__ is a name.

interface JsonNumber {
  readonly digits: string;
}

export type JsonValue =
  | null
  | boolean
  | string
  | JsonNumber
  | readonly JsonValue[]
  | ReadonlyMap<string, JsonValue>;

/** Arrays and objects inside each other. Sensors nest two or three deep. */
const maxJsonDepth = 16;

/** Why a text was refused; caught inside this folder. */
export class JsonRefusal extends Error {}

/** The value of a whole text. Throws JsonRefusal. */
export function readJson(text: string): JsonValue {
  const reader = new JsonReader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// Finds the end of a string; JSON.parse judges its escapes and control characters.
const stringPattern = /"(?:[^"\\]|\\.)*"/sy;
const spacePattern = /[ \t\n\r]*/y;
const wordPattern = /true|false|null/y;

class JsonReader {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): JsonValue {
    if (depth > maxJsonDepth) throw new JsonRefusal(`nested deeper than ${maxJsonDepth}`);
    this.#match(spacePattern);
    switch (this.#text[this.#position]) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return this.#string();
      default:
        return this.#scalar();
    }
  }

  end(): void {
    this.#match(spacePattern);
    if (this.#position < this.#text.length) throw this.#unexpected();
  }

  #object(depth: number): ReadonlyMap<string, JsonValue> {
    const members = new Map<string, JsonValue>();
    this.#position += 1;
    if (this.#take('}')) return members;
    do {
      this.#match(spacePattern);
      const name = this.#string();
      // Which of two values is meant cannot be known, and readers differ.
      if (members.has(name)) throw new JsonRefusal(`the name ${JSON.stringify(name)} stands twice`);
      if (!this.#take(':')) throw this.#unexpected();
      members.set(name, this.value(depth + 1));
    } while (this.#take(','));
    if (!this.#take('}')) throw this.#unexpected();
    return members;
  }

  #array(depth: number): readonly JsonValue[] {
    const items: JsonValue[] = [];
    this.#position += 1;
    if (this.#take(']')) return items;
    do items.push(this.value(depth + 1));
    while (this.#take(','));
    if (!this.#take(']')) throw this.#unexpected();
    return items;
  }

  #string(): string {
    const literal = this.#match(stringPattern);
    if (literal === undefined) throw this.#unexpected();
    try {
      return String(JSON.parse(literal));
    } catch {
      throw new JsonRefusal(`no JSON string before character ${this.#position}`);
    }
  }

  #scalar(): JsonValue {
    const word = this.#match(wordPattern);
    if (word !== undefined) return word === 'null' ? null : word === 'true';
    const digits = this.#match(numberPattern);
    if (digits === undefined) throw this.#unexpected();
    return { digits };
  }

  #take(character: string): boolean {
    this.#match(spacePattern);
    if (this.#text[this.#position] !== character) return false;
    this.#position += 1;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position;
    const [found] = pattern.exec(this.#text) ?? [];
    if (found !== undefined) this.#position += found.length;
    return found;
  }

  #unexpected(): JsonRefusal {
    return this.#position >= this.#text.length
      ? new JsonRefusal('the JSON ends early')
      : new JsonRefusal(`no JSON at character ${this.#position}`);
  }
}
