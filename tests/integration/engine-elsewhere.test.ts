/** An engine on another machine, behind TLS: a network namespace, at the end of a cable from this one. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { copyFile, readdir } from "node:fs/promises";
import { connect } from "node:net";
import path from "node:path";

import { execa } from "execa";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

import { projectFolder } from "../../base/files/paths.ts";
import { waitFor } from "../../base/wait.ts";
import { connectEngine } from "../../engine/client.ts";
import { label } from "../../engine/labels.ts";
import { exportSnapshot } from "../../bootstrap/snapshots/share/export.ts";
import { importSnapshot } from "../../bootstrap/snapshots/share/import.ts";
import { cloneNetwork, prepareSnapshot } from "../../testing/index.ts";
import { type Certificates, makeCertificates } from "../helpers/certificates.ts";
import { cli } from "../helpers/cli.ts";
import { textOf } from "../helpers/http.ts";
import { removeSnapshot } from "../helpers/kit-snapshot.ts";
import {
  secondEnginePossible,
  type SecondEngine,
  startSecondEngine,
} from "../helpers/second-engine.ts";
import { type SshServer, startSshServer } from "../helpers/ssh-server.ts";
import { tempFolder, type TempFolder } from "../helpers/temp-folder.ts";

const random = randomBytes(4).toString("hex");
const transfer = { signal: AbortSignal.timeout(600_000), status: () => undefined, force: false };

describe.skipIf(!secondEnginePossible)("with an engine on another machine", () => {
  let folder: TempFolder;
  let certificates: Certificates;
  let engine: SecondEngine;
  let address: string;
  let certPath: string;
  let snapshot: string;
  beforeAll(async () => {
    folder = await tempFolder();
    certificates = await makeCertificates();
    engine = await startSecondEngine({ cable: { certificates } });
    address = engine.address ?? "";
    certPath = await certificates.ofClient();
    // The other machine builds nothing: it reaches neither packages nor registries.
    const here = await connectEngine();
    const nodes = [
      { name: "alice", p2pPort: "free", rest: true },
      { name: "miner", role: "miner" },
    ] as const;
    // Nobody else's.
    const own = { walletSeed: random };
    snapshot = await prepareSnapshot({ nodes, explorer: true, ...own });
    try {
      const file = path.join(folder.path, "snapshot.tar");
      await exportSnapshot(here, snapshot, file, transfer);
      await importSnapshot(engine.docker, file, transfer);
    } finally {
      await removeSnapshot(here, snapshot);
    }
  });
  afterAll(async () => {
    await engine[Symbol.asyncDispose]();
    await certificates[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  let variables: Record<string, string>;
  beforeEach(() => {
    variables = {
      ...{ DOCKER_HOST: engine.host, DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: certPath },
      ...{ REGTEST_ADDRESS: address, REGTEST_BASE_IMAGE: "none is needed" },
    };
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  function stub(changed: Record<string, string> = {}): void {
    for (const [name, value] of Object.entries({ ...variables, ...changed }))
      vi.stubEnv(name, value);
  }

  /** Containers, networks, volumes and images of it, but for what a fresh one has, and the snapshot. */
  async function leftThere(): Promise<string[]> {
    const { docker } = engine;
    const filters = { label: [label.stackId] };
    const [containers, networks, { Volumes }] = await Promise.all([
      docker.listContainers({ all: true }),
      docker.listNetworks({ filters }),
      docker.listVolumes(),
    ]);
    return [
      ...containers.map(({ Names }) => Names[0] ?? ""),
      ...networks.map(({ Name }) => Name),
      ...((Volumes as typeof Volumes | null) ?? []).map(({ Name }) => Name),
    ];
  }

  /** Runs commands on a stack that must succeed. Each returns its standard output. */
  function runOn(stack: string) {
    return async (...args: string[]): Promise<string> => {
      const run = await cli([...args, "--stack", stack], { env: variables });
      expect(run.exitCode, run.stdout + run.stderr).toBe(0);
      return run.stdout;
    };
  }

  /** Addresses of that machine at which alice's ports are published. */
  async function publishedThere(prefix: string): Promise<string[]> {
    const filters = { name: [`${prefix}-alice`] };
    const [alice] = await engine.docker.listContainers({ filters });
    const open = alice?.Ports.filter(({ IP }: { IP?: string }) => IP !== undefined) ?? [];
    return [...new Set(open.map(({ IP }) => IP))];
  }

  async function takesConnections(at: string): Promise<boolean> {
    const [host = "", port = ""] = at.split(":");
    const socket = connect(Number(port), host);
    try {
      await once(socket, "connect");
      return true;
    } finally {
      socket.destroy();
    }
  }

  it("clones are reached at its address", async () => {
    stub();
    await using network = await cloneNetwork({ snapshot });
    const [alice, miner] = [network.node("alice"), network.node("miner")];
    expect(alice.url).toMatch(new RegExp(`^http://${address}:\\d+$`));
    expect(await alice.wallet.call("getbalance")).toBe(30);
    expect(await takesConnections(alice.ports.p2p ?? "")).toBe(true);
    expect(alice.ports.p2p).toContain(`${address}:`);
    expect(await textOf(`${alice.ports.rest ?? ""}/chaininfo.json`)).toContain('"chain":"regtest"');
    await network.mine(2);
    expect(await miner.rpc.call("getblockcount")).toBe(109);
    await network.reset();
    expect(await miner.rpc.call("getblockcount")).toBe(107);
    // By the name that requests give it.
    const explorer = network.services["explorer"];
    expect(explorer?.urlOf("http")).toContain(address);
    expect(await textOf(`${explorer?.urlOf("http") ?? ""}/blocks/tip/height`)).toBe("107");
    await network.dispose();
    expect(await leftThere()).toEqual([]);
  });

  it("a stack is reached at its address, by commands and by programs, and goes without a trace", async () => {
    const stack = `test-${random}-far`;
    const run = runOn(stack);
    try {
      expect(await run("up", "--from", snapshot)).toContain(`http://${address}:`);
      expect(await run("mine", "2")).toContain("109");
      const status = JSON.parse(await run("status", "--json")) as {
        nodes: { name: string; endpoint: string; height: number }[];
      };
      for (const { endpoint } of status.nodes) expect(endpoint).toContain(`http://${address}:`);
      // Nobody reaches them by another address of that machine.
      expect(await publishedThere(stack)).toEqual([address]);
      expect(await run("up")).toContain("unchanged");
    } finally {
      await run("down");
      await cli(["pulumi", "stack", "rm", "--yes", "--force", stack]);
    }
    expect(await leftThere()).toEqual([]);
  });

  it("nothing is made while nobody has said that RPC may go there", async () => {
    stub({ REGTEST_ADDRESS: "" });
    const told = `The Docker engine ${engine.host} (DOCKER_HOST) is on another machine`;
    const todo = `set REGTEST_ADDRESS=${address}`;
    const refused = cloneNetwork({ snapshot });
    await expect(refused).rejects.toThrow(told);
    await expect(refused).rejects.toThrow(todo);
    const stack = `test-${random}-refused`;
    const env = { ...variables, REGTEST_ADDRESS: "" };
    try {
      const { exitCode, stderr } = await cli(["up", "--from", snapshot, "--stack", stack], { env });
      expect(exitCode).toBe(1);
      expect(stderr).toContain(told);
      expect(stderr).toContain(todo);
    } finally {
      await cli(["pulumi", "stack", "rm", "--yes", "--force", stack]);
    }
    expect(await leftThere()).toEqual([]);
  });

  describe("what is wrong is named, and nothing is made:", () => {
    let strangers: Certificates;
    beforeAll(async () => {
      strangers = await makeCertificates();
    });
    afterAll(async () => {
      await strangers[Symbol.asyncDispose]();
    });

    /** Tries the kit, and expects words of its error. */
    async function refused(changed: Record<string, string>, ...words: string[]): Promise<void> {
      stub(changed);
      const attempt = cloneNetwork({ snapshot });
      const host = changed["DOCKER_HOST"] ?? engine.host;
      for (const word of [`No Docker engine answers at ${host} (DOCKER_HOST): `, ...words])
        await expect(attempt).rejects.toThrow(word);
      expect(await leftThere()).toEqual([]);
    }

    it("an engine of another authority", async () => {
      const theirs = await strangers.ofClient();
      await refused({ DOCKER_CERT_PATH: theirs }, `its certificate is not by ${theirs}/ca.pem`);
    });

    it("a certificate of another authority", async () => {
      const mixed = await strangers.ofClient();
      await copyFile(path.join(certPath, "ca.pem"), path.join(mixed, "ca.pem"));
      await refused({ DOCKER_CERT_PATH: mixed }, `does not accept ${mixed}/cert.pem`);
    });

    it("an engine behind TLS that is asked without", async () => {
      await refused(
        { DOCKER_TLS_VERIFY: "" },
        "it speaks TLS; set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH",
      );
    });

    it("a port at which nobody listens", async () => {
      await refused({ DOCKER_HOST: `tcp://${address}:2375` }, "nothing listens there");
    });

    it("a name that is no machine's", async () => {
      await refused(
        { DOCKER_HOST: "tcp://nowhere.invalid:2376" },
        "there is no machine of that name",
      );
    });

    it("an address that is not the engine's", async () => {
      stub({ REGTEST_ADDRESS: "192.0.2.1" });
      await expect(cloneNetwork({ snapshot })).rejects.toThrow(
        /192\.0\.2\.1.* cannot assign requested address/,
      );
      expect(await leftThere()).toEqual([]);
    });

    it("by commands too", async () => {
      const theirs = await strangers.ofClient();
      const stack = `test-${random}-wrong`;
      const env = { ...variables, DOCKER_CERT_PATH: theirs };
      const { exitCode, stderr } = await cli(["up", "--from", snapshot, "--stack", stack], { env });
      expect(exitCode).toBe(1);
      expect(stderr).toContain(
        `${engine.host} (DOCKER_HOST): its certificate is not by ${theirs}/ca.pem`,
      );
      expect(await leftThere()).toEqual([]);
    });
  });

  describe("over SSH", () => {
    let server: SshServer;
    let host: string;
    beforeAll(async () => {
      server = await startSshServer(address, engine.within);
      host = `ssh://root@${address}${encodeURI(engine.socket)}`;
    });
    afterAll(async () => {
      await server[Symbol.asyncDispose]();
    });
    beforeEach(() => {
      variables = {
        ...{ DOCKER_HOST: host, REGTEST_BASE_IMAGE: "none is needed" },
        PATH: `${server.bin}:${process.env["PATH"] ?? ""}`,
      };
    });

    it("clones are reached at ports that are brought here", async () => {
      stub();
      await using network = await cloneNetwork({ snapshot });
      const alice = network.node("alice");
      expect(alice.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      expect(await alice.wallet.call("getbalance")).toBe(30);
      expect(await takesConnections(alice.ports.p2p ?? "")).toBe(true);
      await network.mine(1);
      await network.reset();
      expect(await alice.rpc.call("getblockcount")).toBe(107);
      const url = network.services["explorer"]?.urlOf("http") ?? "";
      expect(await textOf(`${url}/blocks/tip/height`)).toBe("107");
      // There, nobody but the other machine itself reaches them.
      expect(await publishedThere(network.id)).toEqual(["127.0.0.1"]);
      await network.dispose();
      expect(await leftThere()).toEqual([]);
    });

    it("commands work on a stack, and leave nothing of it", { tags: ["long"] }, async () => {
      const stack = `test-${random}-ssh`;
      const run = runOn(stack);
      try {
        expect(await run("up", "--from", snapshot)).toContain("http://127.0.0.1:");
        expect(await run("mine", "2")).toContain("109");
        expect(await publishedThere(stack)).toEqual(["127.0.0.1"]);
      } finally {
        await run("down");
        await cli(["pulumi", "stack", "rm", "--yes", "--force", stack]);
      }
      expect(await leftThere()).toEqual([]);
    });

    it("the connection goes with a process that is killed", async () => {
      await using temporary = await tempFolder();
      const program = `
        await (await import("./engine/client.ts")).connectEngine();
        console.log("connected");
        setInterval(() => undefined, 1_000);
      `;
      const killed = execa(process.execPath, ["--eval", program], {
        ...{ cwd: projectFolder, reject: false },
        env: { ...variables, TMPDIR: temporary.path },
      });
      await Promise.race([once(killed.stdout, "data"), killed]);
      expect(await readdir(temporary.path)).toHaveLength(1);
      killed.kill("SIGKILL");
      await killed;
      const gone = async (): Promise<true | { pending: string }> => {
        const left = await readdir(temporary.path);
        return left.length === 0 || { pending: left.join(" ") };
      };
      await waitFor(gone, { what: "the connection to end", limitMs: 10_000 });
    });

    it.each([
      [
        "a key that is not known there",
        () => ({ PATH: `${server.strangersBin}:${variables["PATH"] ?? ""}` }),
        "Permission denied (publickey",
      ],
      [
        "a port at which nobody listens",
        () => ({ DOCKER_HOST: `ssh://root@${address}:2222` }),
        "Connection refused",
      ],
      [
        "a host that is not known",
        () => ({ DOCKER_HOST: "ssh://nowhere.invalid" }),
        "Could not resolve hostname nowhere.invalid",
      ],
      [
        "a socket that is not there",
        () => ({ DOCKER_HOST: `ssh://root@${address}/nowhere.sock` }),
        "there is no engine's socket on that machine",
      ],
    ] as [string, () => Record<string, string>, string][])(
      "%s is named, and nothing is made",
      async (_what, changed, words) => {
        // By a command: this process has a connection to the engine already.
        const env = { ...variables, ...changed() };
        const { exitCode, stderr } = await cli(["list"], { env });
        expect(exitCode).toBe(1);
        expect(stderr).toContain(
          `No Docker engine answers at ${env["DOCKER_HOST"] ?? ""} (DOCKER_HOST): `,
        );
        expect(stderr).toContain(words);
        expect(await leftThere()).toEqual([]);
      },
    );
  });
});
