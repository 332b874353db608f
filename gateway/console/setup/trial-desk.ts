// Carries trials out: one at a time, each in a process of its own and for a bounded time, and only so many in a minute. An
// administrator tests settings with it; nobody may scan a network.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { answerOfProcess } from '../job-process.js';
import type { TrialJob, TrialResult } from './setting-trial.js';

const MINUTE_MS = 60_000;
const MAX_PER_MINUTE = 12;
const JOB_LIMIT_MS = 20_000;

export type Trial = (job: TrialJob) => Promise<TrialResult>;

/** Never rejects: a process that dies is an answer. */
export const tryInProcess: Trial = async (job) => {
  try {
    // A trial may need what the gateway would: where certificates and time zones are.
    return (await answerOfProcess(programPath(), job, JOB_LIMIT_MS, process.env)) as TrialResult;
  } catch {
    const message = `the test gave no answer within ${JOB_LIMIT_MS / 1000} s and was ended`;
    return { isOk: false, code: 'TRIAL_ENDED', message };
  }
};

/** Beside this file in dist; from the sources, in dist as well. */
function programPath(): string {
  const beside = fileURLToPath(new URL('./trial-process.js', import.meta.url));
  if (existsSync(beside)) return beside;
  return fileURLToPath(new URL('../../../dist/gateway/console/setup/trial-process.js', import.meta.url));
}

export class TrialDesk {
  readonly #trial: Trial;
  readonly #startsMs: number[] = [];
  #isBusy = false;

  constructor(trial: Trial = tryInProcess) {
    this.#trial = trial;
  }

  /** @returns undefined where another one is under way, or too many were made lately */
  async ask(job: TrialJob, nowMs: number): Promise<TrialResult | undefined> {
    while (this.#startsMs[0] !== undefined && this.#startsMs[0] <= nowMs - MINUTE_MS) this.#startsMs.shift();
    if (this.#isBusy || this.#startsMs.length >= MAX_PER_MINUTE) return undefined;
    this.#startsMs.push(nowMs);
    this.#isBusy = true;
    try {
      return await this.#trial(job);
    } finally {
      this.#isBusy = false;
    }
  }
}
