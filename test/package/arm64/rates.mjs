// Runs on the machine on trial: how many signatures and hashes of a log one core makes in a second, with the package's own
// modules. Argument: the package's home. Prints JSON.

import { join } from 'node:path';

const MEASURED_MS = 5000;
/** An inner node of the tree: RFC 9162 section 2.1.1. */
const NODE_BYTES = 65;
const WARM_UP = 20;
const LOOK_EVERY = 10;

const evidence = join(process.argv[2], 'dist/ledger-sync/evidence');
const { SoftwareSigner } = await import(join(evidence, 'signer.js'));
const { sha256 } = await import(join(evidence, 'sha256.js'));

function perSecond(act) {
  for (let count = 0; count < WARM_UP; count++) act();
  const startMs = performance.now();
  let count = 0;
  for (; performance.now() < startMs + MEASURED_MS; count += LOOK_EVERY) {
    for (let one = 0; one < LOOK_EVERY; one++) act();
  }
  return (count * 1000) / (performance.now() - startMs);
}

const signer = new SoftwareSigner(new Uint8Array(32).fill(7));
let digest = new Uint8Array(32).fill(1);
const node = new Uint8Array(NODE_BYTES).fill(1);
const signaturesPerSecond = perSecond(() => {
  // Each signs another digest.
  digest = signer.sign(digest).slice(0, 32);
});
const hashesPerSecond = perSecond(() => node.set(sha256(node), 1));
console.log(JSON.stringify({ signaturesPerSecond, hashesPerSecond }));
