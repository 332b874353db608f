// How the medical demo tells: a sentence is said once what it says was seen to be true, and a step that fails ends the story. Acts
// by the commands that people type, in this process, so that it takes minutes and not half an hour.

import { setTimeout as sleep } from 'node:timers/promises';
import { runProgram } from '../../cli/program.js';

const LOOK_MS = 100;
/** Generous: a busy machine is slow, and what never comes is told all the same. */
const LIMIT_MS = 60_000;

/** A step that did not come out as it must. */
export class StoryError extends Error {
  override readonly name = 'StoryError';
}

export interface Stopped {
  readonly signal: AbortSignal;
}

export interface StoryOptions extends Stopped {
  /** Where the console is, without a slash at the end. */
  readonly consoleUrl: string;
  readonly say: (line: string) => void;
}

export class Story {
  readonly #options: StoryOptions;
  readonly #startedMs = performance.now();
  /** Sentences that were said. */
  told = 0;

  constructor(options: StoryOptions) {
    this.#options = options;
  }

  /** A new part of the story. */
  chapter(title: string): void {
    this.#options.say('');
    this.#options.say(title);
  }

  /** @param page of the console that shows it, such as `/alerts/tag-1` */
  tell(sentence: string, page?: string): void {
    this.told += 1;
    const seconds = ((performance.now() - this.#startedMs) / 1000).toFixed(1).padStart(6);
    this.#options.say(`${seconds} s  ${sentence}`);
    if (page !== undefined) this.#options.say(`          ${this.#options.consoleUrl}${page}`);
  }

  /** Runs one coldgate command that must succeed. @returns what it printed. @throws StoryError */
  async coldgate(...argv: readonly string[]): Promise<string> {
    const { code, out, err } = await this.#run(argv);
    if (code === 0) return out;
    throw new StoryError(`coldgate ${argv.join(' ')} ended with ${code}:\n${err || out}`);
  }

  /** As `coldgate`, with its JSON. */
  async json<Told>(...argv: readonly string[]): Promise<Told> {
    return JSON.parse(await this.coldgate(...argv, '--json')) as Told;
  }

  /** Runs a command that must not succeed, and must say why in these words. @throws StoryError */
  async refused(words: RegExp, ...argv: readonly string[]): Promise<void> {
    const { code, out, err } = await this.#run(argv);
    if (code !== 0 && words.test(`${out}\n${err}`)) return;
    throw new StoryError(
      `coldgate ${argv.join(' ')} must say ${words} and ended with ${code}:\n${err || out}`,
    );
  }

  /** Runs any command, for whoever judges the exit code. */
  async asked(words: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
    const { code, out, err } = await this.#run(words);
    return { code, output: `${out}\n${err}` };
  }

  /** Waits for what must come. @throws StoryError */
  async until<Found>(
    what: string,
    look: () => Found | undefined | Promise<Found | undefined>,
  ): Promise<Found> {
    const deadlineMs = performance.now() + LIMIT_MS;
    for (;;) {
      this.#requireGoing();
      const found = await look();
      if (found !== undefined) return found;
      if (performance.now() > deadlineMs)
        throw new StoryError(`${what}: not seen within ${LIMIT_MS / 1000} s`);
      await this.pause(LOOK_MS);
    }
  }

  /** Time that must pass, such as for goods that lie in the warm. */
  async pause(durationMs: number): Promise<void> {
    await sleep(durationMs, undefined, { signal: this.#options.signal }).catch(() => undefined);
    this.#requireGoing();
  }

  async #run(argv: readonly string[]) {
    this.#requireGoing();
    const out: string[] = [];
    const err: string[] = [];
    const code = await runProgram(argv, { out: (line) => out.push(line), err: (line) => err.push(line) });
    return { code, out: out.join('\n'), err: err.join('\n') };
  }

  #requireGoing(): void {
    if (this.#options.signal.aborted) throw new StoryError('stopped before the end');
  }
}

/** @throws StoryError */
export function must(isTrue: boolean, what: string): asserts isTrue {
  if (!isTrue) throw new StoryError(`it is not so: ${what}`);
}
