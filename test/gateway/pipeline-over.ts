// The pipeline of a gateway role over a test's own log writer, which answers in a later turn, as the writer's thread does.

import type { SealReceipt } from '../../gateway/sealing/draft-record.js';
import { LogPipeline } from '../../gateway/sealing/log-pipeline.js';
import type { TestLog } from './test-log.js';

export interface PipelineOptions {
  /** Records in the log before the first entry. */
  readonly size?: number;
  readonly onSealed?: (receipt: SealReceipt) => void;
  /** Whether the writer has died: it takes nothing any more. */
  readonly isDead?: () => boolean;
}

export function pipelineOver(
  log: TestLog,
  { size, onSealed = () => {}, isDead = () => false }: PipelineOptions = {},
): LogPipeline {
  const pipeline: LogPipeline = new LogPipeline({
    writer: {
      send: (message) => {
        if (message.kind !== 'seal' || isDead()) return;
        const receipt = log.writer.seal(message.request);
        queueMicrotask(() => pipeline.onAnswer({ kind: 'sealed', receipt }));
      },
    },
    ...(size === undefined ? {} : { size }),
    windowMs: 0,
    onSealed,
    onTrouble: () => {},
  });
  return pipeline;
}
