// Measures the figures that coldgate promises: `npm run bench [-- PREFIX]`. One JSON line per figure on stdout and
// nothing else there; what goes on meanwhile is told on stderr. It needs the built dist/ and judges nothing.

import { alertMeasurements } from './alert-bench.mjs';
import { anchorMeasurements } from './anchor-bench.mjs';
import { consoleMeasurements } from './console-bench.mjs';
import { drainMeasurements } from './drain-bench.mjs';
import { firstLoadMeasurements } from './first-load-bench.mjs';
import { framerMeasurements } from './framer-bench.mjs';
import { journalMeasurements } from './journal-bench.mjs';
import { loopMeasurements } from './loop-bench.mjs';
import { memoryMeasurements } from './memory-bench.mjs';
import { pathMeasurements } from './path-bench.mjs';
import { peerMeasurements } from './peer-bench.mjs';
import { say } from './progress.mjs';
import { readerMeasurements } from './reader-bench.mjs';
import { relayMeasurements } from './relay-bench.mjs';
import { relayerMeasurements } from './relayer-bench.mjs';
import { reportMeasurements } from './report-bench.mjs';
import { ruleMeasurements } from './rule-bench.mjs';
import { startMeasurements } from './start-bench.mjs';
import { tagMeasurements } from './tag-bench.mjs';
import { treeMeasurements } from './tree-bench.mjs';
import { verifyMeasurements } from './verify-bench.mjs';
import { wireMeasurements } from './wire-bench.mjs';

/** Each measurement names its figures, so that a prefix runs only what is needed. */
const measurements = [
  ...journalMeasurements,
  ...pathMeasurements,
  ...startMeasurements,
  ...alertMeasurements,
  ...drainMeasurements,
  ...wireMeasurements,
  ...anchorMeasurements,
  ...relayerMeasurements,
  ...relayMeasurements,
  ...verifyMeasurements,
  ...treeMeasurements,
  ...memoryMeasurements,
  ...loopMeasurements,
  ...consoleMeasurements,
  ...framerMeasurements,
  ...readerMeasurements,
  ...ruleMeasurements,
  ...tagMeasurements,
  ...reportMeasurements,
  ...firstLoadMeasurements,
  ...peerMeasurements,
];

const prefix = process.argv[2] ?? '';
const wanted = measurements.filter(({ figures }) => figures.some((figure) => figure.startsWith(prefix)));
if (wanted.length === 0) {
  const known = measurements.flatMap(({ figures }) => figures);
  say(`no figure begins with ${prefix}; there are:\n  ${known.join('\n  ')}`);
  process.exitCode = 2;
}
for (const { figures, measure } of wanted) {
  say(`measuring ${figures.join(', ')}`);
  try {
    for (const line of await measure()) {
      if (line.figure.startsWith(prefix)) process.stdout.write(`${JSON.stringify(line)}\n`);
    }
  } catch (error) {
    say(`${figures.join(', ')} could not be measured: ${error instanceof Error ? error.stack : error}`);
    process.exitCode = 3;
  }
}
