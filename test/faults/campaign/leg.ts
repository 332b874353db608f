// A leg of the campaign: one way to break the gateway, as often as was asked for.

import type { Belongings } from './belongings.js';
import type { Summary } from './summary.js';

export interface LegTools {
  /** How often. */
  readonly times: number;
  /** 0..1, from the campaign's seed. */
  readonly random: () => number;
  readonly belongings: Belongings;
  /** A folder of the leg's own. */
  readonly folder: string;
  /** The time that was given is used up: ends with what it has. */
  isOver(): boolean;
  /** Progress, for a person. */
  say(text: string): void;
}

/** Its part of the summary. */
export type Leg = (tools: LegTools) => Promise<Summary>;

/** A program or a right that a leg needs is missing. */
export class LegCannotRun extends Error {
  override readonly name = 'LegCannotRun';
}
