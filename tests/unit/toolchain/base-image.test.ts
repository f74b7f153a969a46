import { once } from "node:events";
import { access, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

import { describe, expect, test } from "vitest";

import { connectEngine } from "../../../engine/client.ts";
import { baseImageRemedy, getBaseImage } from "../../../toolchain/base-image-make.ts";
import { findBaseImage } from "../../../toolchain/base-image.ts";
import { cachePaths } from "../../../base/files/paths.ts";
import { recordProgress } from "../../helpers/progress.ts";
import { tempFolder } from "../../helpers/temp-folder.ts";

/** An engine that has these images, and whose registry answers a pull with these lines. */
async function stubEngine(
  images: readonly string[],
  pullLines: readonly object[] = [],
): Promise<AsyncDisposable & { docker: Awaited<ReturnType<typeof connectEngine>> }> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://engine");
    const image = /\/images\/(.+)\/json$/.exec(url.pathname)?.[1];
    if (url.pathname === "/_ping") {
      response.setHeader("api-version", "1.41").end("OK");
    } else if (image !== undefined) {
      const found = images.includes(decodeURIComponent(image));
      response.writeHead(found ? 200 : 404, { "content-type": "application/json" });
      response.end(JSON.stringify(found ? { Id: "sha256:1" } : { message: "No such image" }));
    } else {
      response.end(pullLines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    docker: await connectEngine({ host: `tcp://127.0.0.1:${port}`, env: {} }),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

test.for([
  ["none", [], undefined],
  ["the registry's", ["debian:forky-slim"], "debian:forky-slim"],
  ["the own one", ["regtest-network/debian:forky"], "regtest-network/debian:forky"],
  [
    "the own one, when a registry image turned up later",
    ["debian:forky-slim", "regtest-network/debian:forky"],
    "regtest-network/debian:forky",
  ],
] as const)("the base image that is there: %s", async ([, images, expected]) => {
  await using engine = await stubEngine(images);
  expect(await findBaseImage(engine.docker)).toBe(expected);
});

describe("a base image that is not there", () => {
  const options = {
    cache: cachePaths("/nowhere"),
    signal: new AbortController().signal,
    env: { PATH: "/nowhere" },
    mayInstall: true,
  };

  test("is pulled", async () => {
    await using engine = await stubEngine([], [{ status: "Pulling" }, { status: "Pulled" }]);
    const progress = recordProgress();
    await expect(getBaseImage(engine.docker, { ...options, progress })).resolves.toBe(
      "debian:forky-slim",
    );
  });

  test("is made where it cannot be pulled, or a person is told how to get one", async () => {
    await using engine = await stubEngine([], [{ status: "Pulling" }, { error: "no such host" }]);
    const progress = recordProgress();
    await expect(getBaseImage(engine.docker, { ...options, progress })).rejects.toThrow(
      /debian:forky-slim cannot be pulled: .*REGTEST_BASE_IMAGE.*mmdebstrap/,
    );
    expect(progress.text()).toContain("debian:forky-slim cannot be pulled (no such host");
  });

  test("is no reason for the kit to install a package, whoever runs it", async () => {
    await using engine = await stubEngine([], [{ error: "no such host" }]);
    await using bin = await tempFolder();
    const ran = path.join(bin.path, "ran");
    await writeFile(path.join(bin.path, "apt-get"), `#!/bin/sh\n: > '${ran}'\nexit 1\n`, {
      mode: 0o755,
    });
    const kit = { ...options, env: { PATH: bin.path }, mayInstall: false };
    await expect(
      getBaseImage(engine.docker, { ...kit, progress: recordProgress() }),
    ).rejects.toThrow(/cannot be pulled: .* or install mmdebstrap/);
    await expect(access(ran)).rejects.toThrow("ENOENT");
  });

  test.for([
    [
      "mmdebstrap makes one, also without root",
      { root: false, mayInstall: false, mmdebstrap: true, aptGet: false },
      "make",
    ],
    [
      "root on Debian installs mmdebstrap",
      { root: true, mayInstall: true, mmdebstrap: false, aptGet: true },
      "install",
    ],
  ] as const)("%s", ([, facts, remedy]) => {
    expect(baseImageRemedy(facts)).toBe(remedy);
  });

  test.for([
    { root: false, mayInstall: true, mmdebstrap: false, aptGet: true },
    { root: true, mayInstall: true, mmdebstrap: false, aptGet: false },
    { root: true, mayInstall: false, mmdebstrap: false, aptGet: true },
  ])("there is nothing to make one with: %o", (facts) => {
    expect(baseImageRemedy(facts)).toHaveProperty("tell");
  });
});
