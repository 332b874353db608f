// The verifier page under test: opened from the disk as an inspector would, and given files.

import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { tempFolder } from '../gateway/temp-folder.js';

export const builtPage = fileURLToPath(new URL('../../dist/gateway/verifier/verifier.html', import.meta.url));

export interface OpenVerifier {
  readonly page: Page;
  /** What the browser complained of: errors, and what the policy refused. */
  readonly complaints: string[];
  /** Addresses that were asked for. */
  readonly requests: string[];
  /** Gives a file and waits for the light. */
  give(
    content: string | Uint8Array,
    name?: string,
  ): Promise<{ light: string; verdict: string; text: string }>;
}

/** @param path of the saved page */
export async function openVerifier(
  browser: Browser,
  options: BrowserContextOptions & { readonly path?: string; readonly language?: 'en' | 'de' } = {},
): Promise<OpenVerifier> {
  const { path = builtPage, language = 'en', ...contextOptions } = options;
  const context = await browser.newContext({ offline: true, ...contextOptions });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(`${pathToFileURL(path).href}#${language}`);
  const give: OpenVerifier['give'] = async (content, name = 'bundle.json') => {
    const buffer = Buffer.from(content);
    // A file on the disk has no bound in the way that drives the browser.
    const path = join(tempFolder(), name);
    writeFileSync(path, buffer);
    await page.setInputFiles('#evidence-file', path);
    const hash = createHash('sha256').update(buffer).digest('hex');
    const verdict = page.locator(`.result[data-file="${hash}"] .verdict`);
    await verdict.waitFor();
    return {
      light: (await verdict.getAttribute('data-light')) ?? '',
      verdict: (await verdict.getAttribute('data-verdict')) ?? '',
      text: (await verdict.textContent()) ?? '',
    };
  };
  return { page, complaints, requests, give };
}
