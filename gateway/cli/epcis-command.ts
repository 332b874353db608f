// `coldgate epcis hash`: the CBV 2.0 hash id of each event in an EPCIS document.

import { readFileSync, statSync } from 'node:fs';
import { documentPreHashes } from '../epcis/document-events.js';
import { EpcisError } from '../epcis/epcis-error.js';
import { hashId } from '../epcis/event-hash.js';
import { readXmlDocument } from '../epcis/xml-document.js';
import { type CliIo, type ExitCode, exitCodes } from './cli-io.js';
import { FileError } from './file-error.js';

const MAX_BYTES = 16 * 1024 * 1024;
const STANDARD_INPUT = 0;

export interface EpcisHashOptions {
  /** A path, or `-` for standard input. */
  readonly file: string;
  readonly preHash?: boolean;
  readonly json?: boolean;
}

/** Prints one line for each event, in the document's order. Exit code 2 for what is no EPCIS document. */
export async function runEpcisHash({ file, preHash, json }: EpcisHashOptions, io: CliIo): Promise<ExitCode> {
  const text = readDocument(file);
  try {
    const preHashes = documentPreHashes(
      text.trimStart().startsWith('<') ? readXmlDocument(text) : parsed(text),
    );
    const lines = preHashes.map((content) => {
      if (json) return JSON.stringify({ eventID: hashId(content), ...(preHash ? { preHash: content } : {}) });
      return preHash ? content : hashId(content);
    });
    for (const line of lines) io.out(line);
    return exitCodes.ok;
  } catch (error) {
    if (!(error instanceof EpcisError)) throw error;
    io.err(`coldgate: ${file}: ${error.message} [${error.code}]`);
    io.err(`  ${error.hint}`);
    return exitCodes.wrongUse;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new EpcisError(
      'EPCIS_UNREADABLE',
      `it is neither JSON nor XML: ${why}`,
      'give an EPCIS document',
      error,
    );
  }
}

function readDocument(file: string): string {
  try {
    const source = file === '-' ? STANDARD_INPUT : file;
    const size = file === '-' ? 0 : statSync(file).size;
    const text = size > MAX_BYTES ? undefined : readFileSync(source, 'utf8');
    if (text !== undefined && text.length <= MAX_BYTES) return text.replace(/^\uFEFF/, '');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new FileError(
      'FILE_UNREADABLE',
      `${file} cannot be read: ${why}`,
      'check the path and its rights',
      error,
    );
  }
  throw new FileError(
    'FILE_UNREADABLE',
    `${file} has more than 16 MiB`,
    'divide the document: each event has its own hash',
  );
}
