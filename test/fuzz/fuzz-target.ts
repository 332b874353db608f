// What a fuzz target is: one door through which bytes of strangers come in, with real inputs to begin with.

/** A refusal is an answer or a documented typed error. Anything that is thrown out of `feed` is a finding. */
export type Word = 'accepted' | 'refused';

export interface FuzzTarget {
  readonly name: string;
  /** Whole, valid inputs as the project or its vectors have them. */
  readonly seeds: readonly Uint8Array[];
  /** JSON seeds are also changed as documents: other values, names that come twice, deep nesting. */
  readonly isJson?: boolean;
  /** Words of the language that noise would not find. */
  readonly words?: readonly string[];
  /** Inputs in a plain run. */
  readonly slice: number;
  /** Inputs in one round of the long form: fast targets get most. */
  readonly share: number;
  feed(input: Uint8Array): Word | Promise<Word>;
  close?(): Promise<void> | void;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const bytesOf = (text: string): Uint8Array => encoder.encode(text);
export const textOf = (bytes: Uint8Array): string => decoder.decode(bytes);
export const jsonBytes = (value: unknown): Uint8Array => bytesOf(JSON.stringify(value));

type ErrorClass = abstract new (...args: never[]) => Error;

/** Runs it; an error of one of these classes is a refusal, every other one goes through. */
export function refusedBy(classes: readonly ErrorClass[], run: () => unknown): Word {
  try {
    run();
    return 'accepted';
  } catch (error) {
    return refusal(classes, error);
  }
}

/** The same for what takes its time. */
export async function refusedLaterBy(
  classes: readonly ErrorClass[],
  run: () => Promise<unknown>,
): Promise<Word> {
  try {
    await run();
    return 'accepted';
  } catch (error) {
    return refusal(classes, error);
  }
}

function refusal(classes: readonly ErrorClass[], error: unknown): Word {
  if (classes.some((known) => error instanceof known)) return 'refused';
  throw error;
}
