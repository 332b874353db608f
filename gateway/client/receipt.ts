// The receipt: what a consumer durably has, with the root that shows it is the gateway's log. The gateway then knows more
// than that a broker took it.

import { topicsOf } from '../publish/topics.js';
import { ClientError } from './client-error.js';
import type { StreamState } from './stream-state.js';

export interface Receipt {
  readonly topic: string;
  readonly payload: string;
}

/**
 * A receipt for a state that is stored for good.
 * @param consumer the name that the gateway's configuration lists
 * @throws ClientError CLIENT_OPTION for a name that could be another topic
 */
export function receiptOf(gatewayName: string, consumer: string, state: StreamState): Receipt {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(consumer)) {
    throw new ClientError(
      'CLIENT_OPTION',
      'the name of a consumer has 1 to 64 letters, digits, - and _',
      'take the name from the configuration of the gateway',
    );
  }
  const { size, root } = state.checkpoint;
  const payload = JSON.stringify({ version: 1, consumer, size, root });
  return { topic: topicsOf(gatewayName).receipt(consumer), payload };
}
