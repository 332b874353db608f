// What the ledger says of a lot, and which of its packs are spent. Plain values, shared by the contract's client and by
// snapshots.

/** A lot belongs to the account that commissioned it. */
export interface LotName {
  /** 0x address in lower case. */
  readonly maker: string;
  /** 64 hex digits. */
  readonly lot: string;
}

export interface LotState extends LotName {
  /** 64 hex digits. */
  readonly root: string;
  /** Packs; 0 for a lot that the contract does not know. */
  readonly size: number;
  /** 1 called back by its maker, 2 by an authority, 3 by both. */
  readonly recalls: number;
  readonly recallChanges: number;
  /** Changes of the bits below. */
  readonly spent: number;
  /** Unix ms; 0 if it never was called back. */
  readonly recallChangedAtMs: number;
}

/** A bit per pack, the lowest bit of the first byte is pack 0. */
export interface SpentPacks {
  readonly dispensed: Uint8Array;
  readonly decommissioned: Uint8Array;
}

export function hasBit(bits: Uint8Array, index: number): boolean {
  return ((bits[index >> 3] ?? 0) & (1 << (index & 7))) !== 0;
}
