/** What docs/security.md says, point by point. */
import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { constants, networkInterfaces } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import type Docker from "dockerode";
import { type Header, extract } from "tar-stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { RpcClient } from "../../bootstrap/rpc/client.ts";
import { logTail } from "../../engine/log.ts";
import { label, stackLabels } from "../../engine/labels.ts";
import { projectFolder } from "../../base/files/paths.ts";
import { expectNoAnswer } from "../helpers/apart.ts";
import { ProcessGroup } from "../helpers/process-group.ts";
import { ProjectStack } from "../helpers/stack.ts";

const nodes = ["alice", "miner"] as const;
const user = "somebody";
const password = `secret-${randomBytes(16).toString("hex")}`;

let stack: ProjectStack;
/** What the command line printed on the way up. */
let printed: string;
/** The command lines of all processes of this machine that were seen meanwhile. */
const commandLines = new Set<string>();

beforeAll(async () => {
  stack = await ProjectStack.create({ rpcUser: user, timeout: "10" });
  await stack.configureSecret("rpcPassword", password);
  const run = ProcessGroup.start(["npm", "run", "up", "--", "--stack", stack.name]);
  while (run.isRunning()) {
    for (const line of await processList()) commandLines.add(line);
    // Shorter than any program runs, and long enough to leave a processor to the others.
    await sleep(20);
  }
  const { code } = await run.ended();
  printed = run.printed;
  expect(code, printed).toBe(0);
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

describe("what is open to the network", () => {
  it("is the RPC port of each node, on 127.0.0.1, and nothing else", async () => {
    for (const node of nodes) {
      const { NetworkSettings, HostConfig } = await stack.container(node).inspect();
      const ports = NetworkSettings.Ports as Record<string, { HostIp: string }[] | null>;
      const published = Object.entries(ports).flatMap(([port, bindings]) =>
        (bindings ?? []).map(({ HostIp }) => [port, HostIp]),
      );
      expect(published).toEqual([["18332/tcp", "127.0.0.1"]]);
      expect(HostConfig.PublishAllPorts).toBe(false);
      expect(HostConfig.NetworkMode).not.toBe("host");
    }
  });

  it("cannot be reached by any other address of this machine", async () => {
    const endpoints = Object.values(await stack.output<Record<string, string>>("endpoints"));
    const ports = endpoints.map((url) => Number(new URL(url).port));
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === "IPv4")
      .map(({ address }) => address);
    for (const port of ports) {
      expect(await accepts("127.0.0.1", port)).toBe(true);
      for (const address of others)
        expect([address, await accepts(address, port)]).toEqual([address, false]);
    }
  });

  it("answers no container on another network", async () => {
    expect(await askedOn(own(), own())).toMatchObject({ code: 0, printed: "107" });
    await expectApart("bridge", own());
    await using other = await otherNetwork("other");
    await expectApart(other.name, own());
  });

  it(
    "answers the networks that a node is connected to, as they come and go, and the host all the while",
    { tags: ["long"] },
    async () => {
      const alice = stack.container("alice");
      const { Id } = await alice.inspect();
      await using rpc = await stack.rpc("alice");
      // The engine leads the published port, and the default route, over the first one by name.
      for (const name of ["z-network", "a-network"]) {
        await using other = await otherNetwork(name);
        const network = stack.docker.getNetwork(other.name);
        await network.connect({ Container: Id });
        try {
          expect(await askedOn(other.name, other.name)).toMatchObject({ code: 0, printed: "107" });
          expect(await askedOn(own(), own())).toMatchObject({ code: 0, printed: "107" });
          expect(await rpc.call("getblockcount")).toBe(107);
          if (name === "z-network") continue;
          await expectApart("bridge", other.name);
          // Its peers are not on the other network.
          await stack.container("miner").restart();
          const up = await ProcessGroup.start([
            "npm",
            "run",
            "up",
            "--",
            "--stack",
            stack.name,
          ]).ended();
          expect(up.code, up.printed).toBe(0);
          const addresses = await stack.output<Record<string, { ip: string }>>("containers");
          expect(addresses["alice"]?.ip).toBe(await addressOf(own()));
        } finally {
          await network.disconnect({ Container: Id });
        }
        expect(await rpc.call("getblockcount")).toBe(107);
      }
      expect((await alice.inspect()).Id).toBe(Id);
    },
  );
});

describe("the password", () => {
  it("is what the nodes ask for", async () => {
    await using rpc = await stack.rpc("alice");
    expect(await rpc.call("getblockcount")).toBe(107);
  });

  it("that is wrong is refused, with a message that names the user alone", async () => {
    const { alice = "" } = await stack.output<Record<string, string>>("endpoints");
    await using rpc = new RpcClient({ url: alice, user, password: `not ${password}` });
    const error = await rpc.call("getblockcount").then(String, (error: unknown) => error as Error);
    expect(error).toMatchObject({ name: "RpcAuthError", status: 401 });
    const text = `${String(error)} ${JSON.stringify(error)} ${(error as Error).stack ?? ""}`;
    expect(text).toContain(`user "${user}"`);
    expectNoSecret(text);
  });

  it("is in no inspection, label, image history or process list of the engine", async () => {
    for (const { Id } of await stack.docker.listContainers({ all: true })) {
      expectNoSecret(
        JSON.stringify(
          await stack.docker
            .getContainer(Id)
            .inspect()
            .catch(() => ""),
        ),
      );
    }
    for (const { Id } of await stack.docker.listImages()) {
      const image = stack.docker.getImage(Id);
      expectNoSecret(JSON.stringify(await image.inspect().catch(() => "")));
      expectNoSecret(JSON.stringify(await image.history().catch(() => "")));
    }
    expectNoSecret(JSON.stringify(await stack.docker.listNetworks()));
    for (const node of nodes) {
      const { Processes } = (await stack.container(node).top({ ps_args: "-ef" })) as Top;
      expect(JSON.stringify(Processes)).toContain("bitcoind");
      expectNoSecret(JSON.stringify(Processes));
    }
  });

  it("is in no process's arguments while the network comes up", () => {
    const lines = [...commandLines];
    expect(lines.find((line) => line.includes("pulumi") && line.includes(" up "))).toBeDefined();
    for (const line of lines) expectNoSecret(line);
  });

  it("is in no file of the backend, and in no config file", async () => {
    const backend = fileURLToPath(process.env["PULUMI_BACKEND_URL"] ?? "");
    const files = await readdir(backend, { recursive: true, withFileTypes: true });
    const paths = files
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    expect(paths.filter((path) => path.endsWith(`/${stack.name}.json`))).not.toEqual([]);
    for (const path of [...paths, join(projectFolder, `Pulumi.${stack.name}.yaml`)]) {
      expectNoSecret(await readFile(path, "latin1"));
    }
  });

  it("is in no log and in no output", async () => {
    for (const node of nodes) {
      const log = await logTail(stack.container(node), 10_000);
      expect(log).toContain("init message: Done loading");
      expectNoSecret(log);
    }
    expect(printed).toContain(`The network of stack ${stack.name} is up`);
    expectNoSecret(printed);
  });

  it("is in no error of a node that does not answer", async () => {
    await stack.container("miner").pause();
    try {
      const { code, printed } = await ProcessGroup.start([
        ...["npm", "run", "pulumi", "--", "refresh", "--yes"],
        ...["--stack", stack.name],
      ]).ended();
      expect(code, printed).toBe(0);
      expect(printed).toContain("miner: its container is paused");
      expectNoSecret(printed);
    } finally {
      await stack.container("miner").unpause();
    }
  });

  it("is in no file of a node, nor of its snapshot, which has no other credentials either", async () => {
    for (const node of nodes) {
      for (const { content } of await filesOf(stack.container(node))) expectNoSecret(content);
      const snapshot = await stack.docker.createContainer({
        Image: `${stack.prefix}${node}:latest`,
        Labels: { [label.kind]: "temporary" },
      });
      try {
        const files = await filesOf(snapshot);
        for (const { content } of files) expectNoSecret(content);
        const names = files.map(({ name }) => name.split("/").at(-1) ?? "");
        expect(names).toContain("wallet.dat");
        for (const name of [".cookie", ".lock", "bitcoind.pid", "peers.dat", "debug.log"]) {
          expect(names).not.toContain(name);
        }
      } finally {
        await snapshot.remove();
      }
    }
  });
});

describe("a node", () => {
  it("takes the signals of a stop and of a reset, which a shell cannot where they were ignored at its start", async () => {
    for (const node of nodes) {
      const status = await output(stack.container(node), ["cat", "/proc/1/status"]);
      const caught = BigInt(`0x${/^SigCgt:\s+(\S+)/m.exec(status)?.[1] ?? "0"}`);
      for (const signal of ["SIGTERM", "SIGUSR1"] as const) {
        const bit = 1n << BigInt(constants.signals[signal] - 1);
        expect([signal, (caught & bit) !== 0n]).toEqual([signal, true]);
      }
    }
  });

  it("runs as a user without any right, and can get none", async () => {
    for (const node of nodes) {
      const { Config, HostConfig, Mounts } = await stack.container(node).inspect();
      expect(Config.User).toBe("bitcoin");
      expect(HostConfig).toMatchObject({ Privileged: false, CapAdd: null, CapDrop: ["ALL"] });
      expect(HostConfig.SecurityOpt).toEqual(["no-new-privileges"]);
      expect(Mounts.map(({ Type, Destination, RW }) => [Type, Destination, RW])).toEqual([
        ["volume", "/home/bitcoin/.bitcoin/regtest", true],
      ]);
      // What the kernel says of every process in it.
      const script = "for p in /proc/[0-9]*; do cat $p/status; done";
      const status = await output(stack.container(node), ["sh", "-c", script]);
      const values = (key: string): Set<string | undefined> =>
        new Set([...status.matchAll(new RegExp(`^${key}:\\s+(\\S+)`, "gm"))].map(([, v]) => v));
      expect(values("Uid")).toEqual(new Set(["1000"]));
      for (const set of ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]) {
        expect([set, values(set)]).toEqual([set, new Set(["0000000000000000"])]);
      }
      expect(values("NoNewPrivs")).toEqual(new Set(["1"]));
    }
  });

  it("has no program that gives its caller another's rights", async () => {
    const files = await filesOf(stack.container("alice"));
    expect(files.map(({ name }) => name)).toContain("usr/bin/bitcoind");
    expect(files.filter(({ mode }) => (mode & 0o6000) !== 0)).toEqual([]);
  });

  it("has a read-only root file system, and writes to its volume and to memory alone", async () => {
    const { HostConfig } = await stack.container("alice").inspect();
    expect(HostConfig.ReadonlyRootfs).toBe(true);
    expect(HostConfig.Tmpfs).toEqual({ "/tmp": "" });
    for (const folder of ["/home/bitcoin", "/home/bitcoin/.bitcoin", "/usr/bin", "/etc"]) {
      const script = `echo > ${folder}/x || echo refused`;
      expect(await output(stack.container("alice"), ["sh", "-c", script])).toContain("refused");
    }
  });
});

