// Reads the JSON report of Vitest and prints "N passed, N failed, N skipped". A file that could not even be
// loaded has no tests in the report; it counts as one failed.

import { readFileSync } from 'node:fs';

function countsIn(path) {
  try {
    const report = JSON.parse(readFileSync(path, 'utf8'));
    const unloaded = report.testResults.filter(
      ({ status, assertionResults }) =>
        status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
    );
    for (const { name, message } of unloaded) console.error(`failed as a whole: ${name}: ${message}`);
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests + unloaded.length,
      skipped: report.numPendingTests + report.numTodoTests,
    };
  } catch (error) {
    console.error(`no report of the tests: ${error.message}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

const { passed, failed, skipped } = countsIn(process.argv[2]);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
if (failed > 0 || passed === 0) process.exitCode = 1;
