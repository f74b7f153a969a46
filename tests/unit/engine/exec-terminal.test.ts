/** A program in a container, on this process's terminal and with its signals. */
import { symlink } from "node:fs/promises";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { findOnPath } from "../../../base/files/files.ts";
import { runInContainer } from "../../../engine/exec-terminal.ts";
import { localContainer } from "../../helpers/local-container.ts";
import { type TempFolder, tempFolder } from "../../helpers/temp-folder.ts";

/** All that the image has: neither grep nor busybox. */
const programs = ["sh", "sleep"];
let bin: TempFolder;
beforeAll(async () => {
  bin = await tempFolder();
  for (const name of programs)
    await symlink(findOnPath(name, process.env["PATH"]) ?? "", path.join(bin.path, name));
});
afterAll(() => bin[Symbol.asyncDispose]());

const long = ["sh", "-c", "sleep 60; exit 7"];
const unending = { stdin: false, signal: new AbortController().signal };

it("ends with the program's exit code", async () => {
  const { container } = localContainer({ path: bin.path });
  expect(await runInContainer(container, ["sh", "-c", "exit 7"], unending)).toBe(7);
});

describe("a signal ends the program", () => {
  const ctrlC = new Error("Ctrl-C");

  it("that runs", async () => {
    const controller = new AbortController();
    const { container, running } = localContainer({ path: bin.path });
    const ended = runInContainer(container, long, { ...unending, signal: controller.signal });
    await expect.poll(running).toBe(1);
    controller.abort(ctrlC);
    await expect(ended).rejects.toBe(ctrlC);
    await expect.poll(running).toBe(0);
  });

  it("that the engine has answered for, and not begun yet", async () => {
    const controller = new AbortController();
    const { container, running } = localContainer({
      ...{ path: bin.path, delayMs: 300 },
      asked: (request) => {
        if (request === "start") controller.abort(ctrlC);
      },
    });
    const ended = runInContainer(container, long, { ...unending, signal: controller.signal });
    await expect(ended).rejects.toBe(ctrlC);
    await expect.poll(running).toBe(0);
  });

  it("before it begins", async () => {
    const controller = new AbortController();
    const asked: string[] = [];
    const { container } = localContainer({
      path: bin.path,
      asked: (request) => {
        asked.push(request);
        controller.abort(ctrlC);
      },
    });
    const ended = runInContainer(container, long, { ...unending, signal: controller.signal });
    await expect(ended).rejects.toBe(ctrlC);
    expect(asked).toEqual(["exec"]);
  });

  it("or says that it goes on, where the image has no shell", async () => {
    await using bare = await tempFolder();
    await symlink(path.join(bin.path, "sleep"), path.join(bare.path, "sleep"));
    const controller = new AbortController();
    const { container, running } = localContainer({ path: bare.path });
    const { signal } = controller;
    const ended = runInContainer(container, ["sleep", "1"], { ...unending, signal });
    await expect.poll(running).toBe(1);
    controller.abort(ctrlC);
    await expect(ended).rejects.toMatchObject({
      message: "the program goes on in the container, where it could not be interrupted",
      cause: { message: expect.stringContaining("sh") as string },
    });
    await expect.poll(running).toBe(0);
  });
});

describe("the terminal in the container", () => {
  const terminal = { isTTY: true, columns: 80, rows: 24 };
  const streams = [process.stdout, process.stderr];
  const before = streams.map(({ isTTY, columns, rows }) => ({ isTTY, columns, rows }));
  beforeAll(() => {
    for (const stream of streams) Object.assign(stream, terminal);
    vi.stubEnv("NO_COLOR", "");
  });
  afterAll(() => {
    for (const [index, stream] of streams.entries()) Object.assign(stream, before[index]);
    vi.unstubAllEnvs();
  });

  it("has the size of this one, also when that changes", async () => {
    const sizes: object[] = [];
    const { container, running } = localContainer({
      path: bin.path,
      asked: (request, options) => {
        if (request === "resize") sizes.push(options);
      },
    });
    const ended = runInContainer(container, ["sleep", "0.5"], unending);
    await expect.poll(running).toBe(1);
    Object.assign(process.stdout, { columns: 120, rows: 50 });
    process.stdout.emit("resize");
    expect(await ended).toBe(0);
    process.stdout.emit("resize");
    expect(sizes).toEqual([
      { h: 24, w: 80 },
      { h: 50, w: 120 },
    ]);
  });
});