/** Neither the password nor what HTTP's basic authentication makes of it. */
function expectNoSecret(text: string): void {
  const basic = Buffer.from(`${user}:${password}`).toString("base64");
  // Not by toContain, which would print the whole text, and the secret with it.
  expect(text.includes(password) || text.includes(basic)).toBe(false);
}

interface Top {
  readonly Processes: readonly (readonly string[])[];
}

async function processList(): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")),
  );
  return lines.map((line) => line.replaceAll("\0", " "));
}

async function accepts(host: string, port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = createConnection({ host, port, timeout: 5_000 });
  socket.once("connect", () => {
    resolve(true);
  });
  for (const event of ["error", "timeout"]) {
    socket.once(event, () => {
      resolve(false);
    });
  }
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}

/** Runs a program in a container of its own on that network. */
async function runOn(
  network: string,
  image: string,
  command: string[],
): Promise<{ code: number; printed: string }> {
  const container = await stack.docker.createContainer({
    Image: image,
    Entrypoint: command,
    Cmd: [],
    Labels: stackLabels("test", stack.name, "temporary"),
    HostConfig: { NetworkMode: network },
  });
  try {
    await container.start();
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    return { code: StatusCode, printed: await logTail(container, 10) };
  } finally {
    await container.remove({ force: true });
  }
}

