/** Images get from the first host to the others by a registry. */
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout } from "node:timers/promises";

import type Docker from "dockerode";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

import { carryImage } from "../../bootstrap/snapshots/share/carry-image.ts";
import { connectEngine } from "../../engine/client.ts";
import { hostImageHandler } from "../../provider/regtest/host-image-handler.ts";
import { cli } from "../helpers/cli.ts";
import { HostedStack, nodeOnEach } from "../helpers/hosted-stack.ts";
import { registryUser } from "../helpers/registry-server.ts";
import { secondEnginePossible } from "../helpers/second-engine.ts";
import { smallImage } from "../helpers/small-image.ts";
import { inOrder } from "../helpers/story.ts";
import { startSwarm, type Swarm } from "../helpers/swarm.ts";
import { type SwarmRegistry, startSwarmRegistry } from "../helpers/swarm-registry.ts";
import { type TempFolder, tempFolder } from "../helpers/temp-folder.ts";

/** Answers in the registry's place; false: it is to answer. */
type Trick = (asked: IncomingMessage, answer: ServerResponse) => boolean | Promise<boolean>;

/** Leaves in the folder what `docker login` does. */
async function logInAt(repository: string, folder: TempFolder, password: string): Promise<void> {
  const auth = Buffer.from(`${registryUser.name}:${password}`).toString("base64");
  const auths = { [repository.split("/")[0] ?? ""]: { auth } };
  await writeFile(path.join(folder.path, "config.json"), JSON.stringify({ auths }));
}

