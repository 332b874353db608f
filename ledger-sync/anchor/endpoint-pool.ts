// Several RPC endpoints as one. A round asks all of them and does not wait for the slowest; one that took part in
// the agreement answers the reads that follow; what is written goes to all. Which answer is right is decided in
// agreement.ts.
import { quantity } from './chain-reader.js';
import type { Endpoint } from './endpoint.js';
import type { Rpc } from './json-rpc.js';
import { isUnreachable, LedgerError, NodeRefusal } from './ledger-error.js';
import { classifySendRefusal, type SendRefusal } from './send-refusal.js';

/** Two that are independent. One of two, or a single one, is believed when there is no other. */
export const quorum = 2;
/** After enough answers the others get as long again, and at least this: a slow link is slow for all. */
const leastGraceMs = 250;

/** What one endpoint said. */
export interface Answer<Value> {
  readonly endpoint: Endpoint;
  readonly value: Value;
}

/** Refusals of one transaction by several nodes, the one that tells most first. */
const tellingRefusals: readonly SendRefusal[] = [
  'known',
  'nonce-used',
  'underpriced',
  'no-funds',
  'wrong-chain',
];

export class EndpointPool implements Rpc {
  #agreeing: readonly Endpoint[] = [];
  #pinned: Endpoint | undefined;

  /** @param endpoints at least one */
  constructor(readonly endpoints: readonly Endpoint[]) {}

  /**
   * Asks these endpoints at once.
   * @param needed with so many answers the others get only a little more time
   * @returns the answers, at least one
   * @throws LedgerError of an endpoint when none answers; at once what is no LedgerError (a stop)
   */
  async round<Value>(
    endpoints: readonly Endpoint[],
    needed: number,
    question: (endpoint: Endpoint) => Promise<Value>,
  ): Promise<Answer<Value>[]> {
    const answers: Answer<Value>[] = [];
    const failures: LedgerError[] = [];
    await allOrEnough(endpoints, needed, async (endpoint) => {
      try {
        answers.push({ endpoint, value: await question(endpoint) });
        return true;
      } catch (error) {
        if (!(error instanceof LedgerError)) throw error;
        failures.push(error);
        return false;
      }
    });
    if (answers.length === 0) throw this.#mostTelling(failures);
    // Late answers still come in.
    return [...answers];
  }

  /** Endpoints that may be asked now. */
  get ready(): Endpoint[] {
    return this.endpoints.filter((endpoint) => endpoint.isReady);
  }

  /** These said the same about the newest block. */
  get agreeing(): readonly Endpoint[] {
    return this.#agreeing;
  }

  /** Lets one of these answer what is read next; the next one each time, so that no liar is asked twice running. */
  pinOneOf(agreeing: readonly Endpoint[]): void {
    this.#agreeing = agreeing;
    const last = this.#pinned === undefined ? -1 : this.endpoints.indexOf(this.#pinned);
    const inTurn = [...this.endpoints.slice(last + 1), ...this.endpoints.slice(0, last + 1)];
    this.#pinned = inTurn.find((endpoint) => agreeing.includes(endpoint));
  }

  /** What was read led nowhere: the endpoint must show again what it serves. */
  doubt(): void {
    this.#pinned?.doubt();
  }

  async call(method: string, params: readonly unknown[]): Promise<unknown> {
    if (method === 'eth_sendRawTransaction') return this.#sendToAll(params);
    if (method === 'eth_maxPriorityFeePerGas') return this.#lowerMedian(method, params);
    if (this.#pinned === undefined) throw this.#mostTelling([]);
    return this.#pinned.call(method, params);
  }

  /** One node that takes the transaction is enough, whatever others say. */
  async #sendToAll(params: readonly unknown[]): Promise<unknown> {
    const refusals: NodeRefusal[] = [];
    const taken: unknown[] = [];
    const failures: LedgerError[] = [];
    await allOrEnough(this.#trusted(), 1, async (endpoint) => {
      try {
        taken.push(await endpoint.call('eth_sendRawTransaction', params));
        return true;
      } catch (error) {
        if (!(error instanceof LedgerError)) throw error;
        if (error instanceof NodeRefusal) refusals.push(error);
        else failures.push(error);
        return false;
      }
    });
    if (taken.length > 0) return taken[0];
    const rank = ({ nodeText }: NodeRefusal) => {
      const index = tellingRefusals.indexOf(classifySendRefusal(nodeText));
      return index < 0 ? tellingRefusals.length : index;
    };
    const [telling] = refusals.sort((a, b) => rank(a) - rank(b));
    throw telling ?? this.#mostTelling(failures);
  }

  /** One endpoint cannot make us pay more than half of them would. */
  async #lowerMedian(method: string, params: readonly unknown[]): Promise<unknown> {
    const trusted = this.#trusted();
    const answers = await this.round(trusted, Math.ceil(trusted.length / 2), async (endpoint) =>
      quantity(await endpoint.call(method, params), method),
    );
    const sorted = answers.map(({ value }) => value).sort((a, b) => (a < b ? -1 : 1));
    return `0x${(sorted[Math.floor((sorted.length - 1) / 2)] ?? 0n).toString(16)}`;
  }

  #trusted(): Endpoint[] {
    return this.endpoints.filter((endpoint) => endpoint.isTrusted);
  }

  /** A wrong chain says more than a lost connection. */
  #mostTelling(failures: readonly LedgerError[]): LedgerError {
    const all = [...failures, ...this.endpoints.flatMap(({ lastFailure }) => lastFailure ?? [])];
    const hint = 'Records are kept and anchored later. If it lasts, check the network and the endpoints.';
    return (
      all.find((failure) => !isUnreachable(failure)) ??
      all[0] ??
      new LedgerError('RPC_DOWN', 'no endpoint can be asked now', hint)
    );
  }
}

/** Waits for all tasks, or for `needed` good ones and a little longer. A task that throws ends the wait. */
async function allOrEnough<Subject>(
  subjects: readonly Subject[],
  needed: number,
  task: (subject: Subject) => Promise<boolean>,
): Promise<void> {
  const startedMs = performance.now();
  let good = 0;
  let timer: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve, reject) => {
    const run = async (subject: Subject) => {
      if (!(await task(subject))) return;
      good += 1;
      if (good !== needed) return;
      timer = setTimeout(resolve, Math.max(leastGraceMs, performance.now() - startedMs));
    };
    Promise.all(subjects.map(run)).then(() => resolve(), reject);
  });
  clearTimeout(timer);
}
