import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { apiAtLeast, apiVersionOf, connectEngine } from "../../../engine/client.ts";
import { liveEndpoint, resolveEndpoints } from "../../../engine/endpoint.ts";
import { engineError, isNotFound } from "../../../engine/engine-error.ts";
import { tempFolder, type TempFolder } from "../../helpers/temp-folder.ts";

let config: TempFolder;

beforeEach(async () => {
  config = await tempFolder();
});

afterEach(async () => {
  await config[Symbol.asyncDispose]();
});

async function writeContext(name: string, host: string): Promise<void> {
  const digest = createHash("sha256").update(name).digest("hex");
  const folder = join(config.path, "contexts", "meta", digest);
  await mkdir(folder, { recursive: true });
  const meta = { Name: name, Endpoints: { docker: { Host: host } } };
  await writeFile(join(folder, "meta.json"), JSON.stringify(meta));
}

describe("the endpoint", () => {
  beforeEach(async () => {
    await writeContext("theirs", "unix:///theirs.sock");
    await writeContext("current", "unix:///current.sock");
    await writeFile(
      join(config.path, "config.json"),
      JSON.stringify({ currentContext: "current" }),
    );
  });

  const found = async (
    env: NodeJS.ProcessEnv,
    options: { host?: string; context?: string } = {},
  ): Promise<string> => {
    const [{ host }] = await resolveEndpoints({
      ...options,
      env: { DOCKER_CONFIG: config.path, ...env },
    });
    return host;
  };

  test("is the given one, then the environment's, then the current context's", async () => {
    const env = { DOCKER_HOST: "unix:///env.sock", DOCKER_CONTEXT: "theirs" };
    expect(await found(env, { host: "unix:///given.sock", context: "theirs" })).toBe(
      "unix:///given.sock",
    );
    expect(await found(env, { context: "theirs" })).toBe("unix:///theirs.sock");
    expect(await found(env)).toBe("unix:///env.sock");
    expect(await found({ DOCKER_CONTEXT: "theirs" })).toBe("unix:///theirs.sock");
    expect(await found({ DOCKER_HOST: "" })).toBe("unix:///current.sock");
  });

  test("is the default socket where nothing names one", async () => {
    expect(await found({ DOCKER_CONTEXT: "default" })).toBe("unix:///var/run/docker.sock");
    expect(await found({ DOCKER_CONFIG: join(config.path, "none") })).toBe(
      "unix:///var/run/docker.sock",
    );
  });

  test("of a context that does not exist is an error which names it", async () => {
    await expect(found({ DOCKER_CONTEXT: "nowhere" })).rejects.toThrow(
      `docker context "nowhere" does not exist in ${config.path}: "docker context ls" lists the contexts`,
    );
  });

  test("of a broken configuration is an error which names the file", async () => {
    await writeFile(join(config.path, "config.json"), "{");
    await expect(found({})).rejects.toThrow(
      `${join(config.path, "config.json")} is not valid JSON`,
    );
  });

  test("has the certificates of its context, or of DOCKER_CERT_PATH if they are asked for", async () => {
    await writeContext("safe", "tcp://engine:2376");
    const digest = createHash("sha256").update("safe").digest("hex");
    const tls = join(config.path, "contexts", "tls", digest, "docker");
    await mkdir(tls, { recursive: true });
    await writeFile(join(tls, "ca.pem"), "the authority");
    const [safe] = await resolveEndpoints({ context: "safe", env: { DOCKER_CONFIG: config.path } });
    expect(safe.tls).toEqual({ folder: tls, ca: "the authority" });

    const env = { DOCKER_HOST: "tcp://engine:2376", DOCKER_CERT_PATH: tls };
    expect((await resolveEndpoints({ env }))[0].tls).toBeUndefined();
    expect((await resolveEndpoints({ env: { ...env, DOCKER_TLS_VERIFY: "1" } }))[0].tls).toEqual({
      folder: tls,
      ca: "the authority",
    });
  });
});

describe("the live endpoint", () => {
  test("is what is named, whether anything answers there or not", async () => {
    const env = { DOCKER_HOST: "unix:///nowhere/docker.sock" };
    expect(await liveEndpoint({ env })).toMatchObject({ host: env.DOCKER_HOST });
  });
});

