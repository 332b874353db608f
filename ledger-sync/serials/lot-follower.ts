// Follows lots on the ledger: one question per tick to as many endpoints as must agree, so that a recall is seen with its
// block and no single node can hide it. Keeps nothing itself; writes only what has changed.

import { type AgreedQuestion, blockKey, readAgreed } from '../anchor/agreement.js';
import type { Block } from '../anchor/chain-reader.js';
import type { EndpointPool } from '../anchor/endpoint-pool.js';
import type { Rpc } from '../anchor/json-rpc.js';
import { toHex } from '../evidence/bytes.js';
import type { LotName, LotState, SpentPacks } from './lot-state.js';
import { SerialsContract } from './serials-contract.js';

export interface LotStore {
  /** Lots that snapshots tell of. */
  names(): readonly LotName[];
  /** What was stored last. */
  followed(): readonly (LotState &
    SpentPacks & { readonly blockNumber: number; readonly seenAtMs: number })[];
  saveFollowed(lots: readonly (LotState & SpentPacks)[], blockNumber: number, seenAtMs: number): void;
}

export interface LotFollowerParts {
  readonly pool: EndpointPool;
  /** 0x address. */
  readonly contract: string;
  readonly store: LotStore;
  readonly now: () => number;
}

interface View {
  readonly block: Block;
  readonly changed: readonly (LotState & SpentPacks)[];
}

/** That nothing has changed is written so often, since every write wears the card. */
const QUIET_WRITE_MS = 900_000;

export class LotFollower {
  readonly #parts: LotFollowerParts;

  constructor(parts: LotFollowerParts) {
    this.#parts = parts;
  }

  /**
   * Looks once.
   * @returns lots that have changed
   * @throws LedgerError RPC_*, and what the check of an endpoint throws
   */
  async tick(): Promise<readonly LotState[]> {
    const { pool, store, now } = this.#parts;
    const names = store.names();
    if (names.length === 0) return [];
    const before = new Map(store.followed().map((lot) => [keyOf(lot), lot]));
    const { block, changed } = await readAgreed(pool, this.#question(names, before));
    const nowMs = now();
    const seenAtMs = [...before.values()][0]?.seenAtMs ?? 0;
    // A clock that was set back must not keep it from being written.
    if (changed.length > 0 || Math.abs(nowMs - seenAtMs) >= QUIET_WRITE_MS) {
      store.saveFollowed(changed, block.number, nowMs);
    }
    return changed;
  }

  #question(
    names: readonly LotName[],
    before: ReadonlyMap<string, LotState & SpentPacks>,
  ): AgreedQuestion<View> {
    const { contract } = this.#parts;
    return {
      at: async (rpc: Rpc, block: Block) => {
        const serials = new SerialsContract(rpc, contract);
        const states = await serials.lots(names, block.number);
        const changed: (LotState & SpentPacks)[] = [];
        for (const state of states) {
          const known = before.get(keyOf(state));
          if (known && stateKey(known) === stateKey(state)) continue;
          const isSpentKnown = known && known.spent === state.spent && known.size === state.size;
          const spent = isSpentKnown ? known : await serials.spent(state, state.size, block.number);
          const { dispensed, decommissioned } = spent;
          changed.push({ ...state, dispensed, decommissioned });
        }
        return { block, changed };
      },
      keyOf: ({ block, changed }) => [blockKey(block), ...changed.map(lotText)].join(' '),
    };
  }
}

const keyOf = ({ maker, lot }: LotName) => `${maker}/${lot}`;

const stateKey = ({ root, size, recalls, recallChanges, spent }: LotState) =>
  [root, size, recalls, recallChanges, spent].join(' ');

const lotText = (lot: LotState & SpentPacks) =>
  [keyOf(lot), stateKey(lot), toHex(lot.dispensed), toHex(lot.decommissioned)].join(' ');
