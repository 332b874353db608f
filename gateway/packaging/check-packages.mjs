// `npm run check:packages`: licences and install scripts of everything in the lock file. Exit code 1 with a line each.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { licenceFindings, scriptFindings } from './package-rules.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));

function licenceFileOf(name) {
  try {
    return readFileSync(join(root, 'node_modules', name, 'LICENSE'), 'utf8');
  } catch {
    return undefined;
  }
}

const findings = [...licenceFindings(lock, licenceFileOf), ...scriptFindings(lock)];
for (const finding of findings) console.error(`check:packages: ${finding}`);
if (findings.length > 0) {
  console.error(
    'check:packages: look at it, and put it into gateway/packaging/package-rules.mjs if it may stay',
  );
  process.exitCode = 1;
} else {
  const count = Object.values(lock.packages).filter(({ dev }) => !dev).length - 1;
  console.log(`${count} packages of production: licences allowed, three install scripts`);
}
