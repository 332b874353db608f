// Debian's Chromium for a test file: one browser, a context of its own for each visitor, and a list of everything that a
// page complained about.

import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';

const executable = '/usr/bin/chromium';
export const hasChromium = existsSync(executable);
const screenshots = fileURLToPath(new URL('./screenshots/', import.meta.url));

/** Those that keep it from speaking to anybody. */
const quiet = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: executable,
    args: process.getuid?.() === 0 ? [...quiet, '--no-sandbox'] : quiet,
  });
}

export const phone = { width: 360, height: 740 };
export const desk = { width: 1280, height: 860 };

export interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Console errors, exceptions and violations of the policy; a refused request is no complaint. */
  readonly complaints: string[];
}

export async function visit(browser: Browser, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({
    viewport: desk,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    const text = message.text();
    // Chromium itself writes this of every answer from 400 on.
    if (message.type() === 'error' && !text.startsWith('Failed to load resource')) complaints.push(text);
    else if (/content security policy/i.test(text)) complaints.push(text);
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { context, page, complaints };
}

/** Kept for whoever wants to look: a folder that git ignores. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: `${screenshots}${name}.png`, fullPage: true, animations: 'disabled' });
}
