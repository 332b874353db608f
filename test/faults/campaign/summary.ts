// The figures of the campaign's legs, put together, and what they say of the promises.

/** Counts add up; what begins with `worst` is the highest. */
export type Summary = Readonly<Record<string, number>>;

export function addUp(parts: readonly Summary[]): Summary {
  const sum: Record<string, number> = {};
  for (const part of parts) {
    for (const [name, value] of Object.entries(part)) {
      const before = sum[name];
      if (before === undefined) sum[name] = value;
      else sum[name] = name.startsWith('worst') ? Math.max(before, value) : before + value;
    }
  }
  return sum;
}

/** The summary of one log; what cannot be gone on with is said, counted, and spoils no other. */
export async function orBroken(work: () => Promise<Summary>): Promise<Summary> {
  try {
    return await work();
  } catch (error) {
    console.error(error);
    return { brokenLogs: 1 };
  }
}

/**
 * What a summary breaks, in words; a figure that no leg gave promises nothing.
 * @param startLimitSeconds the longest that a start may take until a reading is durable
 */
export function brokenPromises(summary: Summary, startLimitSeconds: number): string[] {
  const none = (name: string) => (summary[name] ?? 0) === 0;
  const some = (name: string) => summary[name] === undefined || summary[name] > 0;
  const promises: readonly (readonly [isKept: boolean, promise: string])[] = [
    [none('lost'), 'nothing acknowledged is lost'],
    [none('doubled'), 'nothing acknowledged is there more often than it was sent'],
    [none('reordered'), 'nothing is there in another order than it was sent'],
    [none('brokenLogs'), 'the log verifies'],
    [none('brokenLegs'), 'every leg comes to its end'],
    [
      none('complaints'),
      'what is published keeps the contract, and nothing is said of a device that is well',
    ],
    [
      (summary.worstStartSeconds ?? 0) <= startLimitSeconds,
      `a reading is durable ${startLimitSeconds} s after a start`,
    ],
    [some('controlLossPercent'), 'the control with synchronous=NORMAL loses readings'],
    [some('lazyfsControlLossPercent'), 'the control on LazyFS loses readings'],
    [none('fsyncTakenForSuccess'), 'a failed fsync is never taken for success'],
    [none('undetectedFlips'), 'a flipped bit is told, or changes nothing that leaves'],
    [some('timesFull'), 'a disk that is filled is full'],
    // A leg that had nothing to lose proves nothing.
    [some('acknowledged'), 'there is something to lose'],
  ];
  return promises.filter(([isKept]) => !isKept).map(([, promise]) => promise);
}
