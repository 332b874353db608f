// What a technician's tools know of one protocol: how to cut its bytes into frames, what a frame means, and how to
// ask who is there. One value per device family; drivers do not need it.

import type { TryFrame } from './framing/scanner.js';

export type ExplainedValue =
  | string
  | number
  | boolean
  | null
  | readonly ExplainedValue[]
  | { readonly [name: string]: ExplainedValue };

/** One frame in words. */
export interface Explanation {
  /** One line for a person, without a line break. */
  readonly text: string;
  /** The same as data: names with their units, as in `temperatureMilliC`. */
  readonly fields: { readonly [name: string]: ExplainedValue };
}

/** How to find out who is at a port, without changing anything there. */
export interface IdentityQuestion<Frame> {
  /** Bits per second, the usual one first. */
  readonly baudRates: readonly number[];
  readonly parities?: readonly ('none' | 'even' | 'odd')[];
  /** Asked one after the other, in this order; they set nothing. None for a device that talks by itself. */
  readonly requests: readonly Uint8Array[];
  /** Who answered, from a frame that came back; undefined if this frame does not say it. */
  identity(frame: Frame): string | undefined;
}

export interface WireProtocol<Frame = unknown> {
  /** As on the command line: /^[a-z0-9-]+$/. */
  readonly name: string;
  /** Which devices speak it, for a person. */
  readonly title: string;
  /** Cuts frames of both directions. */
  readonly tryFrame: TryFrame<Frame>;
  readonly maxFrameBytes: number;
  explain(frame: Frame): Explanation;
  /** Why bytes that were meant to be exactly one frame are none: one line. Never throws. */
  refusal(bytes: Uint8Array): string;
  readonly question?: IdentityQuestion<Frame>;
}
