/** The credentials that `docker login` keeps are found as the docker CLI finds them. */
import { writeFile } from "node:fs/promises";
import path from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { checkRepository } from "../../../../../bootstrap/snapshots/share/registry.ts";
import { registryAuth } from "../../../../../bootstrap/snapshots/share/registry-auth.ts";
import { tempFolder, type TempFolder } from "../../../../helpers/temp-folder.ts";

let folder: TempFolder;
beforeEach(async () => {
  folder = await tempFolder();
});
afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

async function authFor(repository: string, config?: unknown): Promise<unknown> {
  if (config !== undefined)
    await writeFile(path.join(folder.path, "config.json"), JSON.stringify(config));
  const env = { DOCKER_CONFIG: folder.path, PATH: `${folder.path}:${process.env["PATH"] ?? ""}` };
  return await registryAuth(repository, env);
}

/** A credential helper that answers with this script. It is given the registry on its stdin. */
async function helper(name: string, script: string): Promise<void> {
  const text = `#!/bin/sh\nread -r registry\n${script}\n`;
  await writeFile(path.join(folder.path, `docker-credential-${name}`), text, { mode: 0o755 });
}

const auth = Buffer.from("me:pass:word").toString("base64");

describe("credentials in config.json", () => {
  it("are none where nobody is logged in", async () => {
    expect(await authFor("localhost:5000/team/funded")).toEqual({});
    expect(await authFor("a.example/x", { auths: { "b.example": { auth } } })).toEqual({});
  });

  it.each([
    ["localhost:5000/team/funded", "localhost:5000"],
    ["registry.example.com/funded", "registry.example.com"],
    ["localhost/funded", "localhost"],
    ["team/funded", "https://index.docker.io/v1/"],
    ["docker.io/team/funded", "https://index.docker.io/v1/"],
    ["funded", "https://index.docker.io/v1/"],
  ])("for %s are those of %s", async (repository, registry) => {
    expect(await authFor(repository, { auths: { [registry]: { auth } } })).toEqual({
      username: "me",
      password: "pass:word",
      serveraddress: registry,
    });
  });

  it("are found under a whole URL, as older versions wrote it", async () => {
    const auths = { "https://registry.example.com": { auth } };
    expect(await authFor("registry.example.com/x", { auths })).toMatchObject({ username: "me" });
  });

  it("may be an identity token", async () => {
    const auths = { "a.example": { auth: "", identitytoken: "token" } };
    expect(await authFor("a.example/x", { auths })).toEqual({
      serveraddress: "a.example",
      identitytoken: "token",
    });
  });
});

describe("credentials that a helper keeps", () => {
  it("are those of the registry, by the registry's own helper first", async () => {
    await helper("own", `printf '{"Username":"%s","Secret":"from own"}' "$registry"`);
    await helper("all", `printf '{"Username":"%s","Secret":"from all"}' "$registry"`);
    const config = { credsStore: "all", credHelpers: { "a.example": "own" } };
    expect(await authFor("a.example/x", config)).toEqual({
      username: "a.example",
      password: "from own",
      serveraddress: "a.example",
    });
    expect(await authFor("b.example/x", config)).toMatchObject({ password: "from all" });
  });

  it("may be an identity token", async () => {
    await helper("all", `echo '{"Username":"<token>","Secret":"secret"}'`);
    expect(await authFor("a.example/x", { credsStore: "all" })).toEqual({
      serveraddress: "a.example",
      identitytoken: "secret",
    });
  });

  it("are none when it has none", async () => {
    await helper("all", "echo credentials not found in native keychain; exit 1");
    expect(await authFor("a.example/x", { credsStore: "all" })).toEqual({});
  });

  it("are asked for in vain when it fails, which is told without what it printed", async () => {
    await helper("all", "echo secret; exit 3");
    const asked = authFor("a.example/x", { credsStore: "all" });
    await expect(asked).rejects.toThrow("docker-credential-all get failed for a.example (3)");
    await expect(asked).rejects.not.toThrow("secret");
  });

  it("are asked for in vain when there is no such helper", async () => {
    await expect(authFor("a.example/x", { credsStore: "missing" })).rejects.toThrow(
      "docker-credential-missing get failed for a.example",
    );
  });
});

describe("a repository", () => {
  it.each([
    "funded",
    "team/funded",
    "localhost:5000/a/b__c",
    "Registry.example.com/x",
    "[::1]:5000/x",
  ])("may be %s", (repository) => {
    expect(() => {
      checkRepository(repository);
    }).not.toThrow();
  });

  it.each([
    "",
    "team/funded:1",
    "team/funded@sha256:00",
    "Team/Funded",
    "a b",
    "a//b",
    "https://a.example/x",
  ])('may not be "%s"', (repository) => {
    expect(() => {
      checkRepository(repository);
    }).toThrow("give one without a tag");
  });
});
