const encoder = new TextEncoder();

/**
 * A line for each text, read only as fast as whoever takes it: one that is slow has nothing queued here.
 * @param next the next line; undefined: there are no more
 * @param left called when the other side goes away
 */
export function lineStream(
  next: () => Promise<string | undefined>,
  left: () => void,
): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const line = await next();
        if (line === undefined) controller.close();
        else controller.enqueue(encoder.encode(`${line}\n`));
      },
      cancel: left,
    },
    { highWaterMark: 0 },
  );
}
