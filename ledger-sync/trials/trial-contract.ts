// The trial contract as others see it: what stands, what a recipient may read, and the calls that are sent. A person at
// a desk waits for the receipt.

import { AbiCoder, Interface, type Result } from 'ethers/abi';
import { keccak256 } from 'ethers/crypto';
import { blockTag, hexData } from '../anchor/chain-reader.js';
import { explained } from '../anchor/contract-refusal.js';
import type { Rpc } from '../anchor/json-rpc.js';
import { LedgerError } from '../anchor/ledger-error.js';
import type { PayingWallet } from '../anchor/paying-wallet.js';
import { type MinedTransaction, sendAndWait } from '../anchor/send-and-wait.js';
import { abi } from '../contracts/generated/coldgate-trial.js';
import { type AttestedKind, attestedKinds } from './opening.js';
import type { TrialRequestName, TrialRequests } from './trial-requests.js';

export const trialInterface = new Interface(abi);

const MS_PER_SECOND = 1000;

/** A trial on the ledger: whose it is, and its word. */
export interface TrialName {
  /** 0x address. */
  readonly sponsor: string;
  /** 0x hex of 32 bytes. */
  readonly trial: string;
}

export interface AttestationState {
  readonly kind: AttestedKind;
  /** 0x address, lower case. */
  readonly author: string;
  readonly madeAtMs: number;
  /** undefined while it stands. */
  readonly revokedAtMs: number | undefined;
}

export interface GrantState {
  /** Granted, not withdrawn, not over, and the data set not revoked, at the block that was asked. */
  readonly stands: boolean;
  readonly expiresAtMs: number;
  readonly changes: number;
  readonly isWithdrawn: boolean;
}

/** The name of an attestation within its trial, 0x hex. @param commitment 0x hex of 32 bytes */
export function attestationName(author: string, commitment: string): string {
  return keccak256(AbiCoder.defaultAbiCoder().encode(['address', 'bytes32'], [author, commitment]));
}

export class TrialContract {
  /** @param address 0x address of a contract that was found genuine */
  constructor(
    readonly rpc: Rpc,
    readonly address: string,
  ) {}

  /** In the order asked; undefined for what nobody has attested. @throws LedgerError RPC_*, CONTRACT_MISSING */
  async attestations(
    { sponsor, trial }: TrialName,
    names: readonly string[],
    block: number | 'latest' = 'latest',
  ): Promise<(AttestationState | undefined)[]> {
    const [found] = await this.#ask('attestationsOf', [sponsor, trial, names], block);
    return names.map((_name, index) => {
      const { kind, author, madeAt, revokedAt } = found[index];
      const word = attestedKinds[Number(kind) - 1];
      if (word === undefined) return undefined;
      return {
        ...{ kind: word, author: String(author).toLowerCase(), madeAtMs: Number(madeAt) * MS_PER_SECOND },
        revokedAtMs: Number(revokedAt) === 0 ? undefined : Number(revokedAt) * MS_PER_SECOND,
      };
    });
  }

  /** @param dataSet name of its attestation. @throws LedgerError RPC_*, CONTRACT_MISSING */
  async grant(
    { sponsor, trial }: TrialName,
    dataSet: string,
    recipient: string,
    block: number | 'latest' = 'latest',
  ): Promise<GrantState> {
    const [stands, found] = await this.#ask('grantOf', [sponsor, trial, dataSet, recipient], block);
    const { expiresAt, changes, isWithdrawn } = found;
    return { stands, expiresAtMs: Number(expiresAt) * MS_PER_SECOND, changes: Number(changes), isWithdrawn };
  }

  /** Rights of an account as bits, and how often they were changed. @throws LedgerError RPC_*, CONTRACT_MISSING */
  async member(
    { sponsor, trial }: TrialName,
    account: string,
  ): Promise<{ readonly rights: number; readonly changes: number }> {
    const [{ rights, changes }] = await this.#ask('memberOf', [sponsor, trial, account], 'latest');
    return { rights: Number(rights), changes: Number(changes) };
  }

  /**
   * Sends one call and waits for its receipt.
   * @throws LedgerError of sendAndWait; CONTRACT_REFUSED in the contract's words
   */
  async send(wallet: PayingWallet, data: string): Promise<MinedTransaction> {
    try {
      return await sendAndWait(this.rpc, wallet, this.address, data);
    } catch (error) {
      throw explained(error, trialInterface);
    }
  }

  async #ask(name: string, values: readonly unknown[], block: number | 'latest'): Promise<Result> {
    const call = { to: this.address, data: trialInterface.encodeFunctionData(name, values) };
    const tag = block === 'latest' ? block : blockTag(block);
    const answer = hexData(await this.rpc.call('eth_call', [call, tag]), 'eth_call');
    try {
      if (answer !== '0x') return trialInterface.decodeFunctionResult(name, answer);
    } catch (cause) {
      const message = `eth_call: ${name}() gave no answer of this contract`;
      throw new LedgerError('RPC_MALFORMED', message, 'Check the RPC endpoint and the contract address.', {
        cause,
      });
    }
    const hint = 'Check the contract address and the chain, or deploy the contract.';
    throw new LedgerError('CONTRACT_MISSING', `${this.address}: no contract at this address`, hint);
  }
}

/** What is signed is what is sent, in the order of the typed data. */
const fieldsOf: { readonly [Name in TrialRequestName]: readonly (keyof TrialRequests[Name])[] } = {
  Appoint: ['sponsor', 'trial', 'account', 'rights', 'change', 'deadline'],
  Attest: ['sponsor', 'trial', 'kind', 'commitment', 'basis', 'by', 'deadline'],
  Revoke: ['sponsor', 'trial', 'attestation', 'reason', 'by', 'deadline'],
  Grant: ['sponsor', 'trial', 'dataSet', 'recipient', 'expiresAt', 'change', 'by', 'deadline'],
};

/** Call data of something that was signed. @param signature 0x hex */
export function trialCall<Name extends TrialRequestName>(
  name: Name,
  request: TrialRequests[Name],
  signature: string,
): string {
  const values = fieldsOf[name].map((field) => request[field]);
  return trialInterface.encodeFunctionData(name.toLowerCase(), [...values, signature]);
}
