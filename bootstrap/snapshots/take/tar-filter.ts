import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { extract, pack } from "tar-stream";

/** The same tar archive with those entries alone whose names `keeps` lets pass. */
export function filteredTar(
  files: NodeJS.ReadableStream,
  keeps: (name: string) => boolean,
): Readable {
  const result = pack();
  const archive = extract();
  const copying = (async () => {
    for await (const entry of archive) {
      const { header } = entry;
      if (keeps(header.name)) await pipeline(entry, result.entry(header));
      else entry.resume();
    }
    result.finalize();
  })();
  Promise.all([pipeline(files, archive), copying]).catch((error: unknown) => {
    result.destroy(error as Error);
  });
  return Readable.from(result);
}
