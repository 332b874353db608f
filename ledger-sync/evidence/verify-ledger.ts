// Compares a bundle's batch header with what an RPC endpoint said (PROTOCOL.md section 9, steps 12 to 14).
// Asks nobody itself. A node that lags or serves another chain refutes nothing; a contradiction does.

import { isAggregated } from './aggregate.js';
import { headOf } from './batch.js';
import type { BatchHead, EvidenceBundle } from './bundle-schema.js';
import { fromHex, toHex } from './bytes.js';
import { type Check, failed, notProven, proven } from './verify-check.js';
import { headerOf } from './verify-head.js';

/** Where on the ledger something happened. */
interface LedgerPlace {
  /** 0x and 64 hex digits. */
  readonly transactionHash: string;
  readonly blockNumber: number;
  readonly blockHash: string;
  readonly blockTimeMs: number;
}

/** A header that the contract took, as an `Anchored` log in a receipt shows it. */
export interface AnchoredHead extends LedgerPlace {
  readonly seq: number;
  /** 56 hex digits. */
  readonly head: string;
}

/** A tree that an aggregator published, as an `Aggregated` log in a receipt shows it. */
export interface PublishedTree extends LedgerPlace {
  /** 0x and 40 hex digits. */
  readonly aggregator: string;
  /** 64 hex digits. */
  readonly root: string;
  readonly size: number;
}

/** A gateway that the contract has stopped for good. */
export interface GatewayStop {
  /** rotated, frozen or revoked; undefined where a state proof shows only that it was stopped. */
  readonly status: string | undefined;
  /** Headers above it are not to be believed; undefined where it is not known. */
  readonly lastValidSeq: number | undefined;
}

/** What the ledger says about one gateway. Hex in lower case. */
export interface LedgerAnswer {
  readonly chainId: number;
  /** Address of the contract that was asked, 0x and 40 hex digits. */
  readonly contract: string;
  readonly registered: boolean;
  /** Newest anchored header of the gateway, from the contract's storage. */
  readonly headSeq: number;
  /** Its head, 56 hex digits. */
  readonly head: string;
  readonly stop?: GatewayStop | undefined;
  /** Older headers, from receipts of the same contract. */
  readonly anchoredHeads?: readonly AnchoredHead[];
  /** Of an aggregate contract, from the same receipts. */
  readonly publishedTrees?: readonly PublishedTree[];
  /** The transaction that registered the gateway, if it was looked up. */
  readonly registration?: { readonly transactionHash: string; readonly blockNumber: number };
}

/** What of a bundle the ledger is asked about. */
type HeadOfBundle = Pick<EvidenceBundle, 'gateway' | 'head' | 'anchor' | 'registration'>;

/** Whether the ledger holds the header. */
export function checkLedger(bundle: HeadOfBundle, ledger: LedgerAnswer | undefined): Check {
  const { head, gateway } = bundle;
  if (head.kind === 'checkpoint') {
    return notProven(
      'ledger',
      'the head is a checkpoint, which no ledger holds; export again once a header is anchored',
    );
  }
  if (!ledger) {
    return notProven(
      'ledger',
      `not asked; --rpc URL of chain ${head.chainId} compares with contract ${head.contract}`,
    );
  }
  if (ledger.chainId !== head.chainId || ledger.contract !== head.contract) {
    return notProven(
      'ledger',
      `asked chain ${ledger.chainId}, contract ${ledger.contract}; the header is for chain ${head.chainId}, contract ${head.contract}`,
    );
  }
  if (!ledger.registered) {
    const text = `${gateway} is not registered in contract ${head.contract}`;
    return bundle.anchor || bundle.registration ? failed('ledger', text) : notProven('ledger', text);
  }
  return compareHead(bundle, head, ledger);
}

function compareHead(bundle: HeadOfBundle, header: BatchHead, ledger: LedgerAnswer): Check {
  const { seq } = header.meta;
  const own = toHex(headOf(headerOf(bundle.gateway, header)));
  const known = [...(ledger.anchoredHeads ?? []), { seq: ledger.headSeq, head: ledger.head }].filter(
    (anchored) => anchored.seq === seq,
  );
  if (known.some(({ head }) => head !== own)) {
    return failed('ledger', `the ledger holds another header ${seq} of this gateway`);
  }
  const isNewest = ledger.stop !== undefined && ledger.head === own;
  if (ledger.stop && (known.length > 0 || isNewest)) return afterStop(seq, ledger.stop);
  if (known.length > 0) return proven('ledger', `contract ${header.contract} holds header ${seq}`);
  const tree = publishedTree(bundle.anchor, ledger);
  if (tree !== undefined) {
    const text = `header ${seq} stands under the root of ${tree.size} headers that ${tree.aggregator} published`;
    return ledger.stop ? afterStop(seq, ledger.stop) : proven('ledger', text);
  }
  return ledger.headSeq < seq
    ? notProven('ledger', `header ${seq} is not anchored yet at this node, which is at ${ledger.headSeq}`)
    : notProven(
        'ledger',
        `the ledger is at header ${ledger.headSeq}; the receipt of header ${seq} would show it`,
      );
}

