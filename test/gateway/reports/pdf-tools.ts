// Reads a PDF back with poppler, another people's program: its text, and its pages as pictures.

import { spawnSync } from 'node:child_process';

function run(program: string, argv: readonly string[], pdf: Uint8Array): Buffer {
  const { status, stdout, stderr } = spawnSync(program, argv, { input: pdf, maxBuffer: 64 * 1024 * 1024 });
  if (status !== 0) throw new Error(`${program}: ${stderr.toString()}`);
  return stdout;
}

/** Its words page by page, in the order in which they were written, with single spaces. */
export function textOf(pdf: Uint8Array): string {
  const text = run('pdftotext', ['-raw', '-enc', 'UTF-8', '-', '-'], pdf).toString();
  return text.replace(/[ \t\n]+/g, ' ');
}

/**
 * The words of a report for comparison with others: without hashes, since salts are random, and without headers and
 * footers, since a hash that is a little wider may move a line to the next page. @returns lines of about 100 characters
 */
export function goldenOf(pdf: Uint8Array): string {
  const words = textOf(pdf)
    .split('\f')
    .map((page) =>
      page.replace(/Temperature report · [^·]*· [A-Z]+ Report SHA-256 .* All times are UTC\.\s*$/, ''),
    )
    .join(' ')
    .replace(/\b[0-9a-f]{8}( [0-9a-f]{8})+\b…?/g, 'HASH')
    .replace(/\b[0-9a-f]{8}…/g, 'HASH')
    .replace(/\b(0x)?[0-9a-f]{32,}\b…?/g, 'HASH');
  return words.replace(/(.{90,}?) /g, '$1\n');
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Share of pixels that are not white. */
  readonly inked: number;
}

/** Pages in grey at 40 dots an inch. */
export function picturesOf(pdf: Uint8Array): Picture[] {
  const bytes = run('pdftoppm', ['-gray', '-r', '40', '-'], pdf);
  const pictures: Picture[] = [];
  for (let at = 0; at < bytes.length; ) {
    // A PGM (P5) after the other: width, height, 255, one byte a pixel.
    const head = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.subarray(at, at + 64).toString('latin1'));
    if (!head) throw new Error('pdftoppm gave no picture');
    const [width, height] = [Number(head[1]), Number(head[2])];
    const start = at + head[0].length;
    const pixels = bytes.subarray(start, start + width * height);
    const dark = pixels.reduce((sum, grey) => sum + Number(grey < 250), 0);
    pictures.push({ width, height, inked: dark / pixels.length });
    at = start + width * height;
  }
  return pictures;
}

/** All pieces of a file. */
export async function wholeOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}
