// Reads JSON reports of Vitest: of all tests, and of the second look at those that failed, if there was one. Prints
// "N passed, N failed, N skipped". A file that could not even be loaded has no tests in the report; it counts as one failed.
// With `--second-look` it prints the files that deserve one instead, each on its line.

import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** A busy machine makes a test or two late. More than this is not the machine. */
const FEW = 3;
/** What is lost once in a hundred power cuts is lost: no second look where the promise is that nothing ever is. */
const isNeverUnsteady = (file) => !/^test\/(?!faults|ledger-sync\/evidence|gateway\/journal)/.test(file);

function outcomesOf(path) {
  try {
    const { testResults } = JSON.parse(readFileSync(path, 'utf8'));
    return testResults.flatMap(({ name, status, message, assertionResults }) => {
      const file = relative(process.cwd(), name);
      const tests = assertionResults.map((test) => ({ file, title: test.fullName, status: test.status }));
      if (status !== 'failed' || tests.some((test) => test.status === 'failed')) return tests;
      console.error(`failed as a whole: ${file}: ${message}`);
      return [...tests, { file, title: 'as a whole', status: 'failed' }];
    });
  } catch (error) {
    console.error(`no report of the tests: ${error.message}`);
    return [{ file: path, title: 'the report', status: 'failed' }];
  }
}

const isSecondLook = process.argv[2] === '--second-look';
const [first, second] = process.argv.slice(isSecondLook ? 3 : 2).map(outcomesOf);
const failed = first.filter(({ status }) => status === 'failed');
if (isSecondLook) {
  const files = [...new Set(failed.map(({ file }) => file))];
  if (files.length <= FEW && !files.some(isNeverUnsteady)) for (const file of files) console.log(file);
} else {
  const again = new Set(second?.map(({ file }) => file));
  const last = [...first.filter(({ file }) => !again.has(file)), ...(second ?? [])];
  const count = (...wanted) => last.filter(({ status }) => wanted.includes(status)).length;
  const failures = count('failed');
  for (const { file, title } of failures === 0 ? failed : [])
    console.log(`unsteady, passed alone: ${file}: ${title}`);
  console.log(
    `${count('passed')} passed, ${failures} failed, ${count('pending', 'skipped', 'todo')} skipped`,
  );
  if (failures > 0 || count('passed') === 0) process.exitCode = 1;
}
