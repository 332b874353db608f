// Compiles the contracts and writes generated/*.ts (not committed). Skipped when sources, settings and compiler are
// those of the generated files.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { collectSources, compileContracts, compilerVersion } from './solidity.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Contracts that are deployed, and the module of each. */
const deployed = {
  ColdgateAnchor: 'coldgate-anchor',
  ColdgateAnchorP256: 'coldgate-anchor-p256',
  ColdgateAggregate: 'coldgate-aggregate',
  ColdgateSerials: 'coldgate-serials',
  ColdgateAgreement: 'coldgate-agreement',
  ColdgateTrial: 'coldgate-trial',
};

/** Those that would be too large (EIP-170: 24,576 bytes) if made for speed, and how often a line is expected to run. */
const runsOf = { ColdgateAgreement: 1_000 };

function hashOf(sources) {
  const names = Object.keys(sources).sort();
  const parts = names.map((name) => [name, sources[name].content]);
  const scripts = ['./compile.mjs', './solidity.mjs'].map((name) => readFileSync(here(name), 'utf8'));
  return createHash('sha256')
    .update(JSON.stringify([compilerVersion, scripts, parts]))
    .digest('hex');
}

function isCurrent(module, sourceHash) {
  try {
    return readFileSync(here(`./generated/${module}.ts`), 'utf8').includes(`sourceHash = '${sourceHash}'`);
  } catch {
    return false;
  }
}

async function writeModule(name, module, { abi, bytecode, runtime }, sourceHash) {
  const { keccak_256 } = await import('@noble/hashes/sha3.js');
  const codeHash = Buffer.from(keccak_256(Buffer.from(runtime, 'hex'))).toString('hex');
  const text = [
    `// Made by ledger-sync/contracts/compile.mjs from ${name}.sol. Do not edit; not committed.`,
    '',
    '/** SHA-256 over the compiler version, the compile scripts and all sources. */',
    `export const sourceHash = '${sourceHash}';`,
    '/** keccak256 of the code at the contract address (EXTCODEHASH). */',
    `export const runtimeCodeHash = '0x${codeHash}';`,
    `export const abi = ${JSON.stringify(abi)} as const;`,
    '/** Creation code; the constructor argument follows it. */',
    `export const bytecode =\n  '0x${bytecode}';`,
    '',
  ].join('\n');
  mkdirSync(here('./generated/'), { recursive: true });
  const file = here(`./generated/${module}.ts`);
  // Renamed into place: a build that runs at the same time never sees half a module.
  const partial = `${file}.${process.pid}.partial`;
  writeFileSync(partial, text);
  renameSync(partial, file);
}

const sources = {};
for (const file of readdirSync(here('.')).filter((name) => name.endsWith('.sol'))) {
  collectSources(here('.'), file, sources);
}
const sourceHash = hashOf(sources);
const stale = Object.keys(deployed).filter((name) => !isCurrent(deployed[name], sourceHash));
for (const runs of new Set(stale.map((name) => runsOf[name]))) {
  const names = stale.filter((name) => runsOf[name] === runs);
  const compiled = compileContracts(sources, names, runs);
  for (const name of names) await writeModule(name, deployed[name], compiled[name], sourceHash);
}
