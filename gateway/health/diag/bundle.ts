// A bundle for support as the files of an archive, with a list of what is in it and of what could not be had.

import type { ZipEntry } from '../../reports/zip-file.js';
import type { BundlePart } from './bundle-parts.js';
import type { Redaction } from './redaction.js';

const LIMIT_MS = 10_000;
/** Asks brokers and nodes, each with a limit of its own. */
const DOCTOR_LIMIT_MS = 90_000;

const intro = `A bundle of coldgate diag. It holds no record of goods. Names, addresses, keys, numbers of devices and places are
replaced by marks such as [name 1a2b3c4d]; the same text has the same mark within this bundle, and another in every other one.
Look through it before you send it: free text that nobody has configured cannot be known.

`;

async function* pieces(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

export interface BundleFile {
  readonly name: string;
  readonly text: string;
}

/** Collects the parts one after the other. @param limitMs of each but the doctor's, which asks others */
export async function bundleFiles(
  parts: readonly BundlePart[],
  redaction: Redaction,
  limitMs = LIMIT_MS,
): Promise<BundleFile[]> {
  const files: BundleFile[] = [];
  const contents: string[] = [];
  for (const part of parts) {
    const partMs = part.name === 'doctor.json' ? Math.max(limitMs, DOCTOR_LIMIT_MS) : limitMs;
    try {
      const text = redactedText(await collected(part, partMs), redaction);
      files.push({ name: part.name, text });
      contents.push(`${part.name}: ${Buffer.byteLength(text)} bytes`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      contents.push(`${part.name}: MISSING, ${redaction.text(why)}`);
    }
  }
  return [{ name: 'CONTENTS.txt', text: `${intro}${contents.join('\n')}\n` }, ...files];
}

export async function* bundleEntries(files: readonly BundleFile[]): AsyncGenerator<ZipEntry> {
  for (const { name, text } of files) yield { name, pieces: pieces(text) };
}

async function collected({ collect }: BundlePart, limitMs: number): Promise<unknown> {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`not there within ${limitMs / 1000} s`));
      stop.abort();
    }, limitMs);
  });
  try {
    return await Promise.race([(async () => collect(stop.signal))(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function redactedText(value: unknown, redaction: Redaction): string {
  if (typeof value === 'string') return redaction.text(value);
  return `${JSON.stringify(redactedValue(value, redaction), undefined, 2)}\n`;
}

/** Text by text, so that JSON stays JSON. */
function redactedValue(value: unknown, redaction: Redaction): unknown {
  if (Array.isArray(value)) return value.map((one) => redactedValue(one, redaction));
  if (typeof value === 'string') return redaction.text(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [redaction.text(name), redactedValue(inner, redaction)]),
  );
}
