/**
 * Like `Promise.all`, but waits for those that go on after the first has failed: what they do would come after
 * what is done about the failure.
 * @throws the first failure in their order
 */
export async function allEnded<T>(work: Iterable<Promise<T>>): Promise<T[]> {
  const ended = await Promise.allSettled(work);
  return ended.map((end) => {
    if (end.status === "rejected") throw end.reason;
    return end.value;
  });
}
