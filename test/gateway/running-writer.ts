// The writer thread of the built program, over a journal and a key file in one folder. Copies of both files stand
// for what people do with cards: image them, restore them, lose them.

import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { SealReceipt, SealRequest } from '../../gateway/sealing/draft-record.js';
import type { Recovering, RunningWriter } from '../../gateway/sealing/writer.js';
import type { WriterAnswer, WriterSettings } from '../../gateway/sealing/writer-message.js';
import { tempFolder } from './temp-folder.js';
import { deviceKey } from './test-log.js';

type StartWriter = (
  settings: WriterSettings,
  onLost: (cause: Error) => void,
  onRecovering: (recovering: Recovering) => void,
) => Promise<RunningWriter>;

/** A worker thread starts from JavaScript only, so this one module comes from the build. */
async function builtStartWriter(): Promise<StartWriter> {
  const built: { startWriter: StartWriter } = await import(
    new URL('../../dist/gateway/sealing/writer.js', import.meta.url).href
  );
  return built.startWriter;
}

export class WriterBench {
  readonly journalPath: string;
  readonly keyFile: string;
  readonly markPath: string;
  bootId = 'boot-1';
  readonly recoveries: Recovering[] = [];
  #writer: RunningWriter | undefined;

  constructor() {
    const folder = tempFolder();
    this.journalPath = join(folder, 'journal.db');
    this.keyFile = join(folder, 'device-key.json');
    this.markPath = `${this.keyFile}.mark`;
    onTestFinished(() => this.stop());
  }

  async start(
    privateKey: Uint8Array = deviceKey,
    onLost: (cause: Error) => void = () => {},
  ): Promise<RunningWriter> {
    const startWriter = await builtStartWriter();
    const { journalPath, keyFile, bootId } = this;
    const key = { kind: 'memory', privateKey } as const;
    const settings: WriterSettings = { journalPath, keyFile, key, bootId, synchronous: 'FULL' };
    this.#writer = await startWriter(settings, onLost, (recovering) => this.recoveries.push(recovering));
    return this.#writer;
  }

  async stop(): Promise<void> {
    const writer = this.#writer;
    this.#writer = undefined;
    await writer?.close();
  }

  /** The writer's answer to one request. */
  answerTo(request: SealRequest): Promise<WriterAnswer> {
    return new Promise((resolve) => {
      this.#writer?.onAnswer(resolve);
      this.#writer?.send({ kind: 'seal', request });
    });
  }

  async seal(request: SealRequest): Promise<SealReceipt> {
    const answer = await this.answerTo(request);
    if (answer.kind !== 'sealed') throw new Error(`the writer answered ${JSON.stringify(answer)}`);
    return answer.receipt;
  }

  /** Copies one of the files aside, or brings the copy back. */
  save(path: string, name: string): void {
    copyFileSync(path, `${path}.${name}`);
  }

  restore(path: string, name: string): void {
    for (const tail of ['-wal', '-shm']) rmSync(path + tail, { force: true });
    if (existsSync(`${path}.${name}`)) copyFileSync(`${path}.${name}`, path);
    else throw new Error(`there is no copy ${name} of ${path}`);
  }
}