/** The tree that the anchor names, if the ledger shows that it was published. */
function publishedTree(anchor: EvidenceBundle['anchor'], ledger: LedgerAnswer): PublishedTree | undefined {
  const named = anchor?.aggregate;
  return ledger.publishedTrees?.find(
    ({ aggregator, root, size }) =>
      aggregator === named?.aggregator && root === named.root && size === named.size,
  );
}

/** Whether the signed header is a leaf of the aggregator's tree. */
function standsUnder(
  gateway: string,
  head: BatchHead,
  { root, path, ...place }: NonNullable<NonNullable<EvidenceBundle['anchor']>['aggregate']>,
): boolean {
  const batch = { ...headerOf(gateway, head), signature: fromHex(head.signature) };
  return isAggregated(batch, { ...place, root: fromHex(root), path: path.map((one) => fromHex(one)) });
}

/** What an anchored header of a stopped gateway is worth. */
function afterStop(seq: number, { status, lastValidSeq }: GatewayStop): Check {
  if (status === undefined || lastValidSeq === undefined) {
    return notProven(
      'ledger',
      `header ${seq} is anchored, but the gateway was stopped; --rpc URL says up to which header it is believed`,
    );
  }
  return seq > lastValidSeq
    ? failed('ledger', `the gateway is ${status}: its headers above ${lastValidSeq} are not to be believed`)
    : proven(
        'ledger',
        `header ${seq} is anchored; the gateway was ${status} later, its headers are valid up to ${lastValidSeq}`,
      );
}

/** Whether the gateway was registered where the bundle says; undefined where it does not say. */
export function checkRegistration(
  { registration }: EvidenceBundle,
  ledger: LedgerAnswer | undefined,
): Check | undefined {
  if (!registration) return undefined;
  const seen = ledger?.registration;
  if (!seen) {
    return notProven(
      'registration',
      `transaction ${registration.transactionHash} was not looked up; --rpc URL does`,
    );
  }
  return seen.transactionHash === registration.transactionHash &&
    seen.blockNumber === registration.blockNumber
    ? proven('registration', `the gateway was registered in block ${registration.blockNumber}`)
    : failed('registration', 'the gateway was registered in another transaction than the bundle says');
}

/** Whether the bundle's word on transaction and block is true; undefined where it gives none. */
export function checkAnchor(
  { anchor, head, gateway }: EvidenceBundle,
  ledger: LedgerAnswer | undefined,
): Check | undefined {
  if (!anchor || head.kind !== 'batch') return undefined;
  if (anchor.chainId !== head.chainId || anchor.contract !== head.contract || anchor.seq !== head.meta.seq) {
    return failed('anchor', 'the anchor speaks of another header than the head');
  }
  if (anchor.aggregate && !standsUnder(gateway, head, anchor.aggregate)) {
    return failed('anchor', `header ${anchor.seq} does not stand in the tree that the bundle names`);
  }
  const isAsked = ledger?.chainId === anchor.chainId && ledger.contract === anchor.contract;
  const seen = isAsked
    ? (ledger.anchoredHeads?.find(({ seq }) => seq === anchor.seq) ?? publishedTree(anchor, ledger))
    : undefined;
  if (!seen) {
    return notProven('anchor', `transaction ${anchor.transactionHash} was not looked up; --rpc URL does`);
  }
  const isSame =
    seen.transactionHash === anchor.transactionHash &&
    seen.blockNumber === anchor.blockNumber &&
    seen.blockHash === anchor.blockHash &&
    seen.blockTimeMs === anchor.blockTimeMs;
  return isSame
    ? proven('anchor', `the records existed when block ${anchor.blockNumber} was made`)
    : failed(
        'anchor',
        `header ${anchor.seq} was anchored in another transaction or block than the bundle says`,
      );
}
