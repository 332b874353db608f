// `coldgate epc`: what a tag says of itself, or why it says nothing that the standard allows.

import { decodeEpc, type Epc } from '../../firmware-bridge/epc/epc.js';
import { quoted } from '../../firmware-bridge/epc/refusal.js';
import { decodeTid, type Tid } from '../../firmware-bridge/epc/tid.js';
import { type CliIo, type ExitCode, exitCodes } from './cli-io.js';

export interface EpcCommandOptions {
  /** At least one tag. */
  readonly hex: readonly string[];
  readonly json?: boolean;
}

/** What a tag is told as: fields for a script and lines for a person. */
interface Told {
  readonly fields: object;
  readonly lines: readonly (readonly [label: string, text: string | undefined])[];
  readonly oneLine: string;
}

function tellEpc(epc: Epc): Told {
  const { elements: _elements, filterMeaning: meaning, ...fields } = epc;
  const more = epc.hasMoreData ? 'more GS1 data follows the identity; it is not decoded' : undefined;
  const link = epc.digitalLinkPath === undefined ? undefined : `https://id.gs1.org${epc.digitalLinkPath}`;
  return {
    fields,
    lines: [
      ['scheme', epc.scheme],
      ['filter', epc.filter === undefined ? undefined : `${epc.filter} (${meaning})`],
      ['identity', epc.pureIdentity],
      ['tag uri', epc.tagUri],
      ['elements', epc.elementString],
      ['link', link],
      [
        'host',
        epc.hostname === undefined ? undefined : `${epc.hostname} (written on the tag; do not trust it)`,
      ],
      ['note', more],
    ],
    oneLine: [epc.scheme, epc.pureIdentity, epc.elementString, epc.hostname].filter(Boolean).join(' '),
  };
}

function serialText({ serial, serialBits, xtid }: Tid): string {
  if (serial === null) return `not read to its end: ${serialBits} bits belong there`;
  return serial ?? (xtid ? 'none, or not read' : 'none that the standard knows');
}

function tellTid(tid: Tid): Told {
  const { designer = 'not registered', model } = tid;
  return {
    fields: tid,
    lines: [
      ['scheme', `TID class ${tid.allocClass}`],
      ['designer', `${designer} (MDID ${tid.mdid})`],
      ['model', model === undefined ? `TMN ${tid.tmn}` : `${model} (TMN ${tid.tmn})`],
      ['serial', serialText(tid)],
      ['identity', tid.stidUri],
      ['secret', tid.security ? 'yes: the chip can prove who it is' : 'no: the chip cannot prove who it is'],
    ],
    oneLine: ['TID', designer, model ?? `TMN ${tid.tmn}`, tid.stidUri ?? serialText(tid)].join(' '),
  };
}

/** JSON in ASCII: what a stranger typed or wrote must not command the terminal. */
function jsonLine(value: object): string {
  return JSON.stringify(value).replace(
    /[^ -~]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** E2 is the class of a TID and no header of an EPC, so the first byte decides. */
function tell(hex: string): Told | string {
  if (/^e2/i.test(hex)) {
    const tid = decodeTid(hex);
    return tid.ok ? tellTid(tid.value) : tid.reason;
  }
  const epc = decodeEpc(hex);
  return epc.ok ? tellEpc(epc.value) : epc.reason;
}

/**
 * Explains tags: one on a screen, several one a line, with --json one object a line. Exit code 1 if one is refused;
 * its reason goes to `io.err`, and the others are told all the same.
 */
export async function runEpc(options: EpcCommandOptions, io: CliIo): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.ok;
  for (const hex of options.hex) {
    const told = tell(hex.replace(/^0x/i, ''));
    if (typeof told === 'string') {
      exitCode = exitCodes.refuted;
      if (options.json) io.out(jsonLine({ hex, refused: told }));
      io.err(`coldgate: ${quoted(hex)} is refused: ${told} [TAG_REFUSED]`);
    } else if (options.json) io.out(jsonLine({ hex, ...told.fields }));
    else if (options.hex.length > 1) io.out(`${hex} ${told.oneLine}`);
    else {
      for (const [label, text] of told.lines) if (text !== undefined) io.out(`${label.padEnd(10)}${text}`);
    }
  }
  return exitCode;
}
