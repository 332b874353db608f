// The trial contract on a local chain, with a sponsor, two sites and a statistician that sign, and one account that carries
// and pays for all of them: nobody who signs needs money.

import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { keccakUtf8 } from '../../../ledger-sync/evidence/keccak.js';
import { sha256 } from '../../../ledger-sync/evidence/sha256.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import { attestationName, TrialContract, trialCall } from '../../../ledger-sync/trials/trial-contract.js';
import {
  signTrial,
  type TrialRequestName,
  type TrialRequests,
} from '../../../ledger-sync/trials/trial-requests.js';
import type { Anvil } from '../anvil.js';
import { ContractRig } from '../contracts/contract-rig.js';

export const signerNamed = (name: string) => new SoftwareSigner(sha256(new TextEncoder().encode(name)));
export const addressText = ({ address }: { readonly address: Uint8Array }) => `0x${toHex(address)}`;
/** 0x hex of the Keccak hash of a text: any 32 bytes. */
export const word = (text: string) => `0x${toHex(keccakUtf8(text))}`;
export const NONE = `0x${'00'.repeat(32)}`;

/** Far from every test's clock; fits 40 bits. */
export const FAR = 4_000_000_000;

export class TrialRig {
  readonly sponsor = signerNamed('sponsor');
  readonly site = signerNamed('site');
  readonly otherSite = signerNamed('other site');
  readonly statistician = signerNamed('statistician');
  readonly trial = word('a trial');
  readonly contract: TrialContract;

  private constructor(readonly chain: ContractRig) {
    this.contract = new TrialContract(chain.rpc, chain.address);
  }

  static async deploy(anvil: Anvil): Promise<TrialRig> {
    return new TrialRig(await ContractRig.deploy(anvil, 'trial'));
  }

  get name() {
    return { sponsor: addressText(this.sponsor), trial: this.trial };
  }

  get common() {
    return { ...this.name, deadline: FAR };
  }

  /** Call data of something that `by` signs for this chain and contract. */
  data<Name extends TrialRequestName>(name: Name, by: SoftwareSigner, request: TrialRequests[Name]): string {
    return trialCall(name, request, signTrial(by, this.chain.domain, name, request));
  }

  appointData(account: SoftwareSigner, rights: number, change = 0, by = this.sponsor): string {
    return this.data('Appoint', by, { ...this.common, account: addressText(account), rights, change });
  }

  attestData(
    commitment: string,
    {
      kind = 1,
      by = this.sponsor,
      ...more
    }: Partial<Omit<TrialRequests['Attest'], 'by'>> & { by?: SoftwareSigner } = {},
  ): string {
    const request = { ...this.common, kind, commitment, basis: NONE, by: addressText(by), ...more };
    return this.data('Attest', by, request);
  }

  revokeData(attestation: string, by = this.sponsor): string {
    const request = { ...this.common, attestation, reason: word('why'), by: addressText(by) };
    return this.data('Revoke', by, request);
  }

  grantData(
    dataSet: string,
    recipient: string,
    expiresAt: number,
    change: number,
    by: SoftwareSigner = this.sponsor,
  ): string {
    const request = { ...this.common, dataSet, recipient, expiresAt, change, by: addressText(by) };
    return this.data('Grant', by, request);
  }

  nameOf(commitment: string, author: SoftwareSigner = this.sponsor): string {
    return attestationName(addressText(author), commitment);
  }

  async state(attestation: string) {
    const [found] = await this.contract.attestations(this.name, [attestation]);
    return found;
  }
}