/** The stack's network. */
function own(): string {
  return `${stack.prefix}regtest-network`;
}

/** Where alice is on a network. */
async function addressOf(network: string): Promise<string> {
  const { NetworkSettings } = await stack.container("alice").inspect();
  return NetworkSettings.Networks[network]?.IPAddress ?? "";
}

/** Asks alice for its height from a container on one network, at its address on another one. */
async function askedOn(network: string, at: string): Promise<{ code: number; printed: string }> {
  const { Image } = await stack.container("alice").inspect();
  const credentials = [`-rpcuser=${user}`, `-rpcpassword=${password}`];
  const where = [`-rpcconnect=${await addressOf(at)}`, "-rpcport=18332", "-rpcclienttimeout=5"];
  return await runOn(network, Image, ["bitcoin-cli", ...where, ...credentials, "getblockcount"]);
}

async function expectApart(network: string, at: string): Promise<void> {
  await expectNoAnswer(async () => {
    const { code, printed } = await askedOn(network, at);
    return code === 0 ? printed : undefined;
  });
}

async function otherNetwork(suffix: string): Promise<{ name: string } & AsyncDisposable> {
  // Not after the stack's prefix: by name it is to come before the stack's network, or after it.
  const name = `${suffix}-${stack.name}`;
  const network = await stack.docker.createNetwork({
    Name: name,
    Labels: stackLabels("test", stack.name, "network"),
  });
  return { name, [Symbol.asyncDispose]: () => network.remove() as Promise<void> };
}

async function output(container: Docker.Container, command: string[]): Promise<string> {
  const exec = await container.exec({
    Cmd: command,
    AttachStdout: true,
    AttachStderr: true,
    Tty: true,
  });
  const chunks: Buffer[] = [];
  for await (const chunk of await exec.start({ Tty: true })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("latin1").replaceAll("\r\n", "\n");
}

/** All files of a container. */
async function filesOf(container: Docker.Container): Promise<(Header & { content: string })[]> {
  const files: (Header & { content: string })[] = [];
  const unpacked = (await container.export()).pipe(extract());
  for await (const entry of unpacked) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    files.push({ ...entry.header, content: Buffer.concat(chunks).toString("latin1") });
  }
  return files;
}
