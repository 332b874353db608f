// `coldgate verifier`: the file that it writes is the built page, known by its hash.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProgram } from '../../../gateway/cli/program.js';
import { tempFolder } from '../temp-folder.js';
import { capturedIo } from './captured-io.js';

test('the page is written with its hash, holds its own policy, and is not overwritten by mistake', async () => {
  const file = join(tempFolder(), 'verifier.html');
  const io = capturedIo();
  expect(await runProgram(['verifier', '-o', file, '--json'], io)).toBe(0);
  const page = readFileSync(file);
  const told = JSON.parse(io.outLines.join('\n')) as { sha256: string; bytes: number };
  expect(told).toMatchObject({ sha256: createHash('sha256').update(page).digest('hex'), bytes: page.length });
  const text = page.toString();
  expect(text).toContain("connect-src 'none'");
  const [, style = '', script = ''] = /<style>(.*?)<\/style>.*<script>(.*?)<\/script>/s.exec(text) ?? [];
  for (const part of [style, script]) {
    expect(text).toContain(`'sha256-${createHash('sha256').update(part).digest('base64')}'`);
  }
  // Nothing that a browser would have to fetch.
  expect(text).not.toMatch(/<(link|img|iframe|script[^>]* src)/);
  expect(await runProgram(['verifier', '-o', file], io)).toBe(3);
  expect(io.errLines.join('\n')).toContain('FILE_EXISTS');
  expect(await runProgram(['verifier', '-o', file, '--force'], io)).toBe(0);
});
