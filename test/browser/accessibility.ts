// What axe finds on a page or in its frames.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What it has against the page by WCAG 2.2 A and AA, in a line each. @param more tags of axe, such as best-practice */
export async function accessibilityProblems(page: Page, ...more: readonly string[]): Promise<string[]> {
  // The page's own policy forbids it: the debugger may.
  await page.evaluate(axeSource);
  const options = JSON.stringify({ runOnly: { type: 'tag', values: [...standards, ...more] } });
  const results = (await page.evaluate(`axe.run(document, ${options})`)) as AxeResults;
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`),
  );
}
