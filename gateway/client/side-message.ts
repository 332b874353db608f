// Messages beside the log: alerts, how people stand with them, newest readings, whether the gateway is there. They are fast
// and not signed: good to ring a bell, never to decide about goods. Only the fields named here were looked at.

import { isCount, isObject, type JsonObject } from './json-value.js';

const MAX_BYTES = 256 * 1024;

/** The words of a record that a message beside the log repeats. */
export interface ClaimedRecord {
  readonly sequence: number;
  /** ISO 8601 with milliseconds, UTC. */
  readonly observedAt: string;
  readonly kind: string;
  readonly value: number;
  readonly quality: string;
  /** All that was said, unchecked. */
  readonly said: JsonObject;
}

export type SideEvent =
  | {
      readonly type: 'alert';
      readonly alertId: string;
      readonly record: ClaimedRecord;
      /** True if the log has brought this record already and says the same; else wait for `alert-proven`. */
      readonly isProven: boolean;
    }
  /** Where people stand with an alert. Never proven: the record holds only a hash of it. */
  | { readonly type: 'alert-review'; readonly alertId: string; readonly record: ClaimedRecord }
  | { readonly type: 'sensor'; readonly sensorId: string; readonly record: ClaimedRecord }
  | {
      readonly type: 'status';
      readonly isOnline: boolean;
      /** Lower-case hex with 0x, as it was said. */
      readonly gateway: string;
    };

/** What a message on one of those topics says; undefined if it is none. */
export function parseSideMessage(path: string, payload: Uint8Array): SideEvent | undefined {
  const message = payload.length > MAX_BYTES ? undefined : objectOf(payload);
  if (message?.version !== 1) return undefined;
  if (path === 'status') return statusOf(message);
  const [, topic, id = '', review] = /^(alert|sensor)\/([^/]{1,256})(\/review)?$/.exec(path) ?? [];
  const record = claimedOf(message);
  if (topic === undefined || !record) return undefined;
  if (topic === 'sensor') return review ? undefined : { type: 'sensor', sensorId: id, record };
  if (message.alertId !== id) return undefined;
  if (review) return { type: 'alert-review', alertId: id, record };
  return { type: 'alert', alertId: id, record, isProven: false };
}

function statusOf({ online, gateway }: JsonObject): SideEvent | undefined {
  if (typeof online !== 'boolean' || typeof gateway !== 'string') return undefined;
  return /^0x[0-9a-f]{40}$/.test(gateway) ? { type: 'status', isOnline: online, gateway } : undefined;
}

function claimedOf(said: JsonObject): ClaimedRecord | undefined {
  const { sequence, observedAt, kind, value, quality } = said;
  const isRecord =
    isCount(sequence) &&
    typeof observedAt === 'string' &&
    typeof kind === 'string' &&
    Number.isSafeInteger(value) &&
    typeof quality === 'string';
  return isRecord ? { sequence, observedAt, kind, value: value as number, quality, said } : undefined;
}

function objectOf(payload: Uint8Array): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
