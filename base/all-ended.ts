/**
 * Like `Promise.all`, but waits for those that go on after the first has failed: what they do would come after
 * what is done about the failure.
 * @throws the first failure in their order
 */
export async function allEnded<T extends readonly unknown[] | []>(
  work: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }>;
export async function allEnded<T>(work: Iterable<Promise<T>>): Promise<T[]>;
export async function allEnded(work: Iterable<unknown>): Promise<unknown[]> {
  const ended = await Promise.allSettled(work);
  return ended.map((end) => {
    if (end.status === "rejected") throw end.reason;
    return end.value;
  });
}
