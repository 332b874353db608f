// JSON of strangers with a bound on its depth. JSON.parse takes a hundred thousand brackets in each other, and whatever
// walks the value afterwards (a schema, JSON.stringify) then overflows the stack: 7,000 of them ended a role.

/** No record can hold a document of more than 32 levels; a request puts a few around it. */
const MAX_JSON_DEPTH = 64;

/** The value of a text. @throws SyntaxError for what is no JSON, and for more than 64 arrays and objects in each other */
export function parseShallowJson(text: string): unknown {
  if (isDeep(text)) throw new SyntaxError(`nested deeper than ${MAX_JSON_DEPTH} levels`);
  return JSON.parse(text);
}

function isDeep(text: string): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (isInString) {
      if (character === '\\') at += 1;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === '[' || character === '{') {
      depth += 1;
      if (depth > MAX_JSON_DEPTH) return true;
    } else if (character === ']' || character === '}') depth -= 1;
  }
  return false;
}
