// `npm run test:arm64`: a Debian of arm64 in a folder, in which the package is installed and its gateway taken through its life, on
// an arm64 machine as it is, on another one under qemu-user. Beside it the same package for this machine, for comparison.

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { into, startEmulation } from './arm64/emulation.mjs';
import { compareEvidence } from './arm64/evidence.mjs';
import { clear, install, outlivePackages } from './arm64/installed.mjs';
import { takeJourney } from './arm64/journey.mjs';
import { arm64Machine, ownMachine } from './arm64/machine.mjs';
import { Promises, tellFigure } from './arm64/promises.mjs';
import { makeScene } from './arm64/scene.mjs';
import { debianOptions, makeRoot, run } from './debian-root.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const project = join(here, '../..');
const { values } = parseArgs({
  options: {
    ...debianOptions,
    /** A folder with both packages, of `npm run package -- --deb --arch amd64 --arch arm64`; else they are made. */
    packed: { type: 'string' },
    /** What qemu has the machine be: the processor of a Raspberry Pi 4. */
    cpu: { type: 'string', default: 'cortex-a72' },
  },
});
/** Maintainer scripts of the package want both. */
const include = 'passwd,init-system-helpers';

const say = (text) => console.error(`test:arm64: ${text}`);
const ownArchitecture = () => spawnSync('dpkg', ['--print-architecture'], { encoding: 'utf8' }).stdout.trim();

/** @returns the two packages, by architecture */
function packages(work) {
  const own = ownArchitecture();
  const folder = values.packed ?? join(work, 'packed');
  const architectures = [...new Set([own, 'arm64'])];
  if (!values.packed) {
    say('building the packages ...');
    const wanted = architectures.flatMap((architecture) => ['--arch', architecture]);
    const script = join(project, 'gateway/packaging/package.mjs');
    run(process.execPath, script, '--once', '--deb', ...wanted, '--out', folder);
  }
  const names = readdirSync(folder);
  const debOf = (architecture) => {
    const name = names.find((one) => one.startsWith('coldgate_') && one.endsWith(`_${architecture}.deb`));
    if (!name) throw new Error(`${folder} holds no package for ${architecture}`);
    return join(folder, name);
  };
  return { own: debOf(own), arm64: debOf('arm64') };
}

/** Makes keys and looks at what the package brings. @returns the paying key's address */
async function begin(machine, version, promises) {
  const keeps = (name, ...rest) => promises.check(`${machine.name}: ${name}`, ...rest);
  const told = await machine.ask('--version');
  keeps('tells its version', told.stdout.trim() === version, told);
  const { home, etc, data } = machine.places;
  const made = await machine.ask('init', etc, '--name', 'truck-17', '--data-dir', data, '--json');
  keeps('init makes keys and a configuration', made.status === 0, made);
  if (made.status !== 0) throw new Error('without keys nothing else can be seen');
  const [example, config] = [join(home, 'config/examples/coldgate.yaml'), join(etc, 'coldgate.yaml')];
  copyFileSync(machine.outside(example), machine.outside(config));
  const checked = await machine.ask('check-config', '-c', config);
  keeps('check-config finds the example right', checked.status === 0, checked);
  const ports = await machine.ask('ports');
  keeps('the module for serial ports loads', ports.status === 0, ports);
  return JSON.parse(made.stdout).payerAddress;
}

async function ratesOf(machine) {
  const script = join(machine.places.work, 'rates.mjs');
  copyFileSync(join(here, 'arm64/rates.mjs'), machine.outside(script));
  const { status, stdout, stderr } = await machine.run([...machine.node, script, machine.places.home]);
  if (status !== 0) throw new Error(`${machine.name}: no rates: ${stderr}`);
  return JSON.parse(stdout);
}

function tellFigures({ arm64, own, rootSeconds, installSeconds, isEmulated }) {
  const tell = (figure, unit, value, beside) =>
    tellFigure({ figure: `arm64.${figure}`, value, unit, own: beside, isEmulated });
  if (rootSeconds !== undefined) tell('rootSeconds', 's', rootSeconds);
  tell('installSeconds', 's', installSeconds);
  tell('firstDurableSeconds', 's', arm64.startSeconds, own.startSeconds);
  tell('signaturesPerSecond', '1/s', arm64.signaturesPerSecond, own.signaturesPerSecond);
  tell('sha256PerSecond', '1/s', arm64.hashesPerSecond, own.hashesPerSecond);
  tell('readingsPerSecond', 'readings/s', arm64.readingsPerSecond, own.readingsPerSecond);
  for (const [role, mebibytes] of Object.entries(arm64.memory)) {
    tell(`memory.${role}MiB`, 'MiB', mebibytes, own.memory[role]);
  }
}

async function tryOut({ work, root, isEmulated, promises }) {
  const machine = arm64Machine({ root, cpu: values.cpu });
  const fromMs = performance.now();
  const inside = (...words) => run(...into(root, words));
  const isNew = makeRoot({ ...values, root, include, foreign: 'arm64', inside });
  const rootSeconds = isNew ? (performance.now() - fromMs) / 1000 : undefined;
  const debs = packages(work);
  await clear(machine);
  const installSeconds = await install(machine, debs.arm64, promises);
  const own = ownMachine(join(work, 'own'));
  run('dpkg-deb', '-x', debs.own, own.root);
  for (const place of ['etc', 'data', 'work']) mkdirSync(own.places[place], { recursive: true, mode: 0o700 });

  const { version } = JSON.parse(readFileSync(join(own.places.home, 'package.json'), 'utf8'));
  const scenes = [];
  const figures = [];
  try {
    for (const one of [own, machine]) {
      const scene = await makeScene({
        machine: one,
        work,
        payerAddress: await begin(one, version, promises),
      });
      scenes.push(scene);
      figures.push({ ...(await takeJourney(scene, promises)), ...(await ratesOf(one)) });
    }
    const [ofOwn, ofArm64] = scenes;
    await compareEvidence(ofArm64, own, promises);
    await compareEvidence(ofOwn, machine, promises);
    await outlivePackages(ofArm64, debs.arm64, work, promises);
  } finally {
    for (const scene of scenes) await scene.close();
  }
  tellFigures({ own: figures[0], arm64: figures[1], rootSeconds, installSeconds, isEmulated });
}

async function main() {
  if (process.getuid?.() !== 0) throw new Error('only root may make a root of its own');
  const work = mkdtempSync(join(tmpdir(), 'coldgate-arm64-'));
  const promises = new Promises();
  let emulation;
  try {
    emulation = startEmulation();
    const { isEmulated, version } = emulation;
    say(isEmulated ? `under qemu-user ${version}, as a ${values.cpu}` : 'on this machine as it is');
    // debootstrap and qemu need it for the programs of the root.
    process.env.QEMU_CPU = values.cpu;
    await tryOut({ work, root: values.root ?? join(work, 'root'), isEmulated, promises });
    console.log(promises.sum());
    if (promises.hasBroken) process.exitCode = 1;
  } finally {
    emulation?.close();
    rmSync(work, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  console.error(`test:arm64: ${error instanceof Error ? error.stack : error}`);
  process.exitCode = 1;
}
