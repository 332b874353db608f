// Server-sent events from bytes (WHATWG HTML section 9.2.6). Not the browser's EventSource: that hides the comments by
// which the console shows that the line stands, and a phone that lost its network would go on looking connected. Pure.

export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/** Far above what the console sends; a broken proxy must not fill the memory. */
const MAX_HELD = 4_000_000;

/** Cuts text into events; holds what has not ended yet. */
export class EventLines {
  /** Of the last event that had one. */
  lastId = '';
  #rest = '';
  #name = '';
  #data: string[] = [];

  /** The events that end within this piece of text. @throws RangeError over 4 million characters without an end */
  push(text: string): ServerEvent[] {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > MAX_HELD) throw new RangeError('an event without an end');
    return lines.flatMap((line) => this.#line(line) ?? []);
  }

  #line(line: string): ServerEvent | undefined {
    if (line === '') return this.#end();
    // A comment: it has shown that the line stands.
    if (line.startsWith(':')) return undefined;
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#name = value;
    else if (field === 'data') this.#data.push(value);
    else if (field === 'id' && !value.includes('\0')) this.lastId = value;
    return undefined;
  }

  #end(): ServerEvent | undefined {
    const event = { name: this.#name === '' ? 'message' : this.#name, data: this.#data.join('\n') };
    const hasData = this.#data.length > 0;
    this.#name = '';
    this.#data = [];
    return hasData ? event : undefined;
  }
}
