import { text } from "node:stream/consumers";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import type Docker from "dockerode";
import { extract, pack } from "tar-stream";

import { label, passingName } from "../../engine/labels.ts";
import { ownedLabels, unownedLabels } from "../../engine/owner.ts";
import { datadir } from "./datadir.ts";

/**
 * Makes an image of a snapshot's image that lacks its datadir: where the snapshot came from elsewhere, the
 * image that it was made on is not here. It has no name, and goes with the last image that is built on it.
 * @returns its id
 */
export async function strippedImage(docker: Docker, image: string): Promise<string> {
  const { Config } = await docker.getImage(image).inspect();
  const source = await docker.createContainer({
    name: passingName(),
    Image: image,
    Labels: { ...unownedLabels, ...ownedLabels() },
  });
  try {
    const files = withoutDatadir(Readable.from(await source.export()));
    const answer = await text(await docker.importImage(files, { changes: instructions(Config) }));
    const last = JSON.parse(answer.trim().split("\n").at(-1) ?? "{}") as { status?: string };
    if (last.status?.startsWith("sha256:") !== true)
      throw new Error(`the engine did not import the files: ${answer}`);
    return last.status;
  } finally {
    await source.remove({ force: true });
  }
}

/** What an export leaves out of the image's configuration, as instructions of a Dockerfile. The engine takes no STOPSIGNAL here; SIGTERM is the default. */
function instructions({
  Entrypoint,
  Env,
  User,
  WorkingDir,
  ExposedPorts,
  Labels,
}: ImageConfig): string {
  const pair = (name: string, value: string): string => `${name}=${JSON.stringify(value)}`;
  const reset = (Labels as Record<string, string> | null)?.[label.reset];
  return [
    `ENTRYPOINT ${JSON.stringify(Entrypoint ?? [])}`,
    `USER ${User}`,
    `WORKDIR ${WorkingDir}`,
    ...Env.map((entry) => {
      const equals = entry.indexOf("=");
      return `ENV ${pair(entry.slice(0, equals), entry.slice(equals + 1))}`;
    }),
    ...Object.keys(ExposedPorts).map((port) => `EXPOSE ${port}`),
    ...(reset === undefined ? [] : [`LABEL ${pair(label.reset, reset)}`]),
  ].join("\n");
}

type ImageConfig = Docker.ImageInspectInfo["Config"];

/** The same archive without what lies in the datadir; the folder stays, and that for the wallets. */
function withoutDatadir(files: Readable): Readable {
  const result = pack();
  const folder = `${path.posix.relative("/", datadir)}/`;
  const kept = new Set([folder, `${folder}wallets/`]);
  const archive = extract();
  const copying = (async () => {
    for await (const entry of archive) {
      const { header } = entry;
      if (header.name.startsWith(folder) && !kept.has(header.name)) entry.resume();
      else await pipeline(entry, result.entry(header));
    }
    result.finalize();
  })();
  Promise.all([pipeline(files, archive), copying]).catch((error: unknown) => {
    result.destroy(error as Error);
  });
  return Readable.from(result);
}
