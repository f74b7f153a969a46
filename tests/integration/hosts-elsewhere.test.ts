/** Hosts that are reached in each of the ways that there are: by a socket, behind TLS, over SSH. */
import { copyFile } from "node:fs/promises";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type Pending, waitFor } from "../../base/wait.ts";
import { type Certificates, makeCertificates } from "../helpers/certificates.ts";
import { HostedStack, nodeOnEach } from "../helpers/hosted-stack.ts";
import { secondEnginePossible } from "../helpers/second-engine.ts";
import { type SshServer, startSshServer } from "../helpers/ssh-server.ts";
import { inOrder } from "../helpers/story.ts";
import { startSwarm, type Swarm } from "../helpers/swarm.ts";

describe.skipIf(!secondEnginePossible)("hosts on a socket, behind TLS and over SSH", () => {
  let swarm: Swarm;
  let certificates: Certificates;
  let strangers: Certificates;
  let server: SshServer;
  let stack: HostedStack;
  const undo = new AsyncDisposableStack();
  beforeAll(async () => {
    [certificates, strangers] = await Promise.all([makeCertificates(), makeCertificates()]);
    undo.use(certificates);
    undo.use(strangers);
    swarm = undo.use(await startSwarm({ certificates }));
    const [, , three] = swarm.engines;
    server = undo.use(await startSshServer(three?.address ?? "", three?.within ?? []));
    stack = undo.use(
      await HostedStack.create(swarm, {
        nodes: nodeOnEach,
        hosts: hostsWith(await certificates.ofClient()),
      }),
    );
    stack.env["PATH"] = `${server.bin}:${process.env["PATH"] ?? ""}`;
  });
  afterAll(() => undo.disposeAsync());

  function hostsWith(certPath: string): object[] {
    const [, two, three] = swarm.engines;
    const socket = encodeURI(three?.url.replace("unix://", "") ?? "");
    return [
      { name: "one" },
      { name: "two", engine: two?.tlsUrl, certPath, address: two?.address },
      { name: "three", engine: `ssh://root@${three?.address ?? ""}${socket}` },
    ];
  }

  const add = inOrder();
  const test = (title: string, work: () => Promise<void>): void => {
    it(title, { tags: ["long"] }, add(work));
  };

  test("carry a network that comes up to one tip, and every node is reached", async () => {
    const [one, two] = swarm.engines;
    const printed = await stack.run("up");
    expect(printed).toContain("height 107");
    expect(await stack.placement()).toEqual([["miner"], ["bob"], ["carol"]]);
    const { nodes, drift, byHand } = await stack.status();
    expect(nodes.map(({ height, peers }) => [height, peers])).toEqual([
      ...[107, 107, 107].map((height) => [height, 2]),
    ]);
    expect(nodes.map(({ endpoint }) => endpoint.replace(/:\d+$/, ""))).toEqual([
      `http://${one?.address ?? ""}`,
      `http://${two?.address ?? ""}`,
      "http://127.0.0.1",
    ]);
    expect([drift, byHand]).toEqual([[], []]);
    expect(await stack.run("up")).toContain("unchanged");
  });

  test("mine and are reset", async () => {
    await stack.run("mine", "2");
    expect(await stack.heights()).toEqual([109, 109, 109]);
    await stack.run("reset");
    expect(await stack.heights()).toEqual([107, 107, 107]);
  });

  test("are named where they do not know the certificate or the key, and nothing is made", async () => {
    const theirs = await strangers.ofClient();
    const mixed = await strangers.ofClient();
    await copyFile(path.join(await certificates.ofClient(), "ca.pem"), path.join(mixed, "ca.pem"));
    await using other = await HostedStack.another(swarm, { nodes: nodeOnEach });
    other.env["PATH"] = stack.env["PATH"] ?? "";
    const refused = async (...words: string[]): Promise<void> => {
      const { exitCode, stderr } = await other.tried("up");
      expect(exitCode).toBe(1);
      for (const word of words) expect(stderr).toContain(word);
      expect(await other.left()).toEqual([]);
    };

    await other.configure({ hosts: hostsWith(theirs) });
    await refused("hosts[1], two: No Docker engine answers at tcp://", `not by ${theirs}/ca.pem`);
    await other.configure({ hosts: hostsWith(mixed) });
    await refused("hosts[1], two: ", `does not accept ${mixed}/cert.pem`);
    await other.configure({ hosts: hostsWith(path.join(mixed, "nowhere")) });
    await refused("hosts[1], two: ", `${mixed}/nowhere has no ca.pem`);
    await other.configure({ hosts: hostsWith(await certificates.ofClient()) });
    other.env["PATH"] = `${server.strangersBin}:${process.env["PATH"] ?? ""}`;
    await refused("hosts[2], three: No Docker engine answers at ssh://", "Permission denied");
  });

  test("that are lost later are named too, and leave nothing once they are back", async () => {
    const known = stack.env["PATH"] ?? "";
    stack.env["PATH"] = `${server.strangersBin}:${process.env["PATH"] ?? ""}`;
    const { nodes } = await stack.status();
    expect(nodes.map(({ state }) => state)).toEqual(["running", "running", "unknown"]);
    const { exitCode, stderr } = await stack.tried("down");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("host three does not answer");
    expect(stderr).toContain("Permission denied");
    expect(await stack.placement()).toEqual([["miner"], ["bob"], ["carol"]]);
    stack.env["PATH"] = known;
    await stack.run("down");
    // A worker lists the overlay until the swarm has told it.
    const gone = async (): Promise<true | Pending> => {
      const left = await stack.left();
      return left.length === 0 || { pending: left.join(", ") };
    };
    await waitFor(gone, { what: "nothing to be left of the stack", limitMs: 20_000 });
  });
});
