// What became of the newest configuration of the fleet's owner, where the gateway is in a fleet.

import type { Config } from '../../../config/schema.js';
import { readFleetState } from '../../fleet/member/fleet-state.js';
import type { StateView } from '../../requests/request.js';
import { type DoctorCheck, type DoctorWord, fine, notice, skipped } from './doctor-check.js';

/** @param state rows beside the log; undefined: no gateway has written one yet */
export function fleetChecks({ fleet }: Config, state: StateView | undefined): DoctorCheck[] {
  if (!fleet) return [];
  const owner = fleet.owner.toLowerCase();
  const mend = 'the owner is told; a better one comes by coldgate fleet push';
  return [{ id: 'fleet', mend, look: () => fleetWord(owner, state) }];
}

function fleetWord(owner: string, state: StateView | undefined): DoctorWord {
  const known = state && readFleetState(state, owner);
  if (!known) return skipped(`nothing of the owner ${owner} was decided on yet`);
  const { number, code, reason } = known;
  if (known.state === 'applied') return fine(`configuration ${number} of ${owner} is in force`);
  if (known.state === 'on-trial')
    return notice(`configuration ${number} of ${owner} is on trial`, 'wait until it is decided');
  return notice(`configuration ${number} of ${owner} was refused: ${reason} [${code}]`);
}
