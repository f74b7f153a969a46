/** Debian's Electrum, in a container on the network of this machine, driven by its command line. */
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";

import type Docker from "dockerode";

import { streamProgress } from "../../base/progress/stream.ts";
import { waitFor } from "../../base/wait.ts";
import { buildImage } from "../../engine/build/build-image.ts";
import { cloneHelperLabels } from "../../engine/clean-up/owner.ts";
import { execIn } from "../../engine/exec.ts";
import { baseImageOn } from "../../toolchain/ensure.ts";
import { tempFolder } from "./temp-folder.ts";

/** The package without its graphical half: 0.7 GB of what the program depends on are for that. */
const dockerfile = `
ARG BASE
FROM $BASE
RUN apt-get update \\
 && apt-get install --yes --no-install-recommends python3-electrum \\
 && cd /tmp && apt-get download electrum && dpkg --extract electrum_*.deb / \\
 && rm -rf /tmp/* /var/lib/apt/lists/*
`;

export class ElectrumWallet implements AsyncDisposable {
  readonly #container: Docker.Container;
  readonly #image: Docker.Image;

  private constructor(container: Docker.Container, image: Docker.Image) {
    this.#container = container;
    this.#image = image;
  }

  /**
   * Installs Electrum and starts it with a new wallet, at this server and no other.
   * @param url `tcp://HOST:PORT`
   */
  static async start(docker: Docker, url: string): Promise<ElectrumWallet> {
    const id = `temporary-${randomBytes(8).toString("hex")}`;
    const labels = cloneHelperLabels(id);
    const name = `regtest-network/${id}:latest`;
    await build(docker, name, labels);
    const server = ["--oneserver", "--server", `${new URL(url).host}:t`];
    const container = await docker.createContainer({
      ...{ name: `${id}-electrum`, Image: name, Labels: labels },
      Cmd: ["electrum", "--regtest", "daemon", ...server],
      HostConfig: { NetworkMode: "host", Init: true },
    });
    const wallet = new ElectrumWallet(container, docker.getImage(name));
    try {
      await container.start();
      await wallet.#isReady();
      await wallet.run("create");
      await wallet.run("load_wallet");
      return wallet;
    } catch (error) {
      await wallet[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** What `electrum --regtest ARGS` prints. @throws Error with that when it fails */
  async run(...args: readonly string[]): Promise<string> {
    const { exitCode, output } = await execIn(this.#container, ["electrum", "--regtest", ...args]);
    if (exitCode === 0) return output;
    throw new Error(`electrum ${args.join(" ")} ended with ${exitCode ?? "nothing"}: ${output}`);
  }

  async #isReady(): Promise<void> {
    const probe = async () =>
      await this.run("getinfo").catch((error: unknown) => ({ pending: String(error) }));
    await waitFor(probe, { what: "Electrum's daemon to answer", limitMs: 60_000 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#container.remove({ force: true });
    await this.#image.remove();
  }
}

async function build(docker: Docker, name: string, labels: Record<string, string>): Promise<void> {
  await using folder = await tempFolder();
  await writeFile(path.join(folder.path, "Dockerfile"), dockerfile);
  const progress = streamProgress(process.stderr);
  const signal = AbortSignal.timeout(280_000);
  const BASE = await baseImageOn(docker, { progress, signal });
  const options = { context: folder.path, labels, buildArgs: { BASE }, forceRemove: true };
  await progress.step("Installing Electrum in an image", () =>
    buildImage(docker, name, options, { signal, status: () => undefined }),
  );
}