describe("the connection", () => {
  /** An engine that answers pings with this newest API version, and echoes the path of any other request. */
  async function engine(
    apiVersion?: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ host: string } & AsyncDisposable> {
    const server = createServer(({ url }, response) => {
      response.setHeaders(new Map(Object.entries(headers)));
      if (apiVersion !== undefined) response.setHeader("Api-Version", apiVersion);
      response.end(url === "/_ping" ? "OK" : JSON.stringify({ path: url }));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    return {
      host: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
      async [Symbol.asyncDispose]() {
        server.closeAllConnections();
        server.close();
        await once(server, "close");
      },
    };
  }

  test.each([
    ["1.41", "1.41"],
    ["1.51", "1.51"],
    ["1.99", "1.51"],
  ])("to an engine of API %s speaks %s", async (theirs, agreed) => {
    await using stub = await engine(theirs);
    const docker = await connectEngine({ host: stub.host });
    expect(apiVersionOf(docker)).toBe(agreed);
    expect(await docker.info()).toEqual({ path: `/v${agreed}/info` });
  });

  test("refuses ids that would lead to other paths, and does not ask for them", async () => {
    await using stub = await engine("1.41");
    const docker = await connectEngine({ host: stub.host });
    for (const id of ["../../x", "..", ".", "", "a/../b", "x?all=1", "x#y", "a b", "%2e%2e", "é"]) {
      await expect(docker.getVolume(id).remove(), id).rejects.toThrow("the id in it is malformed");
      await expect(docker.getContainer(id).inspect(), id).rejects.toThrow(
        "is not a valid path of the Docker",
      );
    }
    const image = docker.getImage("host:5000/a/b_c.d:1.0@sha256:0af");
    expect(await image.inspect()).toMatchObject({
      path: "/v1.41/images/host:5000/a/b_c.d:1.0@sha256:0af/json",
    });
  });

  test("is refused by what is no engine", async () => {
    await using stub = await engine();
    await expect(connectEngine({ host: stub.host })).rejects.toThrow(
      "the server there reports no Docker Engine API version",
    );
  });

  test("is refused where podman answers, by what it says of itself", async () => {
    const recorded = { Server: "Libpod/5.8.6 (linux)", "Libpod-Api-Version": "5.8.6" };
    await using stub = await engine("1.44", recorded);
    await expect(connectEngine({ host: stub.host })).rejects.toThrow(
      new RegExp(
        `^Podman answers at ${stub.host} \\(the given host\\), and is not supported: .* DOCKER_HOST`,
      ),
    );
  });

  test.each([
    ["unix:///no/such.sock", "unix:///no/such.sock (the given host): there is no such socket"],
    ["tcp://127.0.0.1:1", "tcp://127.0.0.1:1 (the given host): nothing listens there"],
    ["http+unix://x", 'the given host: "http+unix://x" is not supported'],
    [
      "ssh://me:secret@host",
      "ssh://me@host (the given host): a password does not belong into this",
    ],
    ["ssh://-oProxyCommand=x", "ssh://-oProxyCommand=x (the given host): it names no host"],
    ["here", 'the given host: "here" is not a URL such as unix:///var/run/docker.sock'],
  ])("to %s says what is wrong", async (host, message) => {
    await expect(connectEngine({ host })).rejects.toThrow(message);
  });

  test("is given up when the caller says so", async () => {
    const reason = new Error("enough");
    const call = connectEngine({ host: "tcp://127.0.0.1:1", signal: AbortSignal.abort(reason) });
    await expect(call).rejects.toBe(reason);
  });
});

test("versions are compared by number", () => {
  expect(apiAtLeast("1.9", "1.41")).toBe(false);
  expect(apiAtLeast("1.41", "1.41")).toBe(true);
  expect(apiAtLeast("2.0", "1.41")).toBe(true);
});

test("an error of the engine is told in its own words and keeps its status", () => {
  const raw = Object.assign(new Error("(HTTP code 404) no such container - gone "), {
    statusCode: 404,
    json: { message: "No such container: x" },
  });
  const error = engineError(raw);
  expect(error.message).toBe("Error response from daemon: No such container: x");
  expect(isNotFound(error)).toBe(true);
  const lost = engineError(Object.assign(new Error("socket hang up"), { code: "ECONNRESET" }));
  expect(lost.message).toMatch(/^lost the connection to the Docker engine \(ECONNRESET\); when /);
  expect(isNotFound(lost)).toBe(false);
});
