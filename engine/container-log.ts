/** What a container wrote last. */
import type Docker from "dockerode";

/**
 * The last `lines` lines of both streams as text. A container without a terminal is assumed.
 * @param since seconds since 1970: nothing older
 */
export async function logTail(
  container: Docker.Container,
  lines: number,
  since = 0,
): Promise<string> {
  const streams = { stdout: true, stderr: true } as const;
  const log = await container.logs({ ...streams, tail: lines, since, follow: false });
  return withoutStreamHeaders(log).trimEnd();
}

/** The engine multiplexes both streams: frames of 8 bytes of header, the length in its last 4, and text. */
function withoutStreamHeaders(log: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at + 8 <= log.length;) {
    const end = at + 8 + log.readUInt32BE(at + 4);
    parts.push(log.subarray(at + 8, end));
    at = end;
  }
  return Buffer.concat(parts).toString("utf8");
}
