// A submitter on a local chain with everything that can go wrong within reach: its endpoint, its clock, its disk.
import { hexlify } from 'ethers/utils';
import { encodeAnchor } from '../../../ledger-sync/anchor/contract-client.js';
import type { Rpc } from '../../../ledger-sync/anchor/json-rpc.js';
import { LedgerError, NodeRefusal } from '../../../ledger-sync/anchor/ledger-error.js';
import { sendAndWait } from '../../../ledger-sync/anchor/send-and-wait.js';
import { AnchorSubmitter, type AnchorSubmitterOptions } from '../../../ledger-sync/anchor/submitter.js';
import { type Anvil, anvilKeys, callAnvil } from '../anvil.js';
import { TestGateway, type TestLedger, walletOf } from '../test-ledger.js';
import { MemoryStore } from './memory-store.js';

/** What ends a process: nothing may catch it. */
export class Crash extends Error {}

type Rule = (params: readonly unknown[], forward: () => Promise<unknown>) => unknown;

/** An endpoint whose answers can be replaced by method. */
export class FaultyRpc implements Rpc {
  readonly calls: string[] = [];
  readonly #rules = new Map<string, Rule>();
  isDown = false;
  /** Ends the process at the n-th call from now: before it leaves, or when its answer is lost. */
  crashAt: { callsLeft: number; isAnswered: boolean } | undefined;

  constructor(readonly inner: Rpc) {}

  on(method: string, rule: Rule): void {
    this.#rules.set(method, rule);
  }

  off(method: string): void {
    this.#rules.delete(method);
  }

  async call(method: string, params: readonly unknown[]): Promise<unknown> {
    this.calls.push(method);
    if (this.isDown) throw new LedgerError('RPC_DOWN', `test: ${method}: ECONNREFUSED`, '');
    const forward = () => this.inner.call(method, params);
    if (this.crashAt !== undefined) await this.#countDown(this.crashAt, forward);
    const rule = this.#rules.get(method);
    return rule === undefined ? forward() : rule(params, forward);
  }

  async #countDown(crash: { callsLeft: number; isAnswered: boolean }, forward: () => Promise<unknown>) {
    crash.callsLeft -= 1;
    if (crash.callsLeft > 0) return;
    this.crashAt = undefined;
    if (crash.isAnswered) await forward();
    throw new Crash();
  }
}

export function refuse(nodeText: string): Rule {
  return () => {
    throw new NodeRefusal('eth_sendRawTransaction', -32000, nodeText, undefined);
  };
}

/** No limit that a test would meet unless it sets its own. */
const generous = { perGas: 10n ** 15n, perHeader: 10n ** 20n, perDay: 10n ** 21n };

export class SubmitterRig {
  readonly store = new MemoryStore();
  readonly rpc: FaultyRpc;
  readonly gateway: TestGateway;
  readonly wallet = walletOf(anvilKeys[1]);
  nowMs = 0;
  /** Every raw transaction that left. */
  readonly sentRaw: unknown[] = [];
  submitter: AnchorSubmitter;

  constructor(
    readonly anvil: Anvil,
    readonly ledger: TestLedger,
    name: string,
    readonly changes: Partial<AnchorSubmitterOptions> = {},
  ) {
    this.rpc = new FaultyRpc(ledger.rpc);
    this.rpc.on('eth_sendRawTransaction', (params, forward) => {
      this.sentRaw.push(params[0]);
      return forward();
    });
    this.gateway = new TestGateway(name);
    this.submitter = this.start();
  }

  /** A new process on the same disk. */
  start(): AnchorSubmitter {
    this.submitter = new AnchorSubmitter({
      store: this.store,
      endpoints: [this.rpc],
      wallet: this.wallet,
      chainId: this.ledger.domain.chainId,
      contract: this.ledger.domain.verifyingContract,
      gateway: this.gateway.signer.address,
      limits: generous,
      lowBalanceDays: 7,
      finality: 'tags',
      log: { info: () => undefined, warn: () => undefined },
      now: () => this.nowMs,
      ...this.changes,
    });
    return this.submitter;
  }

  /** Signs so many batches into the store. */
  cut(count = 1): void {
    for (let left = count; left > 0; left -= 1) this.store.batches.push(this.gateway.cut(this.ledger.domain));
  }

  /** Another relay pays for the first `count` headers. */
  async carryByOther(count: number): Promise<void> {
    const calldata = encodeAnchor(this.store.batches.slice(0, count).map(({ wire }) => wire));
    const contract = hexlify(this.ledger.domain.verifyingContract);
    await sendAndWait(this.ledger.rpc, this.ledger.wallet, contract, calldata);
  }

  tick() {
    return this.submitter.tick();
  }

  node(method: string, ...params: unknown[]): Promise<unknown> {
    return callAnvil(this.anvil, method, ...params);
  }

  mine(): Promise<unknown> {
    return this.node('evm_mine');
  }
}
