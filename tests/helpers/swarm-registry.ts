/** How images get to the engines of a swarm: each takes them from a registry on this machine. */
import type Docker from "dockerode";

import { finished } from "../../bootstrap/snapshots/share/transfer.ts";
import { registryUser, startRegistry } from "./registry-server.ts";
import type { Swarm } from "./swarm.ts";
import { tempFolder } from "./temp-folder.ts";

export interface SwarmRegistry extends AsyncDisposable {
  /** `ADDRESS:PORT` for the engines of the swarm. */
  readonly host: string;
  /** `127.0.0.1:PORT` for this machine's engine: the same data. */
  readonly hostHere: string;
  /**
   * Pushes an image of this machine's engine.
   * @param repository such as `team/image`
   * @returns its name for the engines of the swarm, `HOST/REPOSITORY@sha256:…`
   */
  push(docker: Docker, image: string, repository: string): Promise<string>;
}

/** @param withLogin whether it asks for `registryUser`. Default: no */
export async function startSwarmRegistry(
  { here }: Pick<Swarm, "here">,
  { withLogin = false }: { readonly withLogin?: boolean } = {},
): Promise<SwarmRegistry> {
  await using undo = new AsyncDisposableStack();
  const { path: folder } = undo.use(await tempFolder());
  const { host } = undo.use(await startRegistry({ folder, withLogin, address: here }));
  // Without TLS an engine speaks to its own loopback, and to nothing else unless its flags say so.
  const { host: hostHere } = undo.use(await startRegistry({ folder, withLogin }));
  const owned = undo.move();
  return {
    ...{ host, hostHere },
    async push(docker, image, repository) {
      const repo = `${hostHere}/${repository}`;
      const reference = `${repo}:pushed`;
      await docker.getImage(image).tag({ repo, tag: "pushed" });
      try {
        const signal = AbortSignal.timeout(120_000);
        const { name: username, password } = registryUser;
        const authconfig = { username, password, serveraddress: hostHere };
        const pushed = docker.getImage(reference).push({ authconfig, abortSignal: signal });
        await finished(pushed, { signal, status: () => undefined });
        const { RepoDigests } = await docker.getImage(reference).inspect();
        const digest = RepoDigests.find((name) => name.startsWith(`${repo}@`))?.split("@")[1];
        if (digest === undefined) throw new Error(`${reference} has no digest`);
        return `${host}/${repository}@${digest}`;
      } finally {
        await docker.getImage(reference).remove();
      }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
