import { HTTPException } from "hono/http-exception";

/** In bytes, as electrs has it: what nodes relay has at most 400 kB, which is twice that as hex. */
const largestBody = 1_000_000;
/** What is too large is read on up to here, in bytes: a client that is still sending does not see the answer. */
const mostRead = 64_000_000;

/** @throws HTTPException with status 413 for a body of more than 1 MB, of which it keeps no more */
export async function readBody({ body }: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size <= largestBody) chunks.push(chunk);
    if (size > mostRead) break;
  }
  if (size > largestBody) throw new HTTPException(413, { message: "Request body too large" });
  return Buffer.concat(chunks).toString();
}
