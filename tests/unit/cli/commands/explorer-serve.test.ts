import { once } from "node:events";
import { createServer } from "node:net";
import path from "node:path";

import { execa } from "execa";
import { expect, it } from "vitest";

import { projectFolder } from "../../../../base/files/paths.ts";
import { tempFolder } from "../../../helpers/temp-folder.ts";

it("explorer that is interrupted before it serves has no result, but the error of an interruption", async () => {
  await using folder = await tempFolder();
  const socket = path.join(folder.path, "engine");
  // An engine that gives no answer.
  const engine = createServer().listen(socket);
  await once(engine, "listening");
  const args = ["cli/main.ts", "explorer", "--clone", "temporary-0123456789abcdef", "--json"];
  const command = execa(process.execPath, args, {
    ...{ cwd: projectFolder, reject: false },
    env: { DOCKER_HOST: `unix://${socket}` },
  });
  await once(engine, "connection");
  command.kill("SIGINT");
  const { stdout, exitCode } = await command;
  engine.close();
  expect(JSON.parse(stdout)).toEqual({ type: "error", message: "stopped by SIGINT" });
  expect(exitCode).toBe(130);
});
