import { readFile } from "node:fs/promises";
import path from "node:path";

import Docker from "dockerode";
import { expect, test } from "vitest";

import { packageFolder } from "../../../base/files/paths.ts";
import { buildLnd, officialLnd } from "../../helpers/lnd-image.ts";
import { recordProgress } from "../../helpers/progress.ts";

test("what is built is what the official image has", async () => {
  const goMod = await readFile(path.join(packageFolder, "tests/lnd/go.mod"), "utf8");
  const [, version = ""] = officialLnd.split(":");
  expect(goMod).toContain(`github.com/lightningnetwork/lnd ${version} `);
});

test("without Go, an error says what to install", async () => {
  const options = { progress: recordProgress(), signal: AbortSignal.timeout(10_000) };
  // It is not asked.
  const docker = new Docker({ host: "127.0.0.1", port: 1 });
  await expect(buildLnd(docker, "lnd", options, { PATH: "/nowhere" })).rejects.toThrow(
    `${officialLnd} cannot be pulled, so lnd has to be built, but there is no Go: ` +
      "install Go 1.24.0 or later (https://go.dev/dl), or load that image (docker load)",
  );
});
