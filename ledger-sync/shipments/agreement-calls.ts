// Call data for the agreement contract, and how much gas a relay grants each call. Pure.

import { Interface } from 'ethers/abi';
import { hexlify } from 'ethers/utils';
import { headerChain, type LeafProof } from '../anchor/header-calls.js';
import { abi } from '../contracts/generated/coldgate-agreement.js';
import type { BatchHeader } from '../evidence/batch.js';
import type { AgreementTerms } from './agreement-terms.js';
import type { Handover } from './handover.js';
import type { Ruling } from './ruling.js';

export const agreementInterface = new Interface(abi);

/** A record with its place, for the contract. */
export interface ProvenLeaf extends LeafProof {
  readonly leaf: Uint8Array;
}

const encode = (name: string, ...values: readonly unknown[]) =>
  agreementInterface.encodeFunctionData(name, values);

/** Signatures are 0x hex: payer's, then payee's. */
export const encodeCreate = (terms: AgreementTerms, payer: string, payee: string) =>
  encode('create', terms, payer, payee);

export const encodeFund = (terms: AgreementTerms) => encode('fund', terms);

/** Signatures are 0x hex: giver's, then taker's. */
export const encodeHandover = (terms: AgreementTerms, handover: Handover, giver: string, taker: string) =>
  encode('handover', terms, handover, giver, taker);

/** @param headers from one that the log had before the first handover to the newest anchored one */
export const encodeClaim = (terms: AgreementTerms, headers: readonly BatchHeader[]) =>
  encode('claim', terms, headerChain(headers));

/** @param headers the first one's root is that of the paths; up to the newest anchored one */
export const encodeContradict = (
  terms: AgreementTerms,
  headers: readonly BatchHeader[],
  readings: readonly ProvenLeaf[],
) => encode('contradict', terms, headerChain(headers), readings.map(readingArgument));

/** As encodeContradict, with two neighbours in the log. */
export const encodeContradictBySilence = (
  terms: AgreementTerms,
  headers: readonly BatchHeader[],
  [before, next]: readonly [ProvenLeaf, ProvenLeaf],
) =>
  encode('contradictBySilence', terms, headerChain(headers), readingArgument(before), readingArgument(next));

export const encodeRule = (terms: AgreementTerms, ruling: Ruling, signature: string) =>
  encode('rule', terms, ruling, signature);

/** What needs the terms only. */
export type PlainStep = 'discredit' | 'dispute' | 'settle' | 'refund' | 'concede';

export const encodePlain = (step: PlainStep, terms: AgreementTerms) => encode(step, terms);

/** @param to elsewhere than to the account; then only the account itself may ask */
export function encodeWithdraw(asset: string, account: string, to?: string): string {
  return to === undefined ? encode('withdraw', asset, account) : encode('withdrawTo', asset, to);
}

/** One call of a relay among others. */
export interface RelayedCall {
  readonly data: string;
  /** At most so much; a signature may be checked by a contract that would waste it. */
  readonly gasLimit: bigint;
}

export const encodeBatch = (calls: readonly RelayedCall[]) =>
  encode(
    'batch',
    calls.map(({ gasLimit, data }) => ({ gasLimit, data })),
  );

function readingArgument({ leaf, index, path }: ProvenLeaf) {
  return { leaf: hexlify(leaf), index, path: path.map((hash) => hexlify(hash)) };
}
