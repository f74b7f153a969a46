/** A real container registry on a free port, with its data in a folder of the test's. */
import { writeFile } from "node:fs/promises";
import path from "node:path";

import { execa } from "execa";

import { waitFor } from "../../base/wait.ts";
import { freePorts } from "../../engine/free-ports.ts";
import { installedProgram } from "./installed-program.ts";

/** Who may use a registry that asks. */
export const registryUser = {
  name: "tester",
  password: "regtest",
  /** bcrypt of the password: the only kind that the registry takes. */
  hash: "$2b$05$abcdefghijklmnopqrstuuR7chkN2ss34tfKDSTxSruwmuEL3oDYu",
};

export interface RegistryServer extends AsyncDisposable {
  /** `ADDRESS:PORT`. */
  readonly host: string;
}

export interface RegistryOptions {
  /** Holds its configuration and data; several servers may share one. */
  readonly folder: string;
  /** Asks for {@link registryUser}. Default: no. */
  readonly withLogin?: boolean;
  /** Where it listens. Default: 127.0.0.1. */
  readonly address?: string;
  /** A program and arguments that run the registry, such as one that enters another network namespace. */
  readonly within?: readonly string[];
}

export async function startRegistry({
  folder,
  withLogin = false,
  address = "127.0.0.1",
  within = [],
}: RegistryOptions): Promise<RegistryServer> {
  const [program, node] = [
    await installedProgram("docker-registry", ["docker-registry"]),
    process.execPath,
  ];
  const [port = 0] = await freePorts(1);
  const host = `${address}:${port}`;
  const passwords = path.join(folder, "htpasswd");
  await writeFile(passwords, `${registryUser.name}:${registryUser.hash}\n`);
  const file = path.join(folder, `${port}.json`);
  // YAML, of which JSON is a part.
  const config = {
    version: "0.1",
    log: { level: "error" },
    storage: { filesystem: { rootdirectory: path.join(folder, "data") } },
    http: { addr: host },
    ...(withLogin && { auth: { htpasswd: { realm: "tests", path: passwords } } }),
  };
  await writeFile(file, JSON.stringify(config));
  const [command, ...args] = [...within, program, "serve", file];
  const server = execa(command, args, { reject: false, all: true });
  let ended: string | undefined;
  void server.then(({ all }) => (ended = all));
  await waitFor(
    async (signal) => {
      if (ended !== undefined) throw new Error(`the registry ended: ${ended}`);
      const [asker, ...question] = [...within, node, "-e", ask, `http://${host}/v2/`];
      const asked = await execa(asker, question, { reject: false, cancelSignal: signal });
      return asked.exitCode === 0 ? true : { pending: asked.stderr };
    },
    { what: `the registry at ${host} to answer`, limitMs: 30_000 },
  );
  return {
    host,
    async [Symbol.asyncDispose]() {
      server.kill("SIGTERM");
      await server;
    },
  };
}

/** Exits with 0 when an HTTP server answers, whatever it says. */
const ask =
  "fetch(process.argv[1]).catch((error) => { console.error(error.cause); process.exit(1); })";
