// The fault campaign: runs its legs, each in a process of its own and two at a time, and ends with one line of JSON. Exit
// code 0: every promise was kept; 1: one broke; 2: wrong use; 3: a leg could not run.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../../../firmware-bridge/simulators/simulated-device.js';
import { Belongings } from './belongings.js';
import { type CampaignOptions, readOptions, usage } from './campaign-options.js';
import { LegCannotRun } from './leg.js';
import { LegProcesses } from './leg-processes.js';
import { legs } from './legs.js';
import { addUp, brokenPromises, type Summary } from './summary.js';

const [OK, BROKEN, WRONG_USE, CANNOT_RUN, INTERRUPTED] = [0, 1, 2, 3, 130];

/** What became of legs. */
export interface Outcome {
  readonly summary: Summary;
  /** Why a leg could not run, by its name. */
  readonly notRun: Readonly<Record<string, string>>;
}

async function runLeg(
  name: string,
  times: number,
  { seed, minutes }: CampaignOptions,
  belongings: Belongings,
): Promise<Outcome> {
  const leg = legs[name];
  if (!leg) throw new Error(`there is no leg ${name}`);
  const folder = mkdtempSync(join(tmpdir(), 'coldgate-faults-'));
  belongings.keep(() => rmSync(folder, { recursive: true, force: true }));
  const startedMs = performance.now();
  const isOver = () => performance.now() - startedMs > minutes * 60_000;
  const say = (text: string) => console.error(`${name}: ${text}`);
  try {
    const summary = await leg.run({ times, random: seededRandom(seed), belongings, folder, isOver, say });
    say(`done in ${Math.round((performance.now() - startedMs) / 1000)} s`);
    return { summary, notRun: {} };
  } catch (error) {
    if (error instanceof LegCannotRun) return { summary: {}, notRun: { [name]: error.message } };
    if (!(error instanceof Error) || error.name !== 'AssertionError') throw error;
    console.error(error);
    return { summary: { brokenLogs: 1 }, notRun: {} };
  }
}

async function runAll(options: CampaignOptions, belongings: Belongings): Promise<Outcome> {
  const [only, ...more] = options.times;
  if (only && more.length === 0) return runLeg(...only, options, belongings);
  const processes = new LegProcesses(options);
  belongings.keep(() => processes.end());
  const outcomes = await processes.run();
  return {
    summary: addUp(outcomes.map(({ summary }) => summary)),
    notRun: Object.assign({}, ...outcomes.map(({ notRun }) => notRun)),
  };
}

function tell({ summary, notRun }: Outcome, { seed, startLimitSeconds }: CampaignOptions): number {
  const broken = brokenPromises(summary, startLimitSeconds);
  for (const promise of broken) console.error(`broken: ${promise}`);
  for (const [name, why] of Object.entries(notRun)) console.error(`not run: ${name}: ${why}`);
  console.log(JSON.stringify({ seed, ...summary, notRun, broken }));
  if (broken.length > 0) return BROKEN;
  return Object.keys(notRun).some((name) => !legs[name]?.isOptional) ? CANNOT_RUN : OK;
}

/** Runs the campaign with those words of its command line; ends the process. */
export async function campaign(words: readonly string[]): Promise<never> {
  const options = readOptions(words);
  if (!options) {
    console.error(usage);
    process.exit(WRONG_USE);
  }
  const belongings = new Belongings();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      // Whatever waits for a process or a disk that goes now may complain as it likes.
      process.removeAllListeners('unhandledRejection').on('unhandledRejection', () => {});
      void belongings.giveUp().then(() => process.exit(INTERRUPTED));
    });
  }
  console.error(`seed ${options.seed}`);
  let code = CANNOT_RUN;
  try {
    code = tell(await runAll(options, belongings), options);
  } catch (error) {
    console.error(error);
  }
  await belongings.giveUp();
  process.exit(code);
}
