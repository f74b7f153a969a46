/** Images and networks of the stand-in plugin. Builds begin at the toolchain's Debian base image, or REGTEST_BASE_IMAGE. */
import { randomInt } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import * as docker from "@pulumi/docker";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";

import { baseImage, DockerStack } from "../helpers/docker-stack.ts";
import { serveImage } from "../helpers/registry.ts";
import { story } from "../helpers/story.ts";
import { tempFolder, type TempFolder } from "../helpers/temp-folder.ts";

let stack: DockerStack;
let context: TempFolder;

beforeAll(async () => {
  [stack, context] = await Promise.all([DockerStack.create(), tempFolder()]);
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  await context[Symbol.asyncDispose]();
  expect(existsSync(stack.stack.workspace.workDir)).toBe(false);
});

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  await rm(context.path, { recursive: true, force: true });
  await mkdir(context.path);
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(context.path, name), text);
  }
}

/** A program with one image, `i`, built from the context, and a container of it. */
function built(tag: string, build: Partial<docker.types.input.RemoteImageBuild> = {}): PulumiFn {
  return () => {
    const image = new docker.RemoteImage("i", {
      name: `regtest-network-${stack.name}:${tag}`,
      build: {
        context: context.path,
        buildArgs: { BASE: baseImage },
        labels: stack.labelMap,
        useLegacyBuilder: true,
        networkMode: "none",
        ...build,
      },
    });
    const container = new docker.Container("c", {
      image: image.imageId,
      command: ["sleep", "infinity"],
      networkMode: "none",
      labels: stack.labels,
    });
    return Promise.resolve({ imageId: image.imageId, container: container.id });
  };
}

/** On what a build makes by the way, which the labels that it is told of are not. */
const stageLabel = "regtest-network.test-stage";

const dockerfile = (stack: string): string => `ARG BASE
FROM $BASE AS first
LABEL ${stageLabel}=${stack}
ARG GREETING=none
COPY . /context/
RUN test ! -e /context/ignored.txt && test -e /context/kept.txt && echo "$GREETING" > /greeting
ENV GREETING=$GREETING
FROM first AS second
RUN false
`;

describe("a built image", () => {
  const { test, soFar } = story();
  const build = { target: "first", buildArgs: { BASE: baseImage, GREETING: "hello" } };
  const other = { ...build, buildArgs: { BASE: baseImage, GREETING: "bye" } };

  beforeAll(async () => {
    await write({
      Dockerfile: dockerfile(stack.name),
      ".dockerignore": "*.txt\n!kept.txt\n",
      "ignored.txt": "",
      "kept.txt": "",
    });
  });
  afterAll(async () => {
    await stack.destroy();
    // The first stage of the build that fails.
    const filters = { dangling: ["true"], label: [`${stageLabel}=${stack.name}`] };
    for (const { Id } of await stack.docker.listImages({ filters }))
      await stack.docker.getImage(Id).remove();
  });

  test("is built as told, and shows its progress", async () => {
    const { printed } = await stack.up(built("1", build));
    const outputs = await stack.stack.workspace.stackOutputs(stack.name);
    expect(printed).toMatch(/Step \d\/\d/);
    const name = `regtest-network-${stack.name}:1`;
    const { Id, Config } = await stack.docker.getImage(name).inspect();
    expect(outputs["imageId"]?.value).toBe(Id);
    expect(Config.Env).toContain("GREETING=hello");
    expect(Config.Labels).toMatchObject(stack.labelMap);
    const recorded = await stack.recorded("i");
    expect(recorded?.id).toBe(Id + name);
    expect(recorded?.outputs).toMatchObject({ imageId: Id, name, repoDigest: "" });
    expect((await stack.up(built("1", build))).changes).toEqual({ same: 3 });
  });

  test("under another tag, it replaces the container, and the old tag goes", async () => {
    const before = await stack.container("c");
    const next = built("2", other);
    expect(await stack.preview(next)).toMatchObject({ replace: 2 });
    await stack.up(next);
    const after = await (await stack.container("c")).inspect();
    expect(after.Id).not.toBe(before.id);
    expect(after.Config.Env).toContain("GREETING=bye");
    const filters = { reference: [`regtest-network-${stack.name}`] };
    const images = await stack.docker.listImages({ filters });
    expect(images.flatMap(({ RepoTags }) => RepoTags)).toEqual([`regtest-network-${stack.name}:2`]);
  });

  const before = soFar();
  it("that vanished is built again after a refresh", { tags: ["long"] }, async () => {
    await before();
    await (await stack.container("c")).remove({ force: true });
    await stack.docker.getImage(`regtest-network-${stack.name}:2`).remove();
    expect(await stack.refresh()).toMatchObject({ delete: 2 });
    expect((await stack.up(built("2", other))).changes).toMatchObject({ create: 2 });
  });

  test("whose build fails tells the last lines of its output; the fixed one is built", async () => {
    // No container of the failed step stays behind.
    const failing = { buildArgs: build.buildArgs, forceRemove: true };
    const failed = await stack.upFails(built("3", failing));
    expect(failed).toContain("Error running legacy build: The command '/bin/sh -c false' returned");
    expect(failed).toContain("RUN false");
    expect(await stack.outputs("i")).toMatchObject({ name: `regtest-network-${stack.name}:2` });
    // The same content under another tag: the container may stay.
    const fixed = await stack.up(built("3", other));
    expect(fixed.changes).toEqual({ replace: 1, same: 2 });
  });

  test("whose context or Dockerfile is missing says which", async () => {
    const missing = join(context.path, "missing");
    expect(await stack.upFails(built("4", { context: missing }))).toContain(
      `the build context ${missing} is not a folder`,
    );
    expect(await stack.upFails(built("4", { dockerfile: "Missingfile" }))).toContain(
      `there is no Dockerfile ${join(context.path, "Missingfile")}`,
    );
  });
});

