// A frame seen as a reader's reply: its status apart from its data. Frames themselves do not say their direction.

import type { ChafonFrame } from './frame.js';

export interface ChafonReply {
  readonly address: number;
  readonly command: number;
  readonly status: number;
  /** What follows the status. */
  readonly data: Uint8Array;
}

/** undefined for a frame without a status, which only a request can be. */
export function asReply({ address, command, body }: ChafonFrame): ChafonReply | undefined {
  const [status] = body;
  return status === undefined ? undefined : { address, command, status, data: body.subarray(1) };
}
