// A gateway with a real log of temperature records: its headers cover real trees, so that leaves can be proven under
// them. Also one that lies: every part of a header may be overridden before it is signed.
import {
  type BatchHeader,
  type BatchMeta,
  encodeBatchWire,
  genesisHead,
  headOf,
  type LedgerDomain,
  type SignedBatch,
  signBatch,
} from '../../../ledger-sync/evidence/batch.js';
import { buildInclusion } from '../../../ledger-sync/evidence/inclusion.js';
import { type EvidenceRecord, encodeRecord } from '../../../ledger-sync/evidence/record.js';
import { sha256 } from '../../../ledger-sync/evidence/sha256.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import { MemoryLog } from '../evidence/memory-log.js';

const START_MS = 1_790_000_000_000;
const noBytes = new Uint8Array(0);

export class LoggedGateway {
  readonly signer: SoftwareSigner;
  readonly headers: SignedBatch[] = [];
  #records: EvidenceRecord[] = [];
  #covered = 0;

  constructor(
    readonly name: string,
    readonly domain: LedgerDomain,
  ) {
    this.signer = new SoftwareSigner(sha256(new TextEncoder().encode(name)));
  }

  get address(): Uint8Array {
    return this.signer.address;
  }

  /** Records in the log. */
  get size(): number {
    return this.#records.length;
  }

  get log(): MemoryLog {
    return new MemoryLog(this.#records.map(encodeRecord));
  }

  /** Adds a good temperature. */
  read(temperatureMilliC: number, change: Partial<EvidenceRecord> = {}): void {
    const sequence = this.#records.length;
    this.#records.push({
      version: 1,
      gateway: this.signer.address,
      sequence,
      observedAtMs: START_MS + sequence * 1000,
      bootCount: 1,
      uptimeMs: sequence * 1000,
      clockTrust: 2,
      kind: 1,
      subject: new Uint8Array(16).fill(1),
      value: temperatureMilliC,
      quality: 0,
      shipment: noBytes,
      detail: noBytes,
      ...change,
    });
  }

  /** Signs the next header over the whole log. */
  cut(change: Partial<BatchMeta> = {}, part: Partial<BatchHeader> = {}): SignedBatch {
    const added = this.#records.slice(this.#covered);
    const times = added.map(({ observedAtMs }) => observedAtMs);
    const values = added.filter(({ kind, quality }) => kind === 1 && quality === 0).map(({ value }) => value);
    const last = this.headers.at(-1);
    const size = this.#records.length;
    const meta: BatchMeta = {
      seq: (last?.meta.seq ?? 0) + 1,
      size,
      tFirstMs: times.length === 0 ? 0 : Math.min(...times),
      tLastMs: times.length === 0 ? 0 : Math.max(...times),
      minCentiC: values.length === 0 ? 32_767 : Math.floor(Math.min(...values) / 10),
      maxCentiC: values.length === 0 ? -32_768 : Math.ceil(Math.max(...values) / 10),
      flags: 0,
      ...change,
    };
    const prev = last ? headOf(last) : genesisHead(this.signer.address);
    const root = this.log.rootOf(0, size);
    const header = signBatch(this.signer, this.domain, {
      gateway: this.signer.address,
      prev,
      root,
      meta,
      ...part,
    });
    this.headers.push(header);
    this.#covered = size;
    return header;
  }

  leaf(index: number): Uint8Array {
    return this.log.leaves[index] ?? noBytes;
  }

  path(index: number, size: number): Uint8Array[] {
    return buildInclusion(index, size, this.log);
  }
}

export const wireOf = encodeBatchWire;