describe("an image from elsewhere", () => {
  const pulled =
    (name: string, keepLocally: boolean): PulumiFn =>
    () => {
      new docker.RemoteImage("i", { name, keepLocally });
      return Promise.resolve();
    };

  test("is pulled once, and removed or kept as told", async () => {
    await using registry = await serveImage(stack.labelMap);
    await stack.up(pulled(registry.image, true));
    expect(await stack.outputs("i")).toMatchObject({ repoDigest: registry.repoDigest });
    expect(registry.pulls()).toBe(1);
    await stack.destroy();
    const kept = await stack.docker.getImage(registry.image).inspect();
    expect(kept.Config.Labels).toEqual(stack.labelMap);

    await stack.up(pulled(registry.image, false));
    expect(registry.pulls()).toBe(1);
    await stack.destroy();
    expect((await stack.footprint()).images).toEqual([]);
  });

  test("that no registry has is an error which names it, and leaves nothing in state", async () => {
    const name = "127.0.0.1:1/regtest-network/nowhere:1";
    const failed = await stack.upFails(pulled(name, false));
    expect(failed).toContain(
      `Unable to read Docker image into resource: unable to pull image ${name}`,
    );
    expect(await stack.recorded("i")).toBeUndefined();
  });
});

describe("a network", () => {
  const { test, soFar } = story();
  const network =
    (args: docker.NetworkArgs): PulumiFn =>
    () => {
      new docker.Network("n", { labels: stack.labels, ...args });
      return Promise.resolve();
    };
  const found = async (): Promise<{ Id: string; Name: string }> => {
    const id = (await stack.recorded("n"))?.id ?? "";
    return await stack.docker.getNetwork(id).inspect();
  };
  const options = { "com.docker.network.bridge.enable_icc": "false" };
  const subnet = `10.${randomInt(1, 255)}.${randomInt(1, 255)}`;

  afterAll(async () => {
    await stack.destroy();
  });

  test("is made as told", async () => {
    await stack.up(
      network({
        driver: "bridge",
        internal: true,
        attachable: true,
        options,
        ipamConfigs: [
          {
            subnet: `${subnet}.0/28`,
            ipRange: `${subnet}.8/29`,
            gateway: `${subnet}.1`,
            auxAddress: { reserved: `${subnet}.2` },
          },
        ],
      }),
    );
    expect(await found()).toMatchObject({
      Name: expect.stringMatching(/^n-[0-9a-f]{7}$/) as string,
      Driver: "bridge",
      Internal: true,
      Attachable: true,
      Options: options,
      Labels: stack.labelMap,
      IPAM: {
        Driver: "default",
        Config: [
          {
            Subnet: `${subnet}.0/28`,
            IPRange: `${subnet}.8/29`,
            Gateway: `${subnet}.1`,
            AuxiliaryAddresses: { reserved: `${subnet}.2` },
          },
        ],
      },
    });
    expect(await stack.outputs("n")).toMatchObject({ scope: "local", ingress: false, ipv6: false });
    expect(await stack.refresh()).toEqual({ same: 2 });
  });

  test("is replaced when anything changes, the new one first while its name was drawn", async () => {
    const before = await found();
    const { changes, printed } = await stack.up(network({ internal: false }));
    expect(changes).toMatchObject({ replace: 1 });
    const after = await found();
    expect(after.Name).not.toBe(before.Name);
    expect((await stack.footprint()).networks).toEqual([after.Id]);
    expect(printed.indexOf("created replacement")).toBeLessThan(
      printed.indexOf("deleted original"),
    );
  });

  test("with a name of its own is replaced the old one first", async () => {
    await stack.up(network({ name: `named-${stack.name}` }));
    const { printed } = await stack.up(network({ name: `named-${stack.name}`, internal: true }));
    expect(printed.indexOf("deleted original")).toBeGreaterThan(-1);
    expect(printed.indexOf("deleted original")).toBeLessThan(
      printed.indexOf("created replacement"),
    );
    expect(await found()).toMatchObject({ Name: `named-${stack.name}`, Internal: true });
  });

  const named = soFar();
  it("that vanished is made again after a refresh", { tags: ["long"] }, async () => {
    await named();
    const before = await found();
    await stack.docker.getNetwork(before.Id).remove();
    expect(await stack.refresh()).toMatchObject({ delete: 1 });
    await stack.up(network({ name: `named-${stack.name}`, internal: true }));
    expect((await found()).Id).not.toBe(before.Id);
  });

  test("whose name is taken is refused, and not recorded", async () => {
    await stack.destroy();
    const name = `taken-${stack.name}`;
    const taken = await stack.docker.createNetwork({ Name: name, Labels: stack.labelMap });
    expect(await stack.upFails(network({ name }))).toContain(
      `Unable to create network: Error response from daemon: network with name ${name} already exists`,
    );
    expect(await stack.recorded("n")).toBeUndefined();
    await taken.remove();
    expect((await stack.up(network({ name }))).changes).toMatchObject({ create: 1 });
  });
});

test("a destroy leaves nothing of all that", async () => {
  await stack.destroy();
  expect(await stack.footprint()).toEqual({ containers: [], networks: [], images: [] });
});
