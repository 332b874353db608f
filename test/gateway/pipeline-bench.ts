// A pipeline in front of a writer that answers when the test says so, with all that the pipeline told.

import { LogPipeline, type PipelineEntry, type Trouble } from '../../gateway/sealing/log-pipeline.js';
import { readings } from './drafts.js';
import { diskFull, FakeWriter } from './fake-writer.js';

export const PIPELINE_WINDOW_MS = 1000;

export class PipelineBench {
  readonly writer = new FakeWriter();
  /** What the pipeline told, in its order. */
  readonly told: string[] = [];
  readonly pipeline: LogPipeline;

  constructor(windowMs = PIPELINE_WINDOW_MS, patientWindowMs = windowMs) {
    this.pipeline = new LogPipeline({
      writer: this.writer,
      ...{ windowMs, patientWindowMs },
      onSealed: ({ size }) => this.told.push(`sealed ${size}`),
      onTrouble: (trouble: Trouble | undefined) => this.told.push(trouble?.code ?? 'works again'),
    });
  }

  add(count: number, name: string, more: Partial<PipelineEntry> = {}): void {
    const onDurable = (first: number) => this.told.push(`${name} ${first}`);
    this.pipeline.add({ drafts: readings(count), onDurable, ...more });
  }

  seal(): void {
    this.pipeline.onAnswer({ kind: 'sealed', receipt: this.writer.receipt() });
  }

  fail(): void {
    this.pipeline.onAnswer(diskFull);
  }

  get sent(): number[] {
    return this.writer.requests.map(({ drafts }) => drafts.length);
  }
}
