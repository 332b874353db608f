// The tap file: what went over a port, as text that a person can read and a test can replay.
//
//   coldgate-tap 1
//   port /dev/ttyUSB0
//   baud 115200 8N1
//   start 2026-03-01T08:00:00.000Z
//   0 open
//   412 out bb0003000100047e
//   431 in bb0103...
//   9120 close unplugged
//
// Times are whole ms since the start by the monotonic clock; they never go back. `in` came from the device. A power cut
// may end the file anywhere: a last line without its line end is dropped.

export interface TapHeader {
  readonly port: string;
  /** As in "115200 8N1"; "tcp" where there is no line speed. */
  readonly line: string;
  /** ISO 8601, by the system's clock, which may be wrong. */
  readonly startedAt: string;
}

export type TapEntry =
  | { readonly kind: 'open'; readonly ms: number }
  | { readonly kind: 'in' | 'out'; readonly ms: number; readonly bytes: Uint8Array }
  | { readonly kind: 'close'; readonly ms: number; readonly reason: string };

export interface Tap {
  readonly kind: 'tap';
  readonly header: TapHeader;
  readonly entries: readonly TapEntry[];
  /** The last line was cut off and left out. */
  readonly isCut: boolean;
}

export interface RefusedTap {
  readonly kind: 'refused';
  /** From 1 on. */
  readonly line: number;
  readonly reason: string;
}

const firstLine = 'coldgate-tap 1';
/** More bytes than this become several lines of the same time. */
const maxBytesPerLine = 1024;
const maxLineLength = 4096;
const maxReasonLength = 256;

/** The first lines of a file, each without its line end. */
export function tapHeaderLines({ port, line, startedAt }: TapHeader): string[] {
  return [firstLine, `port ${plain(port)}`, `baud ${plain(line)}`, `start ${plain(startedAt)}`];
}

/** Lines of one entry, each without its line end. */
export function tapLines(entry: TapEntry): string[] {
  if (entry.kind === 'open') return [`${entry.ms} open`];
  if (entry.kind === 'close') return [`${entry.ms} close ${plain(entry.reason)}`];
  const lines: string[] = [];
  for (let start = 0; start < entry.bytes.length; start += maxBytesPerLine) {
    const part = Buffer.from(entry.bytes.subarray(start, start + maxBytesPerLine));
    lines.push(`${entry.ms} ${entry.kind} ${part.toString('hex')}`);
  }
  return lines;
}

/** Reads a whole file. Never throws. */
export function parseTap(text: string): Tap | RefusedTap {
  const lines = text.split('\n');
  // Each line has its end; what stands after the last one was cut off.
  const isCut = lines.pop() !== '';
  const [magic, port, line, start, ...body] = lines;
  if (magic !== firstLine)
    return { kind: 'refused', line: 1, reason: `it does not begin with "${firstLine}"` };
  const header = { port: named('port', port), line: named('baud', line), startedAt: named('start', start) };
  const missing = [header.port, header.line, header.startedAt].indexOf(undefined);
  if (missing >= 0) {
    const name = ['port', 'baud', 'start'][missing];
    return { kind: 'refused', line: missing + 2, reason: `should be "${name} ..."` };
  }
  const entries: TapEntry[] = [];
  let lastMs = 0;
  for (const [index, each] of body.entries()) {
    const entry = parseEntry(each);
    if (typeof entry === 'string') return { kind: 'refused', line: index + 5, reason: entry };
    if (entry.ms < lastMs) return { kind: 'refused', line: index + 5, reason: 'its time goes back' };
    lastMs = entry.ms;
    entries.push(entry);
  }
  const { port: portName = '', line: lineName = '', startedAt = '' } = header;
  return { kind: 'tap', header: { port: portName, line: lineName, startedAt }, entries, isCut };
}

function named(name: string, line: string | undefined): string | undefined {
  return line?.startsWith(`${name} `) ? line.slice(name.length + 1) : undefined;
}

/** An entry, or why the line is none. */
function parseEntry(line: string): TapEntry | string {
  if (line.length > maxLineLength)
    return `it has ${line.length} characters, at most ${maxLineLength} are read`;
  const [, time = '', kind = '', rest = ''] = /^(\d{1,12}) (open|in|out|close)(?: (.*))?$/.exec(line) ?? [];
  const ms = Number(time);
  switch (kind) {
    case 'open':
      return { kind, ms };
    case 'close':
      return { kind, ms, reason: rest };
    case 'in':
    case 'out':
      if (!/^([0-9a-f]{2})+$/.test(rest)) return 'its bytes are not pairs of lower-case hex digits';
      return { kind, ms, bytes: Uint8Array.from(Buffer.from(rest, 'hex')) };
    default:
      return 'should be "MS open", "MS in HEX", "MS out HEX" or "MS close REASON"';
  }
}

function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '?').slice(0, maxReasonLength);
}
