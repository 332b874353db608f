// `coldgate update sign`: a manifest of the files of a release, for gateways that trust the key.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openKeyFile, readPassphrase } from '../sealing/key-file.js';
import { type ReleasedFile, signManifest } from '../update/release-manifest.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { FileError } from './file-error.js';
import { writeNewFile } from './ledger-parts.js';
import type { SignOptions } from './update-options.js';

async function hashed(path: string): Promise<ReleasedFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    await pipeline(createReadStream(path), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        hash.update(chunk);
        bytes += chunk.length;
      }
    });
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new FileError('FILE_UNREADABLE', `${path} cannot be read: ${said}`, 'check the path', cause);
  }
  return { name: basename(path), bytes, sha256: hash.digest('hex') };
}

/** @throws UsageError; FileError; KeyError */
export async function runUpdateSign(options: SignOptions, io: CliIo): Promise<ExitCode> {
  const { release, key, passphrase, output } = options;
  if (!/^\d+\.\d+\.\d+[0-9A-Za-z.+-]{0,40}$/.test(release))
    throw new UsageError(
      'WRONG_USE',
      `--release ${release} is no version`,
      'write it as in the packages: 0.2.0',
    );
  const files: ReleasedFile[] = [];
  for (const path of options.files) files.push(await hashed(path));
  const manifest = signManifest(await openKeyFile(key, readPassphrase(passphrase)), {
    software: release,
    files,
  });
  writeNewFile(output, manifest);
  for (const { name, sha256 } of files) io.out(`${sha256}  ${name}`);
  io.out(`${output} is signed; gateways that list its key under update.publishers take these files`);
  return exitCodes.ok;
}
