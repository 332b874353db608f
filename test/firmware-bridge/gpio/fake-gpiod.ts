// gpiod's programs as a node script in a temporary folder: they know the options of one major version and no other,
// refuse a line that another program holds, and follow a level written into a file.

import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const script = `#!/usr/bin/env node
const fs = require('node:fs');
const path = require('node:path');
const folder = path.dirname(process.argv[1]);
const program = path.basename(process.argv[1]);
const args = process.argv.slice(2);
const version = fs.readFileSync(path.join(folder, 'version'), 'utf8');
const lock = path.join(folder, 'lock');
const levelFile = path.join(folder, 'level');
fs.appendFileSync(path.join(folder, 'calls'), [program, ...args].join(' ') + '\\n');
const die = (text) => { process.stderr.write(program + ': ' + text + '\\n'); process.exit(1); };
if (args[0] === '--version') { console.log('gpiomon (libgpiod) v' + version); process.exit(0); }
if (program === 'gpiodetect') { console.log('gpiochip0 [fake-label] (58 lines)\\ngpiochip1 [other] (8 lines)'); process.exit(0); }
const isOld = version.startsWith('1.');
const withValue = isOld ? [] : ['--edges', '--format', '--bias', '--chip'];
const flags = isOld ? ['--line-buffered'] : ['--numeric'];
const options = {}; const rest = [];
for (let i = 0; i < args.length; i += 1) {
  const [name, value] = args[i].split('=');
  if (!name.startsWith('--')) rest.push(name);
  else if (withValue.includes(name)) options[name] = args[++i];
  else if (flags.includes(name)) options[name] = true;
  else if (isOld && ['--format', '--bias'].includes(name) && value !== undefined) options[name] = value;
  else die('unrecognized option ' + args[i]);
}
const line = isOld ? rest[1] : rest[0];
const chip = isOld ? rest[0] : options['--chip'];
if (chip !== 'gpiochip0' || line !== '17') die('No such file or directory');
const level = () => fs.readFileSync(levelFile, 'utf8').trim();
const holder = fs.existsSync(lock) ? Number(fs.readFileSync(lock, 'utf8')) : 0;
const isHeld = holder > 0 && (() => { try { process.kill(holder, 0); return true; } catch { return false; } })();
if (isHeld) die('Device or resource busy');
if (program === 'gpioget') {
  console.log(isOld || options['--numeric'] ? level() : '"17"=' + (level() === '1' ? 'active' : 'inactive'));
  process.exit(0);
}
fs.writeFileSync(lock, String(process.pid));
let last = level();
setInterval(() => {
  if (fs.existsSync(path.join(folder, 'die'))) die('error waiting for events: Input/output error');
  const now = level();
  if (now === last || now === '') return;
  last = now;
  const words = { '%e': isOld ? now : now === '1' ? '1' : '2', '%E': isOld ? '%E' : now === '1' ? 'rising' : 'falling' };
  console.log(options['--format'].replace(/%./, (word) => words[word] ?? word));
}, 5);
process.on('SIGTERM', () => { fs.rmSync(lock, { force: true }); process.exit(0); });
`;

export class FakeGpiod {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** In a fresh folder, to put on the path. */
  static async install(version: string): Promise<FakeGpiod> {
    const folder = join(await mkdtemp(join(tmpdir(), 'coldgate-gpiod-')), 'bin');
    await mkdir(folder);
    const fake = new FakeGpiod(folder);
    await writeFile(join(folder, 'version'), version);
    await writeFile(join(folder, 'gpiomon'), script);
    await chmod(join(folder, 'gpiomon'), 0o755);
    for (const name of ['gpioget', 'gpiodetect']) await symlink('gpiomon', join(folder, name));
    await fake.setLevel(0);
    return fake;
  }

  setLevel(level: 0 | 1): Promise<void> {
    return writeFile(join(this.folder, 'level'), String(level));
  }

  /** The monitor ends with an error, as when its chip goes. */
  breakMonitor(): Promise<void> {
    return writeFile(join(this.folder, 'die'), '');
  }

  repair(): Promise<void> {
    return rm(join(this.folder, 'die'), { force: true });
  }

  /** Command lines, in order. */
  async calls(): Promise<string[]> {
    return (await readFile(join(this.folder, 'calls'), 'utf8')).trim().split('\n');
  }

  /** The process that holds the line, if one does. */
  async holder(): Promise<number | undefined> {
    const text = await readFile(join(this.folder, 'lock'), 'utf8').catch(() => '');
    return text === '' ? undefined : Number(text);
  }

  async remove(): Promise<void> {
    await rm(join(this.folder, '..'), { recursive: true, force: true });
  }
}
