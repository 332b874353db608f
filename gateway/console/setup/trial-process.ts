// A process for one trial: a driver that hangs in the kernel, or the libraries that a broker and a ledger need, are gone with
// it. Reads one job from stdin, writes one answer to stdout, ends.

import { text } from 'node:stream/consumers';
import { messageOf } from '../../../firmware-bridge/bridge-error.js';
import { printable } from '../../../ledger-sync/evidence/printable.js';
import { type TrialJob, type TrialResult, trySetting } from './setting-trial.js';

async function answerTo(job: TrialJob): Promise<TrialResult> {
  try {
    return await trySetting(job);
  } catch (error) {
    const code: unknown = Reflect.get(Object(error), 'code');
    return {
      isOk: false,
      code: typeof code === 'string' ? code : 'TRIAL_FAILED',
      message: printable(messageOf(error)),
    };
  }
}

const answer = await answerTo(JSON.parse(await text(process.stdin)) as TrialJob);
process.stdout.write(JSON.stringify(answer), () => process.exit(0));
