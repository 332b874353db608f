// Compiles ColdgateAnchor.sol with the pinned solc of npm and writes generated/coldgate-anchor.ts (not
// committed). Plain JavaScript because it runs before tsc on a fresh clone. Imports are resolved from
// node_modules. Skipped when sources, settings and compiler are those of the generated file.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const contractFile = 'ColdgateAnchor.sol';
const generatedFile = here('./generated/coldgate-anchor.ts');

// No metadata trailer and no immutables: one source gives one code hash, whoever compiles or deploys it.
const settings = {
  evmVersion: 'cancun',
  viaIR: true,
  optimizer: { enabled: true, runs: 1_000_000 },
  metadata: { appendCBOR: false, bytecodeHash: 'none' },
  outputSelection: {
    '*': { ColdgateAnchor: ['abi', 'evm.bytecode.object', 'evm.deployedBytecode'] },
  },
};

/** The contract and all that it imports, by the name the compiler uses. */
function collectSources(name, text, sources = {}) {
  sources[name] = { content: text };
  for (const [, target] of text.matchAll(/^import\s[^"']*["']([^"']+)["'];/gm)) {
    const resolved = target.startsWith('.') ? new URL(target, `file:///${name}`).pathname.slice(1) : target;
    if (resolved in sources) continue;
    collectSources(resolved, readFileSync(require.resolve(resolved), 'utf8'), sources);
  }
  return sources;
}

function hashOf(sources) {
  const compiler = require('solc/package.json').version;
  const names = Object.keys(sources).sort();
  const parts = names.map((name) => [name, sources[name].content]);
  const generator = readFileSync(fileURLToPath(import.meta.url), 'utf8');
  return createHash('sha256')
    .update(JSON.stringify([compiler, generator, parts]))
    .digest('hex');
}

function isCurrent(sourceHash) {
  try {
    return readFileSync(generatedFile, 'utf8').includes(`sourceHash = '${sourceHash}'`);
  } catch {
    return false;
  }
}

function compile(sources) {
  const solc = require('solc');
  const output = JSON.parse(solc.compile(JSON.stringify({ language: 'Solidity', sources, settings })));
  const findings = output.errors ?? [];
  if (findings.length > 0) {
    process.stderr.write(findings.map((finding) => finding.formattedMessage).join('\n'));
    throw new Error(`${contractFile}: ${findings.length} compiler findings; warnings count as errors`);
  }
  const contract = output.contracts[contractFile].ColdgateAnchor;
  const { object, immutableReferences } = contract.evm.deployedBytecode;
  if (Object.keys(immutableReferences ?? {}).length > 0) {
    throw new Error(`${contractFile}: immutables would give each deployment its own code hash`);
  }
  return { abi: contract.abi, bytecode: contract.evm.bytecode.object, runtime: object };
}

async function writeModule({ abi, bytecode, runtime }, sourceHash) {
  const { keccak_256 } = await import('@noble/hashes/sha3.js');
  const codeHash = Buffer.from(keccak_256(Buffer.from(runtime, 'hex'))).toString('hex');
  const text = [
    `// Made by ledger-sync/contracts/compile.mjs from ${contractFile}. Do not edit; not committed.`,
    '',
    '/** SHA-256 over the compiler version, the compile script and all sources. */',
    `export const sourceHash = '${sourceHash}';`,
    '/** keccak256 of the code at the contract address (EXTCODEHASH). */',
    `export const runtimeCodeHash = '0x${codeHash}';`,
    `export const abi = ${JSON.stringify(abi)} as const;`,
    '/** Creation code; the constructor argument follows it. */',
    `export const bytecode =\n  '0x${bytecode}';`,
    '',
  ].join('\n');
  mkdirSync(here('./generated/'), { recursive: true });
  // Renamed into place: a build that runs at the same time never sees half a module.
  const partial = `${generatedFile}.${process.pid}.partial`;
  writeFileSync(partial, text);
  renameSync(partial, generatedFile);
}

const sources = collectSources(contractFile, readFileSync(here(`./${contractFile}`), 'utf8'));
const sourceHash = hashOf(sources);
if (!isCurrent(sourceHash)) await writeModule(compile(sources), sourceHash);
