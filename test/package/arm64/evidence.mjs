// What leaves one machine is proven on the other: the same bytes give the same verdict, and the same records the same bytes.

import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SHIPMENT } from './scene.mjs';

/** Some of a log, so that a verification is a matter of seconds under emulation too. */
const SPAN = '0-255';

/** Puts a file where programs of a machine reach it. @returns its path there */
function hand(machine, name, bytes) {
  const path = join(machine.places.work, name);
  writeFileSync(machine.outside(path), bytes);
  return path;
}

/** @returns the exit code and all that it says, but for the name of the file */
async function verdictOf(machine, name, bytes, more = []) {
  const path = hand(machine, name, bytes);
  const { status, stdout } = await machine.ask('verify', path, '--json', ...more);
  return { status, said: stdout.replaceAll(path, name) };
}

async function madeBy(machine, config, kind, name) {
  const path = join(machine.places.work, name);
  const words =
    kind === 'report'
      ? ['report', SHIPMENT, '-o', path, '--lang', 'de']
      : ['export', '--records', SPAN, '--format', kind, '-o', path];
  const { status, stderr } = await machine.ask(...words, '-c', config, '--force');
  if (status !== 0) throw new Error(`${machine.name}: coldgate ${words[0]} ended with ${status}: ${stderr}`);
  return readFileSync(machine.outside(path));
}

/** A copy of a gateway's folders on another machine. @returns its configuration there */
async function copyGateway({ machine: from, config }, to) {
  const folder = join(to.places.work, `copy-of-${from.name}`);
  const outside = to.outside(folder);
  rmSync(outside, { recursive: true, force: true });
  mkdirSync(outside);
  cpSync(from.outside(from.places.etc), join(outside, 'etc'), { recursive: true });
  cpSync(from.outside(from.places.data), join(outside, 'data'), { recursive: true });
  const copied = join(outside, 'etc/coldgate.yaml');
  const text = readFileSync(from.outside(config), 'utf8');
  writeFileSync(copied, text.replace(from.places.data, join(folder, 'data')));
  if (to.isForeign) await to.run(['chown', '-R', 'coldgate:coldgate', folder]);
  for (const part of ['etc', 'data']) chmodSync(join(outside, part), 0o700);
  return join(folder, 'etc/coldgate.yaml');
}

/** One bit of a signature or hash in the middle. */
function damaged(bundle) {
  const copy = Buffer.from(bundle);
  const at = Math.floor(copy.length / 2);
  copy[at] = copy[at] === 0x41 ? 0x42 : 0x41;
  return copy;
}

/** Of the stopped gateway of `scene`: what it exports and reports, there and on `other`. */
export async function compareEvidence(scene, other, promises) {
  const { machine, config, chain } = scene;
  const way = `from ${machine.name} to ${other.name}`;
  const keeps = (name, ...rest) => promises.check(`${way}: ${name}`, ...rest);
  for (const kind of ['bundle', 'bundle-cbor']) {
    const bytes = await madeBy(machine, config, kind, `own.${kind}`);
    const [here, there] = [
      await verdictOf(machine, `own.${kind}`, bytes),
      await verdictOf(other, `own.${kind}`, bytes),
    ];
    keeps(`a ${kind} is proven on both, in the same words`, here.status === 0 && here.said === there.said, {
      here,
      there,
    });
  }
  const bundle = await madeBy(machine, config, 'bundle', 'own.bundle');
  const asked = await verdictOf(other, 'own.bundle', bundle, ['--rpc', chain.rpcUrl]);
  keeps('its header is found on the chain', asked.status === 0, asked);
  const bad = damaged(bundle);
  const [here, there] = [
    await verdictOf(machine, 'bad.bundle', bad),
    await verdictOf(other, 'bad.bundle', bad),
  ];
  keeps('a changed bundle is refused on both', here.status !== 0 && here.status === there.status, {
    here,
    there,
  });

  const copy = await copyGateway(scene, other);
  const audit = await other.ask('audit', '-c', copy, '--limit', '1');
  keeps('the log is proven there too', audit.status === 0, audit);
  for (const [kind, what] of [
    ['bundle', 'a bundle of the same records'],
    ['report', 'the report as PDF of the same records'],
  ]) {
    const [one, two] = [
      await madeBy(machine, config, kind, `one.${kind}.pdf`),
      await madeBy(other, copy, kind, `two.${kind}.pdf`),
    ];
    keeps(
      `${what} has the same ${one.length} bytes`,
      one.equals(two),
      `${one.length} and ${two.length} bytes`,
    );
  }
}
