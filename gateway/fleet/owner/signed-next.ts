// Signs configurations at the owner's desk. A number is given away once, by a file that is made once, and is above whatever
// the gateway has said that it knows, so that a desk that was brought back from an old backup does not speak unheard.

import type { Signer } from '../../../ledger-sync/evidence/signer.js';
import { signConfiguration } from '../fleet-configuration.js';
import { FleetError } from '../fleet-error.js';
import type { GatewayFolder, SignedConfiguration } from './gateway-folder.js';

const MOST_ATTEMPTS = 100;

/**
 * Signs a text with the next number for a gateway and keeps it.
 * @param expiresAtMs the gateway does not take it later than that
 * @throws FleetError GATEWAY_UNKNOWN, CONFIGURATION_TOO_LARGE, FLEET_UNREADABLE, FLEET_UNWRITABLE
 */
export async function signNext(
  signer: Signer,
  gateway: GatewayFolder,
  text: string,
  nowMs: number,
  expiresAtMs?: number,
): Promise<SignedConfiguration> {
  const enrolled = gateway.enrolled();
  if (!enrolled) {
    const hint = 'coldgate fleet list tells who is; coldgate fleet invite asks one in';
    throw new FleetError('GATEWAY_UNKNOWN', `${gateway.name} is not in the fleet`, hint);
  }
  const { gateway: address, sealingKey, reportKey } = enrolled;
  // Another program at the desk may sign at the same time.
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const number = Math.max(gateway.newestNumber(), gateway.report()?.number ?? 0) + 1;
    const about = { gateway: address, sealingKey, number, issuedAtMs: nowMs, expiresAtMs };
    const signed = { number, text, payload: await signConfiguration(signer, about, { reportKey, text }) };
    if (gateway.keepConfiguration(signed)) return signed;
  }
  const message = `no number is free for ${gateway.name}`;
  throw new FleetError('FLEET_UNWRITABLE', message, 'end the other programs that work on this folder');
}