describe.skipIf(!secondEnginePossible)("images get to hosts by a registry", () => {
  let swarm: Swarm;
  let registry: SwarmRegistry;
  let folder: TempFolder;
  let repository: string;
  let image: string;
  let trick: Trick;
  let asked: number;
  const undo = new AsyncDisposableStack();
  beforeAll(async () => {
    folder = undo.use(await tempFolder());
    swarm = undo.use(await startSwarm({ managers: 0 }));
    registry = undo.use(await startSwarmRegistry(swarm, { withLogin: true }));
    // As it is, with what a test has it do instead.
    const answers = async (question: IncomingMessage, answer: ServerResponse): Promise<void> => {
      asked += 1;
      if (await trick(question, answer)) return;
      const { method, url, headers } = question;
      const [host = "", port] = registry.host.split(":");
      const on = request({ host, port, method, path: url, headers }, (answered) => {
        answer.writeHead(answered.statusCode ?? 0, answered.headers);
        answered.pipe(answer);
      });
      question.pipe(on);
    };
    const between = createServer((question, answer) => void answers(question, answer));
    between.listen(0, swarm.here);
    await once(between, "listening");
    undo.defer(async () => {
      between.closeAllConnections();
      between.close();
      await once(between, "close");
    });
    repository = `${swarm.here}:${(between.address() as AddressInfo).port}/team/regtest`;
    await logIn(registryUser.password);
    await using small = await smallImage();
    const here = await connectEngine();
    image = (await here.getImage(small.name).inspect()).Id;
    const transfer = { signal: AbortSignal.timeout(60_000), status: () => undefined };
    await carryImage(image, { from: here, to: engine(1), name: "test:built" }, transfer);
  });
  afterAll(async () => {
    await undo.disposeAsync();
  });

  beforeEach(() => {
    trick = () => false;
    asked = 0;
    vi.stubEnv("DOCKER_CONFIG", folder.path);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    // Neither images nor notes, wherever a test ended.
    expect(await Promise.all([1, 2, 3].map(namesOn))).toEqual([["test:built"], [], []]);
  });

  function engine(number: number): Docker {
    const found = swarm.engines[number - 1]?.docker;
    if (found === undefined) throw new Error(`there is no engine ${number}`);
    return found;
  }

  async function namesOn(number: number): Promise<string[]> {
    const images = await engine(number).listImages({ all: true, digests: true });
    const { Volumes } = await engine(number).listVolumes();
    return [
      ...images.flatMap(({ Id, RepoTags, RepoDigests }) => {
        const names = [...(RepoTags ?? []), ...(RepoDigests ?? [])];
        return names.length === 0 ? [Id] : names;
      }),
      ...((Volumes as typeof Volumes | null) ?? []).map(({ Name }) => Name),
    ].filter((name) => !name.includes("<none>"));
  }

  const logIn = (password: string): Promise<void> => logInAt(repository, folder, password);

  const context = {
    ...{ urn: "", signal: AbortSignal.timeout(600_000) },
    ...{ status: () => undefined, info: () => undefined, warn: () => undefined },
  };

  /** Inputs of the resource that brings it to a host. */
  function inputsFor(host: string): Record<string, unknown> {
    const names = ["one", "two", "three"];
    const hosts = swarm.engines.map(({ url }, index) => ({ name: names[index], host: url }));
    return { image, host, name: "test-copy", registry: repository, engine: { hosts } };
  }

  /** With the words of the error, after those that each of them begins with. */
  async function refused(): Promise<string> {
    const failed: unknown = await hostImageHandler
      .create(inputsFor("two"), context)
      .catch((error: unknown) => error);
    const begin = `the image could not be brought to host two by registry ${repository}: `;
    expect((failed as Error).message).toContain(begin);
    return (failed as Error).message.replace(begin, "");
  }

  const isAskedByTwo = ({ socket, url = "" }: IncomingMessage, what: RegExp): boolean =>
    socket.remoteAddress === swarm.engines[1]?.address && what.test(url);

  it("with the id that they have, to several at once, and once", async () => {
    let [begun, atEndOfFirst] = [0, 0];
    trick = async ({ method, url = "" }) => {
      if (method !== "PUT" || !url.includes("manifests") || ++begun > 1) return false;
      await setTimeout(300);
      atEndOfFirst = begun;
      return false;
    };
    const brought = await Promise.all(
      ["two", "three"].map((host) => hostImageHandler.create(inputsFor(host), context)),
    );
    // Or the one would take away the name by which the other pushes.
    expect([atEndOfFirst, begun]).toEqual([1, 2]);
    const [two, three] = ["two", "three"].map((host) => `test-copy-${host}:${image.slice(7, 19)}`);
    expect(brought.map(({ id }) => id)).toEqual([two, three]);
    for (const { state } of brought) {
      expect(state["imageId"]).toBe(image);
      expect(JSON.stringify(state)).not.toContain(registryUser.name);
    }
    expect(await Promise.all([1, 2, 3].map(namesOn))).toEqual([["test:built"], [two], [three]]);
    expect(
      (
        await engine(2)
          .getImage(two ?? "")
          .inspect()
      ).Id,
    ).toBe(image);

    const before = asked;
    await hostImageHandler.create(inputsFor("two"), context);
    expect(asked).toBe(before);
    for (const { id, state } of brought) await hostImageHandler.delete(id, state, context);
  });

  it("unless the first host may not push, or the registry is not there", async () => {
    await logIn("another");
    expect(await refused()).toMatch(/^the first host cannot push it there: .*(auth|denied)/);
    await logIn(registryUser.password);
    trick = ({ socket }) => !socket.destroy().writable;
    expect(await refused()).toMatch(/^the first host cannot push it there: .*EOF/);
  });

  it("unless the host does not reach it", async () => {
    trick = (question) => isAskedByTwo(question, /./) && !question.socket.destroy().writable;
    expect(await refused()).toMatch(/^it cannot pull sha256:[0-9a-f]{64}: .*EOF/);
  });

  it("unless the registry that the host asks is without the digest", async () => {
    trick = (question, answer) => {
      if (!isAskedByTwo(question, /manifests/)) return false;
      const errors = [{ code: "MANIFEST_UNKNOWN", message: "manifest unknown" }];
      answer.writeHead(404, { "Content-Type": "application/json" });
      answer.end(JSON.stringify({ errors }));
      return true;
    };
    expect(await refused()).toMatch(
      /^the registry does not give it sha256:[0-9a-f]{64}, which the first host has just pushed: it was removed there, /,
    );
  });

  it("unless what it gives has another digest", async () => {
    trick = (question, answer) => {
      if (!isAskedByTwo(question, /manifests/)) return false;
      const type = "application/vnd.docker.distribution.manifest.v2+json";
      answer.writeHead(200, { "Content-Type": type });
      answer.end(JSON.stringify({ schemaVersion: 2, mediaType: type, config: {}, layers: [] }));
      return true;
    };
    expect(await refused()).toMatch(/^it cannot pull sha256:[0-9a-f]{64}: .*verification failed/);
  });
});

