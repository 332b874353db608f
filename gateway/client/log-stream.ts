// The log of one gateway from its messages: every record once and in order, however often and in whatever order they come.
// A message proves itself first; then it must continue the very log that is held here.

import { equalBytes, fromHex, toHex } from '../../ledger-sync/evidence/bytes.js';
import type { SignedCheckpoint } from '../../ledger-sync/evidence/checkpoint.js';
import type { CompactRange } from '../../ledger-sync/evidence/compact-range.js';
import { leafHash } from '../../ledger-sync/evidence/merkle.js';
import { type RecordMoment, TimeReferences } from '../../ledger-sync/evidence/time-references.js';
import { ClientError } from './client-error.js';
import type { StreamEvent } from './client-event.js';
import { differingAt } from './contradiction.js';
import { HeldPages } from './held-pages.js';
import { parseLogPayload, type Refusal } from './log-payload.js';
import { type ProvenPage, provePage } from './proven-page.js';
import { type HeldLog, heldLogOf, type StreamState, stateOf } from './stream-state.js';

/** Checkpoints that a repetition is compared with. */
const MAX_RECENT = 256;
/** Boots of which the time is remembered. */
const MAX_BOOTS = 64;

export interface LogStreamOptions {
  readonly gatewayName: string;
  /** The gateway's address with 0x. Without it the first that proves a message is taken: pin it where you can. */
  readonly gateway?: string;
  /** As `state()` gave it. */
  readonly state?: StreamState;
  /** Sequence of the first record wished, where no state is given: 0, or wherever the first message begins. */
  readonly from?: 0 | 'first-message';
  /** What it throws goes to the caller of `take`; the message may then be given again. */
  readonly onEvent: (event: StreamEvent) => void;
}

export class LogStream {
  readonly #options: LogStreamOptions;
  readonly #waiting = new HeldPages();
  readonly #times = new TimeReferences(MAX_BOOTS);
  /** By size. */
  readonly #recent = new Map<number, SignedCheckpoint>();
  #gateway: Uint8Array | undefined;
  #held: HeldLog | undefined;
  #gap: { readonly from: number; readonly to: number } | undefined;

  /** @throws ClientError CLIENT_OPTION for a malformed address, CLIENT_STATE for a state that does not prove itself */
  constructor(options: LogStreamOptions) {
    this.#options = options;
    if (options.gateway !== undefined) this.#gateway = addressOf(options.gateway);
    if (!options.state) return;
    this.#held = heldLogOf(options.state);
    const { gateway } = this.#held.checkpoint;
    if (this.#gateway && !equalBytes(this.#gateway, gateway)) {
      throw new ClientError(
        'CLIENT_STATE',
        `the stored state is of gateway 0x${toHex(gateway)}, not of ${options.gateway}`,
        'each gateway needs a state of its own',
      );
    }
    this.#gateway = gateway;
  }

  /** Records that were told: the sequence of the next one. */
  get size(): number {
    return this.#held?.range.size ?? 0;
  }

  /** When a record was made, if its own clock was not trusted and a record that was told since says it; else undefined. */
  placedMs(record: RecordMoment): number | undefined {
    return this.#times.placedMs(record);
  }

  /** What to store to go on from here; undefined before the first record. Store it on `checkpoint`. */
  state(): StreamState | undefined {
    return this.#held && stateOf(this.#held);
  }

  /** Takes a payload of .../log as it came. Whatever it holds, only `onEvent` can throw. */
  take(payload: Uint8Array): void {
    const page = this.#prove(payload);
    if ('reason' in page) {
      this.#refuse(page);
      return;
    }
    const { gateway } = page.checkpoint;
    if (!this.#gateway) {
      this.#gateway = gateway;
      this.#options.onEvent({ type: 'learnt', gateway: `0x${toHex(gateway)}` });
    }
    this.#place(page);
  }

  /** Gives up the records that are missing and goes on with those that wait. */
  skipGap(): void {
    const page = this.#waiting.first;
    if (!page || !this.#gap) return;
    const { from, to } = { from: this.size, to: page.firstSequence };
    this.#gap = undefined;
    this.#options.onEvent({ type: 'skipped', from, to });
    this.#waiting.takeAt(page.firstSequence);
    this.#apply(page, page.firstSequence);
    this.#drain();
  }

  #prove(payload: Uint8Array): ProvenPage | Refusal {
    const parsed = parseLogPayload(payload);
    if ('reason' in parsed) return parsed;
    if (parsed.gatewayName !== this.#options.gatewayName) {
      return { reason: 'other-name', detail: 'the message names another gateway' };
    }
    const { gateway } = parsed.checkpoint;
    if (this.#gateway && !equalBytes(this.#gateway, gateway)) {
      return { reason: 'other-gateway', detail: `signed as 0x${toHex(gateway)}` };
    }
    return provePage(parsed, payload.length);
  }

