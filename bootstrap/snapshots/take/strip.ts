import { text } from "node:stream/consumers";
import path from "node:path";
import { Readable } from "node:stream";

import type Docker from "dockerode";

import { label, passingName } from "../../../engine/labels.ts";
import { ownedLabels, unownedLabels } from "../../../engine/clean-up/owner.ts";
import { datadir } from "../../containers/datadir.ts";
import { stateRoot } from "../../services/service-container.ts";
import { filteredTar } from "./tar-filter.ts";

/**
 * Makes an image of a snapshot's image that lacks its datadir, or what a service keeps: where the snapshot came from elsewhere, the
 * image that it was made on is not here. It has no name, and goes with the last image that is built on it.
 * @returns its id
 */
export async function strippedImage(docker: Docker, image: string): Promise<string> {
  const { Config } = await docker.getImage(image).inspect();
  const source = await docker.createContainer({
    name: passingName(),
    Image: image,
    // Exported, and never run.
    Cmd: ["-"],
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
    // With the volumes that an image's VOLUME made.
    await source.remove({ force: true, v: true });
  }
}

/** What an export leaves out of the image's configuration, as instructions of a Dockerfile. The engine takes no STOPSIGNAL here; SIGTERM is the default. */
function instructions({
  Entrypoint,
  Cmd,
  Volumes,
  Env,
  User,
  WorkingDir,
  ExposedPorts,
  Labels,
}: ImageConfig): string {
  const pair = (name: string, value: string): string => `${name}=${JSON.stringify(value)}`;
  const labels: Readonly<Record<string, string>> = { ...Labels };
  return [
    `ENTRYPOINT ${JSON.stringify(Entrypoint ?? [])}`,
    ...(Cmd ? [`CMD ${JSON.stringify(Cmd)}`] : []),
    ...Object.keys(Volumes ?? {}).map((volume) => `VOLUME ${JSON.stringify([volume])}`),
    `USER ${User}`,
    `WORKDIR ${WorkingDir === "" ? "/" : WorkingDir}`,
    ...Env.map((entry) => {
      const equals = entry.indexOf("=");
      return `ENV ${pair(entry.slice(0, equals), entry.slice(equals + 1))}`;
    }),
    ...Object.keys(ExposedPorts ?? {}).map((port) => `EXPOSE ${port}`),
    // What its entry point can do.
    ...[label.reset, label.clock].flatMap((name) => {
      const value = labels[name];
      return value === undefined ? [] : [`LABEL ${pair(name, value)}`];
    }),
  ].join("\n");
}

/** What is not there is null, or left out. */
type ImageConfig = Omit<Docker.ImageInspectInfo["Config"], "Cmd" | "Volumes" | "ExposedPorts"> & {
  readonly Cmd?: readonly string[] | null;
  readonly Volumes?: object | null;
  readonly ExposedPorts?: object | null;
};

/** The same archive without what lies in the datadir, whose folder stays, and that for the wallets; and without what a service keeps. */
function withoutDatadir(files: Readable): Readable {
  const folder = `${path.posix.relative("/", datadir)}/`;
  const kept = new Set([folder, `${folder}wallets/`]);
  const services = `${path.posix.relative("/", stateRoot)}/`;
  return filteredTar(
    files,
    (name) => !name.startsWith(services) && (!name.startsWith(folder) || kept.has(name)),
  );
}
