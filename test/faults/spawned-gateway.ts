// The gateway as a process of its own: watched by its log lines, and ended in any way that a truck can end it.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** Only ends a test that would hang. */
const WAIT_LIMIT_MS = 60_000;
/** pino's numbers. */
const WARN = 40;

/** One line of the log. */
export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly code?: string;
  readonly hint?: string;
  readonly [field: string]: unknown;
}

export class SpawnedGateway {
  readonly lines: LogLine[] = [];
  /** Lines of stdout that are no JSON, and all of stderr. */
  readonly plain: string[] = [];
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  constructor(command: readonly string[]) {
    const [first = '', ...parameters] = command;
    this.#child = spawn(first, parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#ended = once(this.#child, 'close');
    const { stdout, stderr } = this.#child;
    if (stdout) createInterface({ input: stdout }).on('line', (line) => this.#read(line));
    if (stderr) createInterface({ input: stderr }).on('line', (line) => this.plain.push(line));
  }

  /** 0 if it could not be started. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** What a person would look at: warnings and worse, told when they happen. */
  get troubles(): LogLine[] {
    return this.lines.filter(({ level, finding }) => level >= WARN && finding === undefined);
  }

  /** What the gateway's health, looked at every ten seconds, added to them. */
  get findings(): unknown[] {
    return this.lines.filter(({ level }) => level >= WARN).flatMap(({ finding }) => finding ?? []);
  }

  /** Port of the embedded broker, once the role runs. */
  async brokerPort(): Promise<number> {
    const { brokerPort } = await this.line('gateway role started');
    return Number(brokerPort);
  }

  /** The first line from `from` on with that text or code; waits for it. */
  async line(textOrCode: string, from = 0): Promise<LogLine> {
    const deadline = Date.now() + WAIT_LIMIT_MS;
    for (;;) {
      const found = this.lines
        .slice(from)
        .find(({ msg, code }) => msg.includes(textOrCode) || code === textOrCode);
      if (found) return found;
      if (this.hasEnded || Date.now() > deadline)
        throw new Error(`no line "${textOrCode}":\n${this.#said()}`);
      await sleep(10);
    }
  }

  /** Ends it as the kernel's out-of-memory killer does. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** Sends it a signal. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Asks it to end, as systemd does. @returns its exit code */
  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    return this.exitCode();
  }

  /** Waits for the end. */
  async exitCode(): Promise<number | null> {
    const isOver = await Promise.race([
      this.#ended.then(() => true),
      sleep(WAIT_LIMIT_MS, false, { ref: false }),
    ]);
    if (!isOver) throw new Error(`the gateway does not end:\n${this.#said()}`);
    return this.#child.exitCode;
  }

  #read(line: string): void {
    if (line.startsWith('{')) this.lines.push(JSON.parse(line));
    else this.plain.push(line);
  }

  #said(): string {
    return [...this.lines.map((line) => JSON.stringify(line)), ...this.plain].slice(-20).join('\n');
  }
}
