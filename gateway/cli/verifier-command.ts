// `coldgate verifier`: writes the page that verifies evidence in a browser, and says by which hash a stranger knows it.

import { createHash } from 'node:crypto';
import { packageVersion } from '../package-version.js';
import { readVerifierPage } from '../verifier/verifier-page.js';
import { type CliIo, type ExitCode, exitCodes } from './cli-io.js';
import { saveExport } from './saved-export.js';

export interface VerifierCommandOptions {
  readonly output: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** @throws ExportError FILE_EXISTS, FILE_UNREADABLE */
export async function runVerifier(options: VerifierCommandOptions, io: CliIo): Promise<ExitCode> {
  const page = readVerifierPage();
  const sha256 = createHash('sha256').update(page).digest('hex');
  saveExport(options.output, page, options.force === true);
  const { output: file } = options;
  if (options.json) {
    io.out(JSON.stringify({ file, bytes: page.length, sha256, version: packageVersion() }));
    return exitCodes.ok;
  }
  io.out(`${file}: ${page.length} bytes, coldgate ${packageVersion()}`);
  io.out(`sha256 ${sha256}; the same release makes the same file`);
  return exitCodes.ok;
}
