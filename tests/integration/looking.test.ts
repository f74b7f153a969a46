/** Looking at a running network: `npm run status`, `npm run logs` and `npm run cli`. */
import { stat } from "node:fs/promises";
import path from "node:path";
import { buffer } from "node:stream/consumers";

import { execa, type Options } from "execa";
import { pack } from "tar-stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { waitFor } from "../../base/wait.ts";
import type { NodeLine } from "../../cli/logs/merge.ts";
import { execIn } from "../../engine/exec.ts";
import { logTail } from "../../engine/log.ts";
import { streamProgress } from "../../base/progress/stream.ts";
import { declaredStack } from "../../stack/declared-stack.ts";
import { lookAt } from "../../bootstrap/status/look.ts";
import type { StatusReport } from "../../bootstrap/status/report.ts";
import { ensureToolchain } from "../../toolchain/ensure.ts";
import { projectFolder } from "../../base/files/paths.ts";
import { cli } from "../helpers/cli.ts";
import { ProcessGroup } from "../helpers/process-group.ts";
import { ProjectStack } from "../helpers/stack.ts";
import { tempFolder } from "../helpers/temp-folder.ts";
import { startInTerminal } from "../helpers/terminal.ts";

let stack: ProjectStack;
beforeAll(async () => {
  stack = await ProjectStack.create({
    nodes: JSON.stringify([
      { name: "alice", wallets: ["savings"], zmqPort: "free" },
      { name: "miner", role: "miner" },
    ]),
  });
  await stack.up();
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

function words(script: string, ...args: readonly string[]): string[] {
  return ["sh", "toolchain/run.sh", script, "--stack", stack.name, ...args];
}

async function run(script: string, args: readonly string[] = [], options: Options = {}) {
  return await cli([script, "--stack", stack.name, ...args], options);
}

const size = { columns: 80, rows: 40 };

/** All that it writes to a terminal, which the words may not need quotes for. */
async function inTerminal(
  script: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<string> {
  const group = startInTerminal(words(script, ...args), size, env);
  await group.ended();
  return group.written;
}

const ask: ProjectStack["ask"] = (...question) => stack.ask(...question);

async function mine(): Promise<string> {
  const { hash } = JSON.parse(
    await ask("miner", "generateblock", await ask("miner", "getnewaddress"), "[]"),
  ) as { hash: string };
  return hash;
}

async function connected(): Promise<boolean> {
  const peers = JSON.parse(await ask("alice", "getpeerinfo")) as {
    bytesrecv_per_msg: Record<string, number>;
  }[];
  return peers.some(({ bytesrecv_per_msg }) => "pong" in bytesrecv_per_msg);
}

async function status(): Promise<StatusReport> {
  const { stdout, stderr } = await run("status", ["--json"]);
  expect(stderr).toBe("");
  return JSON.parse(stdout) as StatusReport;
}

/** The same as `npm run status -- --json` prints, without the command line, which takes longer than the look. */
async function lookedAt(): Promise<StatusReport> {
  const signal = AbortSignal.timeout(60_000);
  const progress = streamProgress(process.stderr);
  const environment = await ensureToolchain({ progress, signal, program: false });
  const { declared } = await declaredStack(environment, stack.name);
  const report = await lookAt(stack.docker, declared, signal);
  return JSON.parse(JSON.stringify(report)) as StatusReport;
}

describe("cli", () => {
  it("prints what bitcoin-cli does, and ends with its exit code", async () => {
    expect(await run("cli", ["alice", "-rpcwallet=alice", "getbalance"])).toEqual({
      ...{ exitCode: 0, stdout: "30.00000000", stderr: "" },
    });
    const refused = await run("cli", ["miner", "getblockhash", "999"]);
    expect(refused).toMatchObject({ exitCode: 8, stdout: "" });
    expect(refused.stderr).toContain("Block height out of range");
  });

  it("passes arguments on as they are, options and quotes among them", async () => {
    const comment = `it's "two"  words, $HOME * \\`;
    const address = await ask("alice", "-rpcwallet=savings", "getnewaddress");
    const sent = await run("cli", [
      ...["miner", "-named", "sendtoaddress", `address=${address}`, "amount=1"],
      `comment=${comment}`,
    ]);
    expect(sent).toMatchObject({ exitCode: 0, stderr: "" });
    const transaction = await ask("miner", "gettransaction", sent.stdout);
    expect(JSON.parse(transaction)).toMatchObject({ comment });
  });

  it("passes standard input on where bitcoin-cli reads it, and leaves it alone elsewhere", async () => {
    const hash = await ask("miner", "getblockhash", "107");
    const input = "107\n";
    const read = await run("cli", ["miner", "-stdin", "getblockhash"], { stdin: "pipe", input });
    expect(read).toMatchObject({ exitCode: 0, stdout: hash });
    const loop = `printf '107\\n106\\n' | while read -r height; do "$@" "$height"; done`;
    const { stdout } = await execa(
      "sh",
      ["-c", loop, "sh", ...words("cli", "miner", "getblockhash")],
      { cwd: projectFolder },
    );
    expect(stdout.split("\n")).toHaveLength(2);
  });

  it("has colours on a terminal, unless nobody wants them", async () => {
    const command = ["miner", "-getinfo"];
    expect(await inTerminal("cli", command)).toContain("\u001b[34mChain: regtest\u001b[0m");
    expect(await inTerminal("cli", command, { NO_COLOR: "1" })).toMatch(/^Chain: regtest/m);
  });

  it("ends with SIGINT, and bitcoin-cli in the container with it", async () => {
    const waiting = async (): Promise<boolean> =>
      (await execIn(stack.container("alice"), ["busybox", "ps"])).output.includes("forblockheight");
    const group = ProcessGroup.start(words("cli", "alice", "waitforblockheight", "100000"));
    await expect.poll(waiting).toBe(true);
    group.signal("SIGINT");
    expect(await group.ended()).toMatchObject({ code: 130, printed: "" });
    await expect.poll(waiting).toBe(false);
  });

  it.each([
    ["cli", ["bob", "getblockcount"], 'there is no node or service "bob"; there are alice, miner'],
    ["logs", ["bob"], 'there is no node or service "bob"; there are alice, miner'],
    [
      "status",
      ["--stack", "never-made"],
      "there is no stack never-made: npm run up -- --stack never-made",
    ],
    [
      "logs",
      ["--stack", "never-made"],
      "there is no stack never-made: npm run up -- --stack never-made",
    ],
    ["status", ["--watch"], "--watch draws on a terminal"],
  ])("%s %j is refused with what there is", async (script, args, message) => {
    const refused = await run(script, args);
    expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
    expect(refused.stderr).toContain(message);
  });
});

describe("logs", () => {
  it("have every line of both nodes, in the order of their times", async () => {
    const { stdout, stderr, exitCode } = await run("logs", ["--json"]);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    const lines = stdout.split("\n").map((line) => JSON.parse(line) as NodeLine);
    const times = lines.map(({ time }) => time);
    expect(times).toEqual(times.toSorted());
    for (const node of ["alice", "miner"]) {
      const own = lines.filter((line) => line.node === node).map(({ line }) => line);
      const wrote = (await logTail(stack.container(node), own.length + 10)).split("\n");
      // It may have gone on.
      expect(wrote.slice(0, own.length)).toEqual(own);
    }
    const from = times[Math.floor(times.length / 2)] ?? "";
    const later = (await run("logs", ["--json", "--since", from])).stdout.split("\n");
    expect(later.map((line) => JSON.parse(line) as NodeLine).slice(0, 20)).toEqual(
      lines.filter(({ time }) => time >= from).slice(0, 20),
    );
  });

  it("go on with new blocks and over a restart, until SIGINT", async () => {
    const group = ProcessGroup.start(words("logs", "--follow", "--tail", "1"));
    await group.prints("miner │ ");
    const hash = await mine();
    for (const node of ["alice", "miner"]) {
      await expect
        .poll(() => group.printed)
        .toMatch(new RegExp(`^${node} │ .*UpdateTip: new best=${hash}`, "m"));
    }
    // The miner dials: it is connected again at once.
    await stack.container("miner").restart();
    await group.prints("init message: Done loading");
    group.signal("SIGINT");
    const { code, printed } = await group.ended();
    expect(code).toBe(130);
    // Each once, though the log was read twice.
    expect(printed.match(new RegExp(`miner │ .*UpdateTip: new best=${hash}`, "g"))).toHaveLength(1);
    expect(printed).not.toContain("\u001b");
  });

  it("end without a word when nobody reads on", async () => {
    const { stdout, stderr } = await execa(
      "bash",
      ["-o", "pipefail", "-c", '"$@" | head -n 1', "bash", ...words("logs")],
      { cwd: projectFolder },
    );
    expect(stdout).toMatch(/^(alice|miner) │ /);
    expect(stderr).toBe("");
  });
});

describe("status", () => {
  it("says what the nodes themselves say", async () => {
    await expect.poll(connected).toBe(true);
    const report = await status();
    const height = Number(await ask("miner", "getblockcount"));
    expect(report).toMatchObject({
      ...{ stack: stack.name, height, minedSince: height - 107, drift: [] },
      declared: { height: 107 },
      connections: [{ nodes: ["alice", "miner"], declared: true, state: "connected" }],
      snapshots: [{ name: `${stack.prefix}${stack.name}`, height: 107, nodes: ["alice", "miner"] }],
    });
    const endpoints = await stack.output<Record<string, string>>("endpoints");
    for (const [index, node] of ["alice", "miner"].entries()) {
      expect(report.nodes[index]).toMatchObject({
        ...{ name: node, state: "running", height, behind: 0, peers: 1 },
        tip: await ask(node, "getbestblockhash"),
        endpoint: endpoints[node],
        mempool: (JSON.parse(await ask(node, "getrawmempool")) as string[]).length,
      });
    }
    expect(report.nodes[0]?.wallets?.map(({ name }) => name).toSorted()).toEqual([
      "alice",
      "savings",
    ]);
    for (const { name, spendable, immature } of report.nodes.flatMap(
      ({ wallets = [] }) => wallets,
    )) {
      const node = name === "miner" ? "miner" : "alice";
      const { mine } = JSON.parse(await ask(node, `-rpcwallet=${name}`, "getbalances")) as {
        mine: Record<"trusted" | "immature", number>;
      };
      expect([spendable, immature]).toEqual([mine.trusted.toFixed(8), mine.immature.toFixed(8)]);
    }
  });

  it("prints lines to paste that work, and shows no password", async () => {
    const { stdout } = await run("status");
    const password = await stack.output<string>("rpcPassword");
    expect(stdout).not.toContain(password);
    expect(JSON.stringify(await status())).not.toContain(password);
    expect((await run("status", ["--env"])).stdout).not.toContain(password);
    await using folder = await tempFolder();
    const file = path.join(folder.path, "env");
    const [, lines = ""] = /In a shell:\n([^]*?)\n\n/.exec(stdout) ?? [];
    const shell = await execa("sh", ["-eu", "-c", lines.replace("> .env", `> '${file}'`)], {
      cwd: projectFolder,
    });
    expect(lines).toContain("--env --show-secrets > .env");
    const [balance, again, answer = ""] = shell.stdout.split("\n");
    expect([balance, again]).toEqual(["30.00000000", "30.00000000"]);
    expect(JSON.parse(answer)).toMatchObject({ result: 30 });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const script = '. "$0"; printf "%s\\n" "$RPC_USER:$RPC_PASSWORD" "$MINER_RPC_URL" "$ALICE_ZMQ"';
    const sourced = await execa("sh", ["-eu", "-c", script, file]);
    const endpoints = await stack.output<Record<string, string>>("endpoints");
    const { alice } = await stack.output<Record<string, { zmq?: string }>>("ports");
    expect(sourced.stdout.split("\n")).toEqual([
      `user:${password}`,
      endpoints["miner"],
      alice?.zmq,
    ]);
  });

  it("draws arrows from the node that is declared later to the earlier one, also after a minute", async () => {
    const { connections } = await lookedAt();
    expect(connections).toMatchObject([{ dialledBy: ["miner"] }]);
  });

  it("draws anew with each block, until Ctrl-C", async () => {
    const group = startInTerminal(words("status", "--watch"), size);
    const height = Number(await ask("miner", "getblockcount"));
    await group.prints(`Height ${height}`);
    await mine();
    await group.prints(`Height ${height + 1}`);
    group.pressCtrlC();
    expect((await group.ended()).code).toBe(130);
  });

  it("prints an object a line for programs", async () => {
    const group = ProcessGroup.start(words("status", "--watch", "--json"));
    await expect.poll(() => group.printed.split("\n").length).toBeGreaterThan(2);
    group.signal("SIGINT");
    const { code, printed } = await group.ended();
    expect(code).toBe(130);
    for (const line of printed.trim().split("\n")) {
      expect(JSON.parse(line)).toMatchObject({ stack: stack.name, drift: [] });
    }
  });
});

describe("a network that is not as declared", () => {
  it("with a node that hangs is told, and holds nobody up", async () => {
    const signal = (name: string) =>
      execIn(stack.container("miner"), ["busybox", "killall", name, "bitcoind"]);
    await signal("-STOP");
    try {
      const { nodes, drift, byHand } = await lookedAt();
      expect(nodes[0]).toMatchObject({ name: "alice", state: "running", behind: 0 });
      expect(byHand).toEqual(drift);
      expect(nodes[1]).toMatchObject({ name: "miner", state: "running" });
      expect(nodes[1]).not.toHaveProperty("height");
      expect(nodes[1]?.problem).toContain("no answer within 3 s");
      expect(drift).toEqual([expect.stringContaining("miner: ")]);
    } finally {
      await signal("-CONT");
    }
  });

  it("with nodes that are parted, a wallet that is not loaded and no image is told", async () => {
    await ask("miner", "setnetworkactive", "false");
    await ask("alice", "unloadwallet", "savings");
    await stack.docker.getImage(`${stack.prefix}alice:latest`).remove();
    await mine();
    const { drift: before, nodes: parted } = await lookedAt();
    expect(parted).toMatchObject([{ behind: 1 }, { behind: 0 }]);
    expect(parted[0]).not.toHaveProperty("forkedAt");
    const height = Number(await ask("alice", "getblockcount"));
    const address = await ask("alice", "-rpcwallet=alice", "getnewaddress");
    await ask("alice", "generatetoaddress", "1", address);
    const fork = `miner: on a fork, with 1 block above height ${height} that alice does not have`;
    expect(await lookedAt()).toMatchObject({
      nodes: [{ behind: 0 }, { behind: 0, forkedAt: height }],
      drift: expect.arrayContaining([expect.stringContaining(fork)]) as string[],
      byHand: [expect.stringContaining("the next block decides: run npm run mine")],
    });
    await mine();
    const { nodes, drift, byHand } = await lookedAt();
    expect(before).toHaveLength(3);
    expect(byHand).toEqual([]);
    expect(nodes).toMatchObject([
      { behind: 1, peers: 0, forkedAt: height },
      { behind: 0, peers: 0 },
    ]);
    expect(drift).toEqual([
      "alice: its wallet savings is not loaded",
      `alice: on a fork, with 1 block above height ${height} that miner does not have`,
      "alice: it is not connected to miner",
      `alice: its snapshot image ${stack.prefix}alice:latest is gone`,
    ]);
  });

  it(
    "with a node that ends again and again is told as that at once, with its last lines",
    { tags: ["long"] },
    async () => {
      const datadir = "/home/bitcoin/.bitcoin/regtest";
      const alice = stack.container("alice");
      await execIn(alice, ["sh", "-c", `echo '{' > ${datadir}/settings.json`]);
      await alice.restart();
      const ended =
        /alice: (?:its container ended with exit code 1 and was started again|it crashed and was restarted), /;
      await waitFor(
        async () => {
          const { RestartCount } = await alice.inspect();
          return RestartCount > 1 || { pending: `${RestartCount} restarts` };
        },
        { what: "alice to end twice", limitMs: 60_000 },
      );
      const { stdout } = await run("status");
      expect(stdout).toMatch(/^alice +restarting /m);
      expect(stdout).toMatch(new RegExp(`cannot fix it:\n  ${ended.source}`, "m"));
      expect(stdout.match(ended)).toHaveLength(1);
      const { exitCode, stderr, stdout: printed } = await run("up");
      expect(exitCode).toBe(1);
      expect(printed + stderr).toContain("alice: its container ended with exit code 1");
      expect(printed + stderr).toMatch(/settings\.json/);
      const fixed = pack();
      fixed.entry({ name: "settings.json", uid: 1000, gid: 1000 }, "{}");
      fixed.finalize();
      await alice.putArchive(await buffer(fixed), { path: datadir });
      expect((await run("up")).exitCode).toBe(0);
    },
  );

  it("with a stopped and a removed node is told by all, with what to do", async () => {
    await stack.container("alice").stop();
    await stack.container("miner").remove({ force: true });
    const { stdout, exitCode } = await run("status");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^alice +exited /m);
    expect(stdout).toMatch(/^miner +gone /m);
    expect(stdout).toContain("alice ??? miner   unknown: neither answers");
    expect(stdout).toContain("  miner: its container is gone");
    expect(stdout).toContain(`npm run up -- --stack ${stack.name} fixes it.`);
    const refused = await run("cli", ["alice", "getblockcount"]);
    expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
    expect(refused.stderr).toContain(
      `alice: its container is exited; npm run up -- --stack ${stack.name} starts it`,
    );
    const logs = await run("logs", ["--tail", "40"]);
    expect(logs.stdout).toContain("Shutdown: done");
    expect(logs.stderr).toContain("miner: its container is gone, and its log with it");
  });

  it("that was taken down is no more", async () => {
    await stack.destroy();
    for (const script of ["status", "logs"]) {
      const { exitCode, stderr } = await run(script);
      expect(exitCode).toBe(1);
      expect(stderr).toContain(
        `stack ${stack.name} is not up: npm run up -- --stack ${stack.name}`,
      );
    }
  });
});