describe.skipIf(!secondEnginePossible)(
  "a network whose images get to its hosts by a registry",
  () => {
    let swarm: Swarm;
    let registry: SwarmRegistry;
    let folder: TempFolder;
    let stack: HostedStack;
    let repository: string;
    const undo = new AsyncDisposableStack();
    beforeAll(async () => {
      folder = undo.use(await tempFolder());
      swarm = undo.use(await startSwarm());
      registry = undo.use(await startSwarmRegistry(swarm, { withLogin: true }));
      repository = `${registry.host}/team/regtest`;
      stack = undo.use(
        await HostedStack.create(swarm, { nodes: nodeOnEach, registry: repository }),
      );
      stack.env["DOCKER_CONFIG"] = folder.path;
    });
    afterAll(() => undo.disposeAsync());

    const add = inOrder();
    const test = (title: string, work: () => Promise<void>): void => {
      it(title, { tags: ["long"] }, add(work));
    };

    async function pushed(): Promise<string[]> {
      const auth = Buffer.from(`${registryUser.name}:${registryUser.password}`).toString("base64");
      const headers = { Authorization: `Basic ${auth}` };
      const answer = await fetch(`http://${registry.host}/v2/team/regtest/tags/list`, { headers });
      return ((await answer.json()) as { tags?: string[] }).tags ?? [];
    }

    test("does not come up while nobody is logged in there", async () => {
      const { exitCode, stderr } = await stack.tried("up");
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(
        /could not be brought to host (two|three) by registry \S+\/team\/regtest: the first host cannot push it there: .*auth/,
      );
      expect(await pushed()).toEqual([]);
    });

    test("comes up then, and is reset", async () => {
      await logInAt(repository, folder, registryUser.password);
      expect(await stack.run("up")).toContain("height 107");
      expect(await stack.heights()).toEqual([107, 107, 107]);
      expect(await stack.run("up")).toContain("unchanged");
      await stack.run("mine", "1");
      await stack.run("reset");
      expect(await stack.heights()).toEqual([107, 107, 107]);
      expect(await pushed()).toEqual([expect.stringContaining(stack.name)]);
      const state = await cli(["pulumi", "stack", "export", "--stack", stack.name]);
      expect(state.stdout).toContain(repository);
      expect(state.stdout).not.toContain(
        Buffer.from(`${registryUser.name}:`).toString("base64").slice(0, 8),
      );
    });

    test("has a snapshot whose images get to other hosts so, and leaves them in the registry alone", async () => {
      const name = `${stack.name}-moved`;
      await stack.run("snapshot", name);
      const moved = nodeOnEach.map((node, index) => ({
        ...node,
        host: nodeOnEach[(index + 1) % 3]?.["host"],
      }));
      {
        await using other = await HostedStack.another(swarm, {
          ...{ nodes: moved, start: "snapshot", snapshot: name, registry: repository },
        });
        other.env["DOCKER_CONFIG"] = folder.path;
        expect(await other.run("up")).toContain("height 107");
        expect(await other.heights()).toEqual([107, 107, 107]);
        expect(await pushed()).toHaveLength(3);
        await other.run("down");
        expect(await other.left()).toEqual([]);
      }
      const removed = await cli(["snapshot", "remove", name], { env: stack.env });
      expect(removed.exitCode, removed.stderr).toBe(0);
      await stack.run("down");
      expect(await stack.left()).toEqual([]);
      const lists = swarm.engines.map(({ docker }) => docker.listImages({ digests: true }));
      const names = (await Promise.all(lists))
        .flat()
        .flatMap(({ RepoDigests }) => RepoDigests ?? []);
      expect(names.filter((digest) => digest.startsWith(registry.host))).toEqual([]);
      expect(await pushed()).toHaveLength(3);
    });
  },
);