  #place(page: ProvenPage): void {
    if (this.#reportsFork(page)) return;
    const isStart = !this.#held && this.#options.from !== 0;
    const size = isStart ? page.firstSequence : this.size;
    if (page.firstSequence > size) this.#wait(page);
    else {
      if (page.checkpoint.size > size) this.#apply(page, size);
      this.#drain();
    }
  }

  #wait(page: ProvenPage): void {
    if (!this.#waiting.add(page)) {
      const detail = `too many wait for the records from ${this.size} on`;
      this.#refuse({ reason: 'held-full', detail });
      return;
    }
    const next = this.#waiting.first ?? page;
    const gap = { from: this.size, to: next.firstSequence };
    if (this.#gap?.from === gap.from && this.#gap.to === gap.to) return;
    this.#gap = gap;
    const isDeleted = next.prunedFrom !== undefined && next.prunedFrom <= gap.from;
    this.#options.onEvent({ type: 'gap', ...gap, ...(isDeleted ? { isDeleted } : {}) });
  }

  #drain(): void {
    const gap = this.#gap;
    if (gap && this.size >= gap.to) {
      this.#gap = undefined;
      this.#options.onEvent({ type: 'filled', ...gap });
    }
    for (let next = this.#waiting.takeAt(this.size); next; next = this.#waiting.takeAt(this.size)) {
      const isNew = next.checkpoint.size > this.size;
      // It waited before what is held now was known.
      if (!this.#reportsFork(next) && isNew) this.#apply(next, this.size);
    }
    const first = this.#waiting.first;
    if (first && !this.#gap) this.#wait(first);
  }

  /** Tells the records from `from` on. What is held changes only when all were told. */
  #apply(page: ProvenPage, from: number): void {
    const { onEvent } = this.#options;
    let bootCount = this.#held?.bootCount;
    for (const event of page.records.slice(from - page.firstSequence)) {
      const { record } = event;
      if (bootCount !== undefined && record.bootCount !== bootCount) {
        onEvent({ type: 'restart', sequence: record.sequence, bootCount: record.bootCount });
      }
      bootCount = record.bootCount;
      onEvent(event);
      if (this.#times.take(record)) {
        const { sequence, value: zeroUnixMs } = record;
        onEvent({ type: 'time-known', sequence, bootCount, zeroUnixMs });
      }
    }
    this.#held = { range: page.rangeAfter, checkpoint: page.checkpoint, bootCount: bootCount ?? 0 };
    this.#remember(page.checkpoint);
    onEvent({ type: 'checkpoint', checkpoint: page.checkpoint });
  }

  #reportsFork(page: ProvenPage): boolean {
    const held = this.#held;
    if (!held) return false;
    const known = this.#recent.get(page.checkpoint.size) ?? held.checkpoint;
    const isOther = known.size === page.checkpoint.size && !equalBytes(known.root, page.checkpoint.root);
    const atSize = isOther ? known.size : differingAt(held.range, rangeAt(page, held.range.size));
    if (atSize === undefined) return false;
    const ours = isOther ? known : held.checkpoint;
    this.#options.onEvent({ type: 'fork', atSize, checkpoints: [ours, page.checkpoint] });
    return true;
  }

  #remember(checkpoint: SignedCheckpoint): void {
    this.#recent.set(checkpoint.size, checkpoint);
    const [oldest] = this.#recent.keys();
    if (this.#recent.size > MAX_RECENT && oldest !== undefined) this.#recent.delete(oldest);
  }

  #refuse({ reason, detail }: Refusal): void {
    this.#options.onEvent({ type: 'refused', reason, detail });
  }
}

/** The page's range at a size within it, or at the end of it that is nearer. */
function rangeAt(page: ProvenPage, size: number): CompactRange {
  if (size <= page.firstSequence) return page.rangeBefore;
  if (size >= page.rangeAfter.size) return page.rangeAfter;
  const range = page.rangeBefore.clone();
  for (const { leaf } of page.records.slice(0, size - page.firstSequence)) range.append(leafHash(leaf));
  return range;
}

function addressOf(text: string): Uint8Array {
  if (/^0x[0-9a-fA-F]{40}$/.test(text)) return fromHex(text);
  throw new ClientError(
    'CLIENT_OPTION',
    'the address of a gateway has 0x and 40 hex digits',
    'copy it from `coldgate status`',
  );
}
