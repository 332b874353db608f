// The contracts of this release that are put on a chain, by the name under which a person knows them.
import * as aggregate from '../contracts/generated/coldgate-aggregate.js';
import * as agreement from '../contracts/generated/coldgate-agreement.js';
import * as anchor from '../contracts/generated/coldgate-anchor.js';
import * as anchorP256 from '../contracts/generated/coldgate-anchor-p256.js';
import * as serials from '../contracts/generated/coldgate-serials.js';
import * as trial from '../contracts/generated/coldgate-trial.js';

export const deployableNames = [
  'anchor',
  'anchor-p256',
  'aggregate',
  'serials',
  'agreement',
  'trial',
] as const;
export type DeployableName = (typeof deployableNames)[number];

export interface Deployable {
  /** Name in the sources. */
  readonly contractName: string;
  /** SHA-256 over compiler version, compile script and all sources. */
  readonly sourceHash: string;
  /** keccak256 of the code at the address. */
  readonly runtimeCodeHash: string;
  /** Creation code; the constructor's arguments follow. */
  readonly bytecode: string;
  /** Whether its constructor takes the account that gets all roles. */
  readonly hasAdmin: boolean;
}

const deployables: Record<DeployableName, Deployable> = {
  anchor: { contractName: 'ColdgateAnchor', hasAdmin: true, ...anchor },
  'anchor-p256': { contractName: 'ColdgateAnchorP256', hasAdmin: true, ...anchorP256 },
  aggregate: { contractName: 'ColdgateAggregate', hasAdmin: true, ...aggregate },
  serials: { contractName: 'ColdgateSerials', hasAdmin: true, ...serials },
  agreement: { contractName: 'ColdgateAgreement', hasAdmin: false, ...agreement },
  trial: { contractName: 'ColdgateTrial', hasAdmin: false, ...trial },
};

export function deployable(name: DeployableName): Deployable {
  return deployables[name];
}
