// What a call throws, as a value: its code, its message and its hint can then be looked at together.

export interface Thrown {
  readonly name: string;
  readonly code: unknown;
  readonly message: string;
  readonly hint: unknown;
  readonly cause: unknown;
}

function asThrown(error: unknown): Thrown {
  if (!(error instanceof Error)) throw new Error(`something that is no Error was thrown: ${String(error)}`);
  const { name, message, cause } = error;
  return { name, message, cause, code: Reflect.get(error, 'code'), hint: Reflect.get(error, 'hint') };
}

/** The error that `call` throws; fails the test if it throws none. */
export function thrownBy(call: () => unknown): Thrown {
  try {
    call();
  } catch (error) {
    return asThrown(error);
  }
  throw new Error('nothing was thrown');
}

/** The error that `promise` rejects with; fails the test if it does not. */
export async function rejectionOf(promise: Promise<unknown>): Promise<Thrown> {
  try {
    await promise;
  } catch (error) {
    return asThrown(error);
  }
  throw new Error('nothing was thrown');
}
