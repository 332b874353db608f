// Every file operation of the journal fails once: the nth call of each kind, for every n until a run goes through, with
// every error that a disk gives. Afterwards a start without faults takes the log up, and all of it is checked.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { auditJournal } from '../journal-audit.js';
import { LegCannotRun, type LegTools } from './leg.js';
import { addUp, type Summary } from './summary.js';

const CHILD = fileURLToPath(new URL('../journal-child.mjs', import.meta.url));
const SENSOR = 'front';
const GROUP = 3;
const RUN_LIMIT_MS = 60_000;
const SAY_EACH = 50;
/** `retval=0`: a write that took nothing, which is the shortest. */
const faults: Readonly<Record<string, readonly string[]>> = {
  openat: ['error=EIO', 'error=ENOSPC', 'error=EROFS'],
  pwrite64: ['error=EIO', 'error=ENOSPC', 'error=EROFS', 'retval=0'],
  write: ['error=EIO', 'error=ENOSPC', 'error=EROFS', 'retval=0'],
  fsync: ['error=EIO', 'error=ENOSPC'],
  fdatasync: ['error=EIO', 'error=ENOSPC'],
  ftruncate: ['error=EIO', 'error=ENOSPC', 'error=EROFS'],
  truncate: ['error=EIO', 'error=EROFS'],
  fallocate: ['error=EIO', 'error=ENOSPC'],
  mmap: ['error=ENOMEM'],
  unlink: ['error=EIO', 'error=EROFS'],
  rename: ['error=EIO', 'error=ENOSPC', 'error=EROFS'],
  pread64: ['error=EIO'],
};

interface Run {
  readonly code: number | null;
  readonly lines: readonly string[];
  /** First values of the groups that were confirmed. */
  readonly confirmed: readonly number[];
}

/** Groups of readings that the child seals: on a journal that it makes, and on one that is there. */
const scenarios = [
  { name: 'first', hasJournal: false, groups: 2 },
  { name: 'next', hasJournal: true, groups: 3 },
] as const;

function requireTracer(): void {
  const { status, error } = spawnSync('strace', ['-o', '/dev/null', 'true'], { stdio: 'ignore' });
  if (error) throw new LegCannotRun('strace is not installed (apt-get install strace)');
  if (status !== 0) throw new LegCannotRun('this machine lets no process be traced');
}

function tracer(folder: string, call: string, how: string, log: string): string[] {
  const journal = join(folder, 'data', 'journal.db');
  const files = ['', '-wal', '-shm', '-journal', '-confirmed'].map((end) => `${journal}${end}`);
  const mark = join(folder, 'device-key.json.mark');
  const paths = [
    ...files,
    join(folder, 'data', 'ballast'),
    mark,
    `${mark}.next`,
    folder,
    join(folder, 'data'),
  ];
  // The size of the file of what was confirmed tells, in the trace, whether a commit was taken for durable.
  const calls = call === 'ftruncate' ? call : `${call},ftruncate`;
  return [
    ...['strace', '-D', '-f', '-qq', '-y', '-o', log, ...paths.flatMap((path) => ['-P', path])],
    ...['-e', `trace=${calls}`, '-e', `inject=${call}:${how}`],
  ];
}

async function runChild(
  folder: string,
  first: number,
  groups: number,
  wrapper: readonly string[],
  tools: LegTools,
): Promise<Run> {
  const [program = '', ...words] = [
    ...wrapper,
    process.execPath,
    CHILD,
    folder,
    String(first),
    String(groups),
  ];
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  tools.belongings.keep(() => child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => {
    said += bytes.toString('utf8');
  });
  const limit = setTimeout(() => child.kill('SIGKILL'), RUN_LIMIT_MS);
  await once(child, 'close');
  clearTimeout(limit);
  const lines = said.trim().split('\n');
  const confirmed = lines.flatMap((line) => /^confirmed (\d+)$/.exec(line)?.[1] ?? []).map(Number);
  return { code: child.exitCode, lines, confirmed };
}

