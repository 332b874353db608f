// Why a contract refused, in its own words and with what a person can do.
import type { ErrorDescription, Interface } from 'ethers/abi';
import { LedgerError, NodeRefusal } from './ledger-error.js';

/** The contract's own error in what a node refused; undefined where there is none. */
export function revertOf(error: unknown, face: Interface): ErrorDescription | undefined {
  if (!(error instanceof NodeRefusal) || error.nodeData === undefined) return undefined;
  return face.parseError(error.nodeData) ?? undefined;
}

/** A revert in the contract's words instead of a selector in hex. */
export function explained(error: unknown, face: Interface): unknown {
  const known = revertOf(error, face);
  if (known === undefined) return error;
  const message = `the contract refused: ${known.name}(${known.args.join(', ')})`;
  return new LedgerError('CONTRACT_REFUSED', message, refusalHints[known.name] ?? otherHint, {
    cause: error,
  });
}

const otherHint = 'The sources in ledger-sync/contracts say what this error means.';
const refusalHints: Record<string, string | undefined> = {
  AccessControlUnauthorizedAccount:
    'Use the key of an account that holds this role, or let the admin grant it.',
  AlreadyCommissioned: 'The lot is on the ledger: coldgate serials status shows it.',
  AlreadyRecorded: 'Nothing is to be done: this very dispensing is on the ledger.',
  AlreadyRegistered: 'The gateway is known to this contract: coldgate ledger status shows in which state.',
  Expired: 'Sign it anew.',
  LotRecalled: 'Set the pack aside: the lot was called back.',
  NotInLot: 'Set the pack aside: it is none of this lot.',
  NothingToChange: 'It stands so already, or somebody else must lift what he called back.',
  NotSignedBy: 'Sign it anew with the key of that account, for this chain and contract.',
  NotProvenByGateway:
    'Make the proof anew for this chain, this contract, this account and the newest header.',
  NotAnchored: 'Let what is valid be anchored first, or name an earlier sequence.',
  NotNewer: 'Nothing is to be done: the word holds this header or a later one.',
  PackDecommissioned: 'Set the pack aside: it was taken out of the world.',
  UnknownLot: 'Commission the lot first, or check the key file.',
  UnknownTree: 'A newer tree was published meanwhile: try again.',
  WrongChange: 'Somebody changed it meanwhile: look at its status, then sign anew.',
  AlreadyAttested: 'Nothing is to be done: this very commitment is on the ledger.',
  AlreadyRevoked: 'Nothing is to be done: it was taken back before.',
  BasisNotStanding:
    'Attest the form that is in force first, or name it; a revoked one cannot be consented to.',
  DataSetNotStanding: 'Attest the data set first; a revoked one is shared no more.',
  GrantOver: 'Name a time that is still to come.',
  NotAppointed: 'Let the sponsor appoint this account, or use the key of whoever may.',
  UnknownAttestation: 'Check contract, sponsor and trial: the attestation is none of them.',
  WrongStatus: 'coldgate ledger status shows in which state the gateway is.',
};
