// A shell in which files are made for their owner alone.

export function underMask<Result>(mask: number, task: () => Result): Result {
  const before = process.umask(mask);
  try {
    return task();
  } finally {
    process.umask(before);
  }
}