/** Of a run: what was injected, and whether a commit was taken for durable after its fsync had failed. */
function readTrace(log: string): { readonly isHit: boolean; readonly isTaken: boolean } {
  const lines = readFileSync(log, 'utf8').split('\n');
  const hits = lines.flatMap((line, at) => (line.includes('(INJECTED)') ? [at] : []));
  const failed = hits.filter((at) => /f(data)?sync\(\d+<[^>]*-wal>/.test(lines[at] ?? ''));
  const isTaken = failed.some((at) =>
    lines.slice(at).some((line) => /ftruncate\(\d+<[^>]*-confirmed>/.test(line)),
  );
  return { isHit: hits.length > 0, isTaken };
}

/** The log after the fault and a start without one. */
function checkLog(folder: string, confirmed: readonly number[]): Summary {
  const { readings } = auditJournal(join(folder, 'data', 'journal.db'));
  const values = readings.get(SENSOR) ?? [];
  const there = new Set(values);
  const acknowledged = confirmed.flatMap((first) =>
    Array.from({ length: GROUP }, (_unused, at) => first + at),
  );
  return {
    acknowledged: acknowledged.length,
    lost: acknowledged.filter((value) => !there.has(value)).length,
    doubled: values.length - there.size,
    reordered: values.filter((value, at) => value < (values[at - 1] ?? value)).length,
  };
}

/** How a run may end: it went through, or says in a code what a person can do. */
function isOrderly({ code, lines }: Run): boolean {
  const last = lines.at(-1) ?? '';
  return (code === 0 && last === 'end') || (code === 3 && /^(lost|refused) [A-Z_]+$/.test(last));
}

class SyscallFaults {
  readonly #tools: LegTools;
  readonly #parts: Summary[] = [];
  #count = 0;

  constructor(tools: LegTools) {
    this.#tools = tools;
  }

  /** The nth call of a kind fails, for every n. */
  async series(
    { hasJournal, groups }: (typeof scenarios)[number],
    call: string,
    fault: string,
    template: string,
  ): Promise<void> {
    for (let nth = 1; nth <= this.#tools.times && !this.#tools.isOver(); nth++) {
      const folder = join(this.#tools.folder, 'journal');
      rmSync(folder, { recursive: true, force: true });
      if (hasJournal) cpSync(template, folder, { recursive: true });
      else mkdirSync(folder);
      const log = join(this.#tools.folder, 'trace');
      const wrapper = tracer(folder, call, `${fault}:when=${nth}`, log);
      const first = hasJournal ? GROUP : 0;
      const run = await runChild(folder, first, groups, wrapper, this.#tools);
      const { isHit, isTaken } = readTrace(log);
      if (!isHit) return;
      this.#parts.push({
        ...(await this.#outcome(folder, run, first + groups * GROUP, hasJournal ? [0] : [])),
        syscallFaults: 1,
      });
      if (isTaken) this.#parts.push({ fsyncTakenForSuccess: 1 });
      if (isTaken || !isOrderly(run)) console.error({ call, fault, nth, hasJournal, isTaken, ...run });
      this.#count += 1;
      if (this.#count % SAY_EACH === 0) this.#tools.say(`${this.#count} faults`);
    }
  }

  async #outcome(folder: string, run: Run, next: number, before: readonly number[]): Promise<Summary> {
    const after = await runChild(folder, next, 1, [], this.#tools);
    const complaints = isOrderly(run) ? 0 : 1;
    if (after.lines.at(-1) !== 'end') {
      console.error({ before: run, after });
      return { complaints, brokenLogs: 1 };
    }
    const summary = checkLog(folder, [...before, ...run.confirmed, ...after.confirmed]);
    return { complaints, ...summary };
  }

  get summary(): Summary {
    return addUp(this.#parts);
  }
}

/** @throws LegCannotRun; AssertionError if a log is not whole */
export async function runSyscallFaults(tools: LegTools): Promise<Summary> {
  requireTracer();
  const template = join(tools.folder, 'template');
  mkdirSync(template);
  const made = await runChild(template, 0, 1, [], tools);
  if (made.lines.at(-1) !== 'end') throw new Error(`without a fault the child says ${made.lines.join(', ')}`);
  const all = new SyscallFaults(tools);
  for (const scenario of scenarios) {
    for (const [call, kinds] of Object.entries(faults)) {
      for (const fault of kinds) await all.series(scenario, call, fault, template);
    }
  }
  return { fsyncTakenForSuccess: 0, ...all.summary };
}
