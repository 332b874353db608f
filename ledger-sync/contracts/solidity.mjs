// The pinned solc of npm with this project's settings. Plain JavaScript because it runs before tsc on a fresh clone.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, posix } from 'node:path';

const require = createRequire(import.meta.url);

// No metadata trailer and no immutables: one source gives one code hash, whoever compiles or deploys it.
const settings = { evmVersion: 'cancun', metadata: { appendCBOR: false, bytecodeHash: 'none' } };

/** Code that runs for every batch shall be fast. */
const FAST_RUNS = 1_000_000;

/** "Transient storage can break composability": OpenZeppelin's guard clears its own, as the warning asks. */
const TRANSIENT_STORAGE_WARNING = '2394';

export const compilerVersion = require('solc/package.json').version;

/**
 * A source and all that it imports, by the name the compiler uses. Packages are found in node_modules.
 * @param {string} folder where the project's own sources are
 * @param {string} name of the source in it
 * @param {Record<string, { content: string }>} sources where they are added
 */
export function collectSources(folder, name, sources) {
  if (name in sources) return;
  const file = name.startsWith('@') ? require.resolve(name) : join(folder, name);
  const content = readFileSync(file, 'utf8');
  sources[name] = { content };
  for (const [, target] of content.matchAll(/^import\s[^"']*["']([^"']+)["'];/gm)) {
    const resolved = target.startsWith('.') ? posix.join(dirname(name), target) : target;
    collectSources(folder, resolved, sources);
  }
}

/**
 * @param {Record<string, { content: string }>} sources
 * @param {readonly string[]} names of the contracts that are wanted; each in the source of its name
 * @param {number} runs how often a line is expected to run: few make the code small; 0: as it is, which
 *   compiles in a tenth of the time
 * @returns {Record<string, { abi: unknown[], bytecode: string, runtime: string }>} code in hex, without 0x
 * @throws Error for any finding: warnings count as errors
 */
export function compileContracts(sources, names, runs = FAST_RUNS) {
  const solc = require('solc');
  const parts = ['abi', 'evm.bytecode.object', 'evm.deployedBytecode'];
  const outputSelection = Object.fromEntries(names.map((name) => [`${name}.sol`, { [name]: parts }]));
  const speed = { viaIR: runs > 0, optimizer: { enabled: runs > 0, runs } };
  const input = { language: 'Solidity', sources, settings: { ...settings, ...speed, outputSelection } };
  const output = JSON.parse(solc.compile(JSON.stringify(input)));
  const findings = (output.errors ?? []).filter(({ errorCode }) => errorCode !== TRANSIENT_STORAGE_WARNING);
  if (findings.length > 0) {
    process.stderr.write(findings.map((finding) => finding.formattedMessage).join('\n'));
    throw new Error(`${findings.length} compiler findings; warnings count as errors`);
  }
  return Object.fromEntries(
    names.map((name) => [name, artefactOf(output.contracts[`${name}.sol`][name], name)]),
  );
}

function artefactOf({ abi, evm }, name) {
  const { object, immutableReferences } = evm.deployedBytecode;
  if (Object.keys(immutableReferences ?? {}).length > 0) {
    throw new Error(`${name}: immutables would give each deployment its own code hash`);
  }
  return { abi, bytecode: evm.bytecode.object, runtime: object };
}
