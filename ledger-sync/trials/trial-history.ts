// What happened to a trial on the ledger, from the contract's own events, and what follows from them. An auditor compares
// that with what the contract says now: a node that leaves an event out is then found out.

import { addressTopic, type LedgerEvent, readEvents } from '../anchor/event-logs.js';
import type { Rpc } from '../anchor/json-rpc.js';
import { type AttestedKind, attestedKinds } from './opening.js';
import { type TrialName, trialInterface } from './trial-contract.js';

/** @param fromBlock where to begin, such as the block in which the contract was deployed. @throws LedgerError RPC_* */
export function readTrialEvents(
  rpc: Rpc,
  contract: string,
  { sponsor, trial }: TrialName,
  fromBlock: number,
): Promise<LedgerEvent[]> {
  const topics = [null, addressTopic(sponsor), trial];
  return readEvents(rpc, { contract, face: trialInterface, topics, fromBlock });
}

export interface ToldAttestation {
  /** Name within the trial, 0x hex. */
  readonly attestation: string;
  readonly kind: AttestedKind;
  readonly commitment: string;
  readonly basis: string;
  readonly author: string;
  readonly madeAtMs: number;
  readonly revokedAtMs: number | undefined;
}

export interface ToldGrant {
  readonly dataSet: string;
  readonly recipient: string;
  readonly expiresAtMs: number;
  readonly changes: number;
  readonly isWithdrawn: boolean;
}

export interface TrialStory {
  readonly attestations: readonly ToldAttestation[];
  readonly grants: readonly ToldGrant[];
  /** Rights as bits, by account in lower case. */
  readonly members: ReadonlyMap<string, number>;
}

const MS_PER_SECOND = 1000;

/** Adds up events in their order. Pure. */
export function storyOf(events: readonly LedgerEvent[]): TrialStory {
  const attestations = new Map<string, ToldAttestation>();
  const grants = new Map<string, ToldGrant>();
  const members = new Map<string, number>();
  for (const { name, values, atMs } of events) {
    const told = (key: string) => values[key] ?? '';
    const attestation = attestations.get(told('attestation'));
    const grant = grants.get(told('dataSet') + told('recipient'));
    if (name === 'Appointed') members.set(told('account').toLowerCase(), Number(told('rights')));
    else if (name === 'Attested') {
      const kind = attestedKinds[Number(told('kind')) - 1];
      if (kind === undefined) continue;
      attestations.set(told('attestation'), {
        ...{ attestation: told('attestation'), kind, commitment: told('commitment'), basis: told('basis') },
        ...{ author: told('author').toLowerCase(), madeAtMs: atMs, revokedAtMs: undefined },
      });
    } else if (name === 'Revoked' && attestation) {
      attestations.set(attestation.attestation, { ...attestation, revokedAtMs: atMs });
    } else if (name === 'Granted' || name === 'GrantWithdrawn') {
      const isWithdrawn = name === 'GrantWithdrawn';
      grants.set(told('dataSet') + told('recipient'), {
        ...{ dataSet: told('dataSet'), recipient: told('recipient'), isWithdrawn },
        expiresAtMs: isWithdrawn ? (grant?.expiresAtMs ?? 0) : Number(told('expiresAt')) * MS_PER_SECOND,
        changes: Number(told('change')) + 1,
      });
    }
  }
  return { attestations: [...attestations.values()], grants: [...grants.values()], members };
}
