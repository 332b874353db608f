// Messages beside the log for a broker whose operator shall read nothing: the whole text goes inside, the topic tells a
// number in place of a name.

import type { PartSealer } from '../privacy/part-sealer.js';
import type { SideMessage } from './side-messages.js';

/** The text of a message under `topic`, for those who may read it. */
export function sealedPayload(text: string, topic: string, sealer: PartSealer): string {
  return JSON.stringify({ version: 1, sealed: sealer.seal(text, topic) });
}

/** The messages as they are sent. @param sealer absent where nothing is hidden */
export function sealedMessages(
  messages: readonly SideMessage[],
  sealer: PartSealer | undefined,
): readonly SideMessage[] {
  if (!sealer) return messages;
  return messages.map((message) => ({
    ...message,
    payload: sealedPayload(message.payload, message.topic, sealer),
  }));
}
