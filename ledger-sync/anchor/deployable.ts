// The contracts of this release that are put on a chain, by the name under which a person knows them.
import * as aggregate from '../contracts/generated/coldgate-aggregate.js';
import * as anchor from '../contracts/generated/coldgate-anchor.js';
import * as anchorP256 from '../contracts/generated/coldgate-anchor-p256.js';
import * as serials from '../contracts/generated/coldgate-serials.js';

export const deployableNames = ['anchor', 'anchor-p256', 'aggregate', 'serials'] as const;
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
}

const deployables: Record<DeployableName, Deployable> = {
  anchor: { contractName: 'ColdgateAnchor', ...anchor },
  'anchor-p256': { contractName: 'ColdgateAnchorP256', ...anchorP256 },
  aggregate: { contractName: 'ColdgateAggregate', ...aggregate },
  serials: { contractName: 'ColdgateSerials', ...serials },
};

export function deployable(name: DeployableName): Deployable {
  return deployables[name];
}
