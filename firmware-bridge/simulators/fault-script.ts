// Faults of cables, ports and devices as a text, one step per line, so that the same trouble runs over memory, over TCP
// and over a real tty:
//
//   # time  what
//   4s      unplug
//   9s      plug-in as ttyUSB1
//   9500ms  late 400ms          the next frame comes late
//   10s     corrupt-byte 3 0x10
//
// Times count from the start of the script and never go back.

export type FaultStep = { readonly atMs: number; readonly line: number } & Fault;

export type Fault =
  | { readonly kind: 'unplug' }
  /** `as`: the name of the tty that it comes back as; TCP and memory have no such name. */
  | { readonly kind: 'plug-in'; readonly as: string | undefined }
  | { readonly kind: 'late'; readonly delayMs: number }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'drop-byte'; readonly index: number }
  | { readonly kind: 'corrupt-byte'; readonly index: number; readonly mask: number }
  | { readonly kind: 'noise'; readonly bytes: number }
  | { readonly kind: 'stuck'; readonly isOn: boolean }
  | { readonly kind: 'mute'; readonly isOn: boolean }
  | { readonly kind: 'tag-reads'; readonly trouble: TagReadTrouble };

/** How reads of tag memory go: as they should, refused by the reader, answered late, not at all, damaged or by another tag. */
export const tagReadTroubles = ['ok', 'refused', 'late', 'silent', 'corrupt', 'wrong-tag'] as const;
export type TagReadTrouble = (typeof tagReadTroubles)[number];

export interface ScriptProblem {
  /** From 1 on. */
  readonly line: number;
  readonly reason: string;
}

export type ParsedScript =
  | { readonly kind: 'script'; readonly steps: readonly FaultStep[] }
  | { readonly kind: 'refused'; readonly problems: readonly ScriptProblem[] };

const maxNoiseBytes = 65_536;
/** Longer than any frame. */
const maxByteIndex = 65_535;
const maxTimeMs = 7 * 24 * 3_600_000;

/** Reads a script; all problems at once. Empty lines and what follows a # are comments. */
export function parseFaultScript(text: string): ParsedScript {
  const steps: FaultStep[] = [];
  const problems: ScriptProblem[] = [];
  let lastMs = 0;
  for (const [index, full] of text.split(/\r?\n/).entries()) {
    const words = full.replace(/#.*$/, '').trim().split(/\s+/);
    const [time = '', name, ...values] = words;
    if (time === '') continue;
    const line = index + 1;
    const atMs = timeMs(time);
    if (atMs === undefined) {
      problems.push({ line, reason: `"${time}" is no time: write 4s, 1.5s or 400ms` });
    } else if (atMs < lastMs) {
      problems.push({ line, reason: `${time} is before the step above it` });
    }
    const fault = name === undefined ? 'says no fault after its time' : faultOf(name, values);
    if (typeof fault === 'string') problems.push({ line, reason: fault });
    else if (atMs !== undefined) steps.push({ atMs, line, ...fault });
    lastMs = Math.max(lastMs, atMs ?? 0);
  }
  return problems.length > 0 ? { kind: 'refused', problems } : { kind: 'script', steps };
}

/** One step as it stands in a script, without its time. */
export function faultText(fault: Fault): string {
  switch (fault.kind) {
    case 'plug-in':
      return fault.as === undefined ? 'plug-in' : `plug-in as ${fault.as}`;
    case 'late':
      return `late ${fault.delayMs}ms`;
    case 'drop-byte':
      return `drop-byte ${fault.index}`;
    case 'corrupt-byte':
      return `corrupt-byte ${fault.index} 0x${fault.mask.toString(16).padStart(2, '0')}`;
    case 'noise':
      return `noise ${fault.bytes}`;
    case 'stuck':
    case 'mute':
      return `${fault.kind} ${fault.isOn ? 'on' : 'off'}`;
    case 'tag-reads':
      return `tag-reads ${fault.trouble}`;
    default:
      return fault.kind;
  }
}

/** A fault, or why these words are none. */
function faultOf(name: string, values: readonly string[]): Fault | string {
  const [first, second] = values;
  const index = numberIn(first, 0, maxByteIndex);
  const readers: Readonly<Record<string, () => Fault | string>> = {
    unplug: () => (values.length === 0 ? { kind: 'unplug' } : 'unplug takes no value'),
    duplicate: () => (values.length === 0 ? { kind: 'duplicate' } : 'duplicate takes no value'),
    'plug-in': () => plugIn(values),
    late: () => {
      const delayMs = timeMs(first ?? '');
      return delayMs !== undefined && values.length === 1
        ? { kind: 'late', delayMs }
        : 'late takes one time: late 400ms';
    },
    'drop-byte': () =>
      index !== undefined && values.length === 1
        ? { kind: 'drop-byte', index }
        : `drop-byte takes a position, 0 to ${maxByteIndex}: drop-byte 5`,
    'corrupt-byte': () => {
      const mask = numberIn(second, 1, 255);
      return index !== undefined && mask !== undefined && values.length === 2
        ? { kind: 'corrupt-byte', index, mask }
        : 'corrupt-byte takes a position and the bits to flip, 1 to 255: corrupt-byte 3 0x10';
    },
    noise: () => {
      const bytes = numberIn(first, 1, maxNoiseBytes);
      return bytes !== undefined && values.length === 1
        ? { kind: 'noise', bytes }
        : `noise takes a number of bytes, 1 to ${maxNoiseBytes}: noise 64`;
    },
    stuck: () => onOrOff('stuck', values),
    mute: () => onOrOff('mute', values),
    'tag-reads': () => {
      const trouble = tagReadTroubles.find((known) => known === first);
      return trouble !== undefined && values.length === 1
        ? { kind: 'tag-reads', trouble }
        : `tag-reads takes one of ${tagReadTroubles.join(', ')}`;
    },
  };
  if (!Object.hasOwn(readers, name)) {
    return `"${name}" is no fault; known are ${Object.keys(readers).join(', ')}`;
  }
  return readers[name]?.() ?? '';
}

function plugIn(values: readonly string[]): Fault | string {
  const [word, as] = values;
  if (values.length === 0) return { kind: 'plug-in', as: undefined };
  const isNamed = values.length === 2 && word === 'as' && /^[A-Za-z0-9_-]{1,64}$/.test(as ?? '');
  return isNamed ? { kind: 'plug-in', as } : 'plug-in takes nothing, or a name: plug-in as ttyUSB1';
}

function onOrOff(kind: 'stuck' | 'mute', [value, ...more]: readonly string[]): Fault | string {
  const isKnown = (value === 'on' || value === 'off') && more.length === 0;
  return isKnown ? { kind, isOn: value === 'on' } : `${kind} takes on or off`;
}

function timeMs(text: string): number | undefined {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s)$/.exec(text);
  const ms = Math.round(Number(match?.[1]) * (match?.[2] === 's' ? 1000 : 1));
  return match !== null && ms <= maxTimeMs ? ms : undefined;
}

/** Decimal or 0x. */
function numberIn(text: string | undefined, low: number, high: number): number | undefined {
  const value = /^(\d{1,9}|0x[0-9a-fA-F]{1,8})$/.test(text ?? '') ? Number(text) : Number.NaN;
  return value >= low && value <= high ? value : undefined;
}
