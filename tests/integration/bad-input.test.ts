/** What cannot work is refused with the key, its value and what is allowed, and nothing is made. */
import { createServer } from "node:net";

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { labelFilter } from "../../engine/labels.ts";
import { nothing } from "../helpers/declared.ts";
import { ownPorts } from "../helpers/run.ts";
import { ProjectStack } from "../helpers/stack.ts";

/** Of the foreign things that stand in a stack's way here. */
const testLabel = "regtest-network.test";

describe("a configuration that cannot work", () => {
  let stack: ProjectStack;
  let good: Record<string, string>;
  let baseImage: string;

  beforeAll(async () => {
    const [alice, miner] = await ownPorts(2);
    good = { aliceRpcPort: String(alice), minerRpcPort: String(miner) };
    stack = await ProjectStack.create(good);
    baseImage = process.env["REGTEST_BASE_IMAGE"] ?? "";
  });
  afterEach(async () => {
    await removeForeign();
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
  });

  /** Brings the stack up with `changed` on top of a good configuration, which must fail. Returns what was printed. */
  async function refused(changed: Record<string, string>): Promise<string> {
    await stack.configure({ ...good, ...changed });
    try {
      return await stack.upFails();
    } finally {
      const none = Object.fromEntries(Object.keys(changed).map((key) => [key, undefined]));
      await stack.configure({ ...none, ...good, prefix: stack.prefix });
    }
  }

  async function removeForeign(): Promise<void> {
    const filters = labelFilter({ [testLabel]: stack.name });
    for (const { Id } of await stack.docker.listContainers({ all: true, filters })) {
      await stack.docker.getContainer(Id).remove({ force: true, v: true });
    }
    for (const { Id } of await stack.docker.listImages({ filters })) {
      await stack.docker.getImage(Id).remove({ force: true });
    }
  }

  /** A container of somebody else. */
  async function foreignContainer(
    options: Partial<Parameters<typeof stack.docker.createContainer>[0]>,
  ) {
    return await stack.docker.createContainer({
      Image: baseImage,
      Cmd: ["sleep", "infinity"],
      Labels: { [testLabel]: stack.name },
      ...options,
    });
  }

  /** The base image after `command` ran in it, as an image of somebody else. */
  async function foreignImage(repo: string, command: string): Promise<void> {
    const container = await foreignContainer({ Cmd: ["sh", "-c", command] });
    await container.start();
    expect(await container.wait()).toMatchObject({ StatusCode: 0 });
    await container.commit({ repo, tag: "latest" });
  }

  // What is refused of each key: tests/unit/bootstrap/plan/settings/settings.test.ts.
  it.each<[string, Record<string, string>, string[]]>([
    [
      "every key at once",
      {
        rpcUser: "",
        aliceRpcPort: "0",
        minerRpcPort: "65536",
        blocks: "100",
        confirmations: "-1",
        amount: "0",
        prefix: "Upper-",
        scenario: "./nowhere.ts",
        baseImage: "debian\n",
      },
      [
        'rpcUser: "" is not allowed; give 1 to 64 printable ASCII characters, no space and no colon',
        "aliceRpcPort: 0 is not allowed; give a port from 1 to 65535",
        "minerRpcPort: 65536 is not allowed; give a port from 1 to 65535",
        "blocks: 100 is not allowed; give a whole number from 101 to 10000",
        "confirmations: -1 is not allowed; give a whole number from 0 to 10000",
        'amount: "0" is not allowed; give an amount above 0',
        'prefix: "Upper-" is not allowed; give at most 40 of a-z and 0-9',
        'scenario: "./nowhere.ts" is not usable; there is no such file',
        'baseImage: "debian\\n" is not allowed; give the reference of an image',
      ],
    ],
    [
      "a key that there is none of, and an amount that no node relays",
      { blockz: "101", amount: "0.00000001" },
      [
        "blockz: there is no such key; did you mean blocks? Remove it: npm run pulumi -- config rm --stack test-",
        'amount: "0.00000001" is not allowed; give at least 0.00000546 BTC; nodes relay no smaller output (dust)',
      ],
    ],
    [
      "images that there are none of",
      {
        baseImage: "regtest-network.invalid/none:1",
        nodes: JSON.stringify([
          { name: "miner", role: "miner" },
          {
            name: "bob",
            image: { external: "regtest-network.invalid/no/such@sha256:" + "0".repeat(64) },
          },
        ]),
      },
      [
        'baseImage: "regtest-network.invalid/none:1" is not on the engine, and its registry does not offer it (Error response from daemon: ',
        'nodes[1].image.external: "regtest-network.invalid/no/such@sha256:',
        "correct the name, or bring it to the engine with docker pull or docker load",
      ],
    ],
    [
      "a port that is no number",
      { aliceRpcPort: "alice" },
      ["'aliceRpcPort' must be of type 'integer'"],
    ],
  ])("is refused: %s", async (_what, changed, messages) => {
    const printed = await refused(changed);
    for (const message of messages) expect(printed).toContain(message);
    expect(await stack.footprint()).toEqual(nothing);
  });

  it("is refused when the password is in clear text, and does not show it", async () => {
    const printed = await refused({ rpcPassword: "correct-horse" });
    expect(printed).toContain("rpcPassword: it is set in clear text; set it with --secret");
    expect(printed).not.toContain("correct-horse");
    expect(await stack.footprint()).toEqual(nothing);
  });

  it("is refused when other programs listen on the ports, at 127.0.0.1 or at all addresses", async () => {
    const listeners = [
      createServer().listen(Number(good["aliceRpcPort"]), "127.0.0.1"),
      createServer().listen(Number(good["minerRpcPort"]), "0.0.0.0"),
    ];
    try {
      const printed = await refused({});
      for (const key of ["aliceRpcPort", "minerRpcPort"]) {
        expect(printed).toContain(
          `${key}: port ${good[key]} on 127.0.0.1 is taken by another program on this machine; set another port, or stop it`,
        );
      }
    } finally {
      for (const listener of listeners) listener.close();
    }
    expect(await stack.footprint()).toEqual(nothing);
  });

  it("is refused when what others have is in its way, and names each of it", async () => {
    const [holder, node, image, network] = [
      `${stack.prefix}foreign`,
      `${stack.prefix}alice`,
      `${stack.prefix}alice`,
      `${stack.prefix}regtest-network`,
    ];
    const running = await foreignContainer({
      name: holder,
      ExposedPorts: { "80/tcp": {} },
      HostConfig: {
        PortBindings: { "80/tcp": [{ HostIp: "127.0.0.1", HostPort: good["minerRpcPort"] ?? "" }] },
      },
    });
    await running.start();
    await foreignImage(image, "true");
    const { Id } = await stack.docker.getImage(image).inspect();
    const created = await foreignContainer({ name: node });
    const made = await stack.docker.createNetwork({ Name: network });
    try {
      const printed = await refused({});
      for (const message of [
        `minerRpcPort: port ${good["minerRpcPort"]} on 127.0.0.1 is taken by the container "${holder}" (image ${baseImage}, running); set another port, or stop it`,
        `prefix: the container name ${node} is taken by the container "${node}" (image ${baseImage}, created); set another prefix, or remove it`,
        `prefix: the image name ${image}:latest is taken by an image that is not this stack's; set another prefix, or remove it with docker rmi ${image}:latest`,
        `prefix: the network name ${network} is taken by a network that is not this stack's; set another prefix, or remove it with docker network rm ${network}`,
      ]) {
        expect(printed).toContain(message);
      }
      // A person reads the sentences, not the inputs of a resource.
      expect(printed).not.toMatch(/map\[|property nodes value/);
      expect(await stack.footprint()).toEqual(nothing);
      // What stood in the way is left alone, also what does not run.
      expect((await running.inspect()).State.Running).toBe(true);
      expect((await created.inspect()).State.Status).toBe("created");
      expect((await stack.docker.getImage(image).inspect()).Id).toBe(Id);
      expect((await made.inspect()) as object).toMatchObject({ Name: network });
    } finally {
      await made.remove();
    }
  });

  it("is refused when no engine answers, and says where one was looked for", async () => {
    const { env } = stack;
    const before = process.env["DOCKER_HOST"];
    env["DOCKER_HOST"] = "unix:///nowhere/docker.sock";
    try {
      const printed = await refused({});
      expect(printed).toContain("DOCKER_HOST");
      expect(printed).toContain("unix:///nowhere/docker.sock");
      expect(printed).toContain("there is no such socket");
    } finally {
      if (before === undefined) delete env["DOCKER_HOST"];
      else env["DOCKER_HOST"] = before;
    }
    expect(await stack.footprint()).toEqual(nothing);
  });

  describe("and only the build of the image can tell", () => {
    /** Containers of a failed build, which the engine's builder leaves behind unless told otherwise. */
    async function leftovers(image: string): Promise<number> {
      const filters = { ancestor: [image] };
      const found = await stack.docker.listContainers({ all: true, filters });
      return found.filter(({ Labels }) => Labels[testLabel] === undefined).length;
    }

    const shown = (what: string, command: string, line: RegExp) => {
      const tags = what === "apt" ? ["long"] : [];
      it(
        `shows the build's own last lines when the base image has no ${what}`,
        { tags },
        async () => {
          const image = `${stack.prefix}no-${what}`;
          await foreignImage(image, command);
          const printed = await refused({ baseImage: image });
          const error = printed.slice(printed.indexOf("Diagnostics:"));
          expect(error).toMatch(line);
          expect(await stack.footprint()).toMatchObject({ containers: [], images: [] });
          expect(await leftovers(image)).toBe(0);
        },
      );
    };
    shown("packages", "rm -r /etc/apt/sources.list*", /E: Unable to locate package bitcoin-knots/);
    shown("apt", "rm $(which apt-get)", /apt-get: not found/);

    it("leaves nothing behind after it was destroyed", async () => {
      await stack.destroy();
      expect(await stack.footprint()).toEqual(nothing);
    });
  });
});
