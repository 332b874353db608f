// `coldgate decode`: what frames say, from their bytes in hex. Opens no port.

import { createInterface } from 'node:readline';
import { hexOf } from '../../firmware-bridge/bytes/words.js';
import type { Explanation, WireProtocol } from '../../firmware-bridge/wire-protocol.js';
import { type CliIo, type ExitCode, exitCodes } from './cli-io.js';
import { protocolNamed, shownText } from './port-tools.js';

export interface DecodeOptions {
  readonly protocol: string;
  /** Each is one frame, or several; `-` reads them from `input`, one a line. */
  readonly frames: readonly string[];
  readonly json?: boolean | undefined;
}

export type DecodedPart =
  | { readonly ok: true; readonly bytes: Uint8Array; readonly explanation: Explanation }
  | { readonly ok: false; readonly bytes: Uint8Array; readonly reason: string };

/** A line longer than this is no frame; nothing beyond it is looked at. */
const maxHexCharacters = 65_536;

/** Exit code 1 when any byte was refused. Throws UsageError for an unknown protocol. */
export async function runDecode(
  { protocol: name, frames, json }: DecodeOptions,
  io: CliIo,
  input: () => AsyncIterable<string> = standardInput,
): Promise<ExitCode> {
  const protocol = protocolNamed(name);
  let isAllRight = true;
  const decode = (text: string): void => {
    for (const part of decodeHex(protocol, text)) {
      isAllRight &&= part.ok;
      io.out(json === true ? JSON.stringify(jsonOf(name, part)) : lineOf(part));
    }
  };
  for (const frame of frames) {
    if (frame !== '-') decode(frame);
    else for await (const line of input()) if (line.trim() !== '') decode(line);
  }
  return isAllRight ? exitCodes.ok : exitCodes.refuted;
}

/** All frames in a text of hex digits, and what between them is none. Spaces and colons do not count. */
export function decodeHex(protocol: WireProtocol, text: string): DecodedPart[] {
  const digits = text.replace(/[\s:]/g, '');
  const nothing = new Uint8Array(0);
  if (digits.length > maxHexCharacters) {
    return [{ ok: false, bytes: nothing, reason: `${digits.length} digits, at most ${maxHexCharacters}` }];
  }
  if (!/^([0-9a-fA-F]{2})+$/.test(digits)) {
    return [
      { ok: false, bytes: nothing, reason: `"${shownText(text.slice(0, 60))}" is no pairs of hex digits` },
    ];
  }
  return decodeBytes(protocol, Uint8Array.from(Buffer.from(digits, 'hex')));
}

function decodeBytes(protocol: WireProtocol, bytes: Uint8Array): DecodedPart[] {
  const parts: DecodedPart[] = [];
  let start = 0;
  let refusedFrom = 0;
  const refuse = (end: number): void => {
    const refused = bytes.slice(refusedFrom, end);
    if (refused.length > 0) parts.push({ ok: false, bytes: refused, reason: protocol.refusal(refused) });
  };
  while (start < bytes.length) {
    const attempt = protocol.tryFrame(bytes, start);
    if (attempt.kind !== 'frame') {
      start += 1;
      continue;
    }
    refuse(start);
    const end = start + attempt.length;
    parts.push({ ok: true, bytes: bytes.slice(start, end), explanation: protocol.explain(attempt.frame) });
    start = end;
    refusedFrom = end;
  }
  refuse(bytes.length);
  return parts;
}

function lineOf(part: DecodedPart): string {
  return part.ok ? shownText(part.explanation.text) : `refused: ${shownText(part.reason)}`;
}

function jsonOf(protocol: string, part: DecodedPart): object {
  const bytes = hexOf(part.bytes);
  if (!part.ok) return { protocol, ok: false, reason: part.reason, bytes };
  const { text, fields } = part.explanation;
  return { protocol, ok: true, text, bytes, fields };
}

function standardInput(): AsyncIterable<string> {
  return createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
}
