// Text of strangers in messages: a name or a key in a bundle may hold terminal escapes or turn the reading
// direction round.

const MAX_LENGTH = 300;

/** The text with control, format and unassigned characters as `?`, cut to 300 characters. */
export function printable(text: string): string {
  const shown = text.slice(0, MAX_LENGTH).replace(/\p{C}/gu, '?');
  return text.length > MAX_LENGTH ? `${shown}...` : shown;
}
