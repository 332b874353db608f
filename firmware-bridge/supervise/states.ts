// The states of a supervised device and which may follow which. Every change is an event with a reason.

import type { DeviceCondition } from '../observation.js';

export type DeviceState = Extract<
  DeviceCondition['condition'],
  'absent' | 'opening' | 'settling' | 'identifying' | 'ready' | 'silent' | 'faulted'
>;

/** How a connection can end. */
export type FailedState = 'absent' | 'silent' | 'faulted';

/**
 * absent: no such port, or it was unplugged. silent: a port, but no valid frame. faulted: the port cannot be
 * used, or the device refused. Each of the three leads back to opening, for ever.
 */
export const nextStates: Readonly<Record<DeviceState, readonly DeviceState[]>> = {
  absent: ['opening'],
  opening: ['settling', 'absent', 'faulted'],
  settling: ['identifying', 'absent', 'faulted'],
  identifying: ['ready', 'absent', 'silent', 'faulted'],
  ready: ['absent', 'silent', 'faulted'],
  silent: ['opening'],
  faulted: ['opening'],
};

export function isFailed(state: DeviceState): state is FailedState {
  return state === 'absent' || state === 'silent' || state === 'faulted';
}
