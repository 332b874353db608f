// The relay's store in memory: survives a submitter that is thrown away, as a disk survives a crash.
import type { AnchorProblem, Cost, Spend } from '../../../ledger-sync/anchor/anchor-store.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import type {
  GatewayInclusion,
  RelayHeader,
  RelayStore,
  RelaySubmission,
} from '../../../ledger-sync/relay/relay-store.js';

export class MemoryRelayStore implements RelayStore {
  readonly headers = new Map<string, RelayHeader[]>();
  readonly inclusions: GatewayInclusion[] = [];
  readonly problems: (AnchorProblem | undefined)[] = [];
  readonly saved: RelaySubmission[] = [];
  #open: RelaySubmission[] = [];
  readonly #spends = new Map<number, Spend>();

  add(header: RelayHeader): void {
    const name = toHex(header.gateway);
    this.headers.set(name, [...(this.headers.get(name) ?? []), header]);
  }

  followed(): Uint8Array[] {
    return this.gateways();
  }

  gateways(): Uint8Array[] {
    return [...this.headers.values()].flatMap(([first]) => first?.gateway ?? []);
  }

  headersAbove(gateway: Uint8Array, seq: number, limit: number): RelayHeader[] {
    return (this.headers.get(toHex(gateway)) ?? []).filter((header) => header.seq > seq).slice(0, limit);
  }

  dropHeaders(gateway: Uint8Array, seq: number): void {
    const name = toHex(gateway);
    const left = (this.headers.get(name) ?? []).filter((header) => header.seq > seq);
    if (left.length > 0) this.headers.set(name, left);
    else this.headers.delete(name);
  }

  saveSubmission(submission: RelaySubmission, most: Spend): void {
    this.#open.push(submission);
    this.saved.push(submission);
    this.#spends.set(most.nonce, most);
  }

  openSubmissions(): RelaySubmission[] {
    return [...this.#open].sort((a, b) => a.nonce - b.nonce);
  }

  dropSubmissions(hashes: readonly string[]): void {
    this.#open = this.#open.filter(({ hash }) => !hashes.includes(hash));
  }

  saveInclusions(inclusions: readonly GatewayInclusion[], cost?: Cost): void {
    this.inclusions.push(...inclusions);
    const spend = cost && this.#spends.get(cost.nonce);
    if (cost && spend) this.#spends.set(cost.nonce, { ...spend, wei: cost.wei });
  }

  spends(sinceMs: number): Spend[] {
    return [...this.#spends.values()].filter(({ timeMs }) => timeMs >= sinceMs);
  }

  saveProblem(problem: AnchorProblem | undefined): void {
    this.problems.push(problem);
  }

  saveWarning(): void {}
}
