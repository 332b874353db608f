// One RPC endpoint of several: its breaker, and whether it has shown since its last failure that it serves the
// right chain and contract. A refusal in the node's words is an answer and never counts against it.
import { CircuitBreaker } from './circuit-breaker.js';
import type { Rpc } from './json-rpc.js';
import { EndpointBusy, LedgerError, NodeRefusal } from './ledger-error.js';

export interface EndpointOptions {
  readonly rpc: Rpc;
  /** Chain id, code and domain of the contract. @throws LedgerError */
  readonly verify: (rpc: Rpc) => Promise<void>;
  readonly now: () => number;
  readonly random: () => number;
}

export class Endpoint implements Rpc {
  readonly #options: EndpointOptions;
  readonly #breaker: CircuitBreaker;
  #isVerified = false;
  #lastFailure: LedgerError | undefined;
  #questions = 0;

  constructor(options: EndpointOptions) {
    this.#options = options;
    this.#breaker = new CircuitBreaker(options);
  }

  /** May be asked now. One that still owes an answer to an earlier round is left alone. */
  get isReady(): boolean {
    return !this.#breaker.isOpen && this.#questions === 0;
  }

  /** Has shown the right chain and contract, and nothing went wrong since. */
  get isTrusted(): boolean {
    return this.#isVerified && !this.#breaker.isOpen;
  }

  /** Why it is not asked. */
  get lastFailure(): LedgerError | undefined {
    return this.#lastFailure;
  }

  async call(method: string, params: readonly unknown[]): Promise<unknown> {
    try {
      const result = await this.#options.rpc.call(method, params);
      this.#breaker.succeeded();
      return result;
    } catch (error) {
      this.#judge(error);
      throw error;
    }
  }

  /** Takes part in a round of questions, after it was verified if that is due. */
  async ask<Answer>(question: (rpc: Rpc) => Promise<Answer>): Promise<Answer> {
    this.#questions += 1;
    try {
      if (!this.#isVerified) await this.#options.verify(this);
      this.#isVerified = true;
      const answer = await question(this);
      this.#lastFailure = undefined;
      return answer;
    } catch (error) {
      if (error instanceof LedgerError) this.#lastFailure = error;
      throw error;
    } finally {
      this.#questions -= 1;
    }
  }

  /** Something that it said led nowhere: it must show chain and contract again. */
  doubt(): void {
    this.#isVerified = false;
  }

  #judge(error: unknown): void {
    if (!(error instanceof LedgerError)) return;
    if (error instanceof NodeRefusal) {
      this.#breaker.succeeded();
      return;
    }
    this.#lastFailure = error;
    if (error instanceof EndpointBusy) {
      this.#breaker.refused(error.retryAfterMs);
      return;
    }
    // Behind a name may be another node by now.
    this.#isVerified = false;
    this.#breaker.failed();
  }
}
