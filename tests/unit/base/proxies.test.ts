import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import path from "node:path";
import { fileURLToPath } from "node:url";

import grpc from "@grpc/grpc-js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { execa } from "execa";
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from "undici";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { curlHere, exceptThisMachine, isThisMachine, proxies } from "../../../base/proxies.ts";
import { rpcCall } from "../../../bootstrap/rpc/call.ts";
import { downloadVerified } from "../../../base/files/download.ts";
import { PluginProcess, rpc } from "../../helpers/plugin-process.ts";
import { checksumLine, serveRelease } from "../../helpers/release-server.ts";
import { result, startStub } from "../../helpers/stub-server.ts";
import { tempFolder } from "../../helpers/temp-folder.ts";

const proxy = "http://proxy.invalid:3128";

describe("the variables for the programs that we start", () => {
  test.for([
    [{}, {}],
    [{ no_proxy: "a, b" }, {}],
    [{ http_proxy: "" }, {}],
    [{ https_proxy: proxy }, { no_proxy: "localhost,127.0.0.1,::1" }],
    [{ HTTP_PROXY: proxy, NO_PROXY: "a" }, { no_proxy: "a,localhost,127.0.0.1,::1" }],
    [
      { http_proxy: proxy, no_proxy: "a, b\t127.0.0.1 ," },
      { no_proxy: "a,b,127.0.0.1,localhost,::1" },
    ],
    [{ all_proxy: proxy, no_proxy: "*" }, { no_proxy: "*,localhost,127.0.0.1,::1" }],
  ] as const)("%o give %o", ([given, expected]) => {
    const { no_proxy } = expected as { no_proxy?: string };
    const both = no_proxy === undefined ? {} : { no_proxy, NO_PROXY: no_proxy };
    expect(exceptThisMachine(given)).toEqual(both);
  });

  test("keep lists apart that differ", () => {
    const given = { grpc_proxy: proxy, no_proxy: "low", NO_PROXY: "UP", no_grpc_proxy: "rpc" };
    const here = "localhost,127.0.0.1,::1";
    expect(exceptThisMachine(given)).toEqual({
      no_proxy: `low,${here}`,
      NO_PROXY: `UP,${here}`,
      no_grpc_proxy: `rpc,${here}`,
    });
  });
});

test("this machine is known by its names and addresses", () => {
  for (const host of ["localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]"]) {
    expect(isThisMachine(host), host).toBe(true);
  }
  for (const host of ["127.0.0.1.example.org", "10.0.0.1", "localhost.example.org", ""]) {
    expect(isThisMachine(host), host).toBe(false);
  }
});

test("a proxy to download through may come without a scheme", () => {
  expect(proxies({ HTTPS_PROXY: "proxy:3128", no_proxy: "a b" })).toEqual({
    httpsProxy: "http://proxy:3128",
    noProxy: "a,b,localhost,127.0.0.1,::1",
  });
});

test("a line to paste keeps curl from the proxy that it would take", () => {
  expect(curlHere({ HTTP_PROXY: proxy, https_proxy: proxy })).toBe("curl");
  expect(curlHere({ http_proxy: proxy })).toBe("curl --noproxy '*'");
});

describe("with a proxy in the environment, this machine is reached without it:", () => {
  /** What the proxy was asked for. */
  let asked: string[];
  let proxyUrl: string;
  let stop: () => Promise<void>;

  beforeEach(async () => {
    asked = [];
    const server = createServer(({ url = "" }, response) => {
      asked.push(url);
      response.writeHead(502).end();
    });
    server.on("connect", ({ url = "" }, socket) => {
      asked.push(url);
      socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    proxyUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    stop = async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    };
    for (const name of ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"]) {
      vi.stubEnv(name, proxyUrl);
    }
    // As gRPC in Node.js takes it apart, there is a host " 127.0.0.1" in it.
    vi.stubEnv("no_proxy", "example.org, 127.0.0.1");
    vi.stubEnv("NO_PROXY", undefined);
  });

  afterEach(async () => {
    vi.unstubAllEnvs();
    await stop();
  });

  const echo = fileURLToPath(new URL("../../fixtures/plugin/echo.ts", import.meta.url));

  /** Starts the plugin, has it log, and returns where it listened and what was logged. */
  async function logged(...command: readonly [string, ...string[]]) {
    const request = new provider.CreateRequest();
    request.setUrn("urn:pulumi:dev::project::echo:index:Echo::name");
    request.setProperties(struct.Struct.fromJavaScript({ act: "log" }));
    await using plugin = await PluginProcess.start(...command);
    await plugin.call(rpc.create, request);
    return { port: plugin.port, lines: plugin.lines.map(({ message }) => message) };
  }

  test("gRPC between a program and its plugin needs the exception, and a plugin's log does not", async () => {
    await expect(logged(process.execPath, echo)).rejects.toMatchObject({
      code: grpc.status.UNAVAILABLE,
    });
    expect(asked).not.toEqual([]);
    // The plugin gets the variable as it was, the client that stands for the program the one with the exception.
    const asBefore = `no_proxy=${process.env["no_proxy"] ?? ""}`;
    for (const [name, value] of Object.entries(exceptThisMachine(process.env))) {
      vi.stubEnv(name, value);
    }
    const { port, lines } = await logged("env", asBefore, process.execPath, echo);
    // Through the proxy no line would have come. The client before may still be asking for its own port.
    expect(lines).toContain("beware");
    expect(asked).not.toContain(`127.0.0.1:${port}`);
  });

  test("the RPC client, whatever dispatcher a program has set for all its requests", async () => {
    await using stub = await startStub([result(101)]);
    const before = getGlobalDispatcher();
    const refusing = new Agent({
      connect: () => {
        throw new Error("the global dispatcher was asked");
      },
    });
    setGlobalDispatcher(refusing);
    try {
      const options = { password: "p", port: stub.port, host: "127.0.0.1" };
      expect(await rpcCall("getblockcount", [], options)).toBe(101);
    } finally {
      setGlobalDispatcher(before);
      await refusing.destroy();
    }
    expect(asked).toEqual([]);
  });

  test("a mirror, which other hosts are not", async () => {
    const content = Buffer.from("an archive");
    const sums = checksumLine(content, "thing.tar.gz");
    await using server = await serveRelease({ "thing.tar.gz": content, "sums.txt": sums });
    await using folder = await tempFolder();
    const file = path.join(folder.path, "thing");
    await downloadVerified(server.base, "thing.tar.gz", "sums.txt", file);
    expect(asked).toEqual([]);
    const elsewhere = new URL("http://mirror.invalid/");
    await expect(downloadVerified(elsewhere, "thing.tar.gz", "sums.txt", file)).rejects.toThrow();
    expect(asked.join()).toContain("mirror.invalid");
  });

  test("an engine on a port of it, where Node.js takes the proxies of the environment by itself", async () => {
    const server = createServer((_request, response) => {
      response.setHeader("Api-Version", "1.41").end("OK");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const host = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const module = JSON.stringify(new URL("../../../engine/client.ts", import.meta.url).href);
    const script = `await (await import(${module})).connectEngine({ host: ${JSON.stringify(host)} })`;
    try {
      await execa(process.execPath, ["--input-type=module", "-e", script], {
        env: { NODE_USE_ENV_PROXY: "1" },
      });
    } finally {
      server.close();
      server.closeAllConnections();
    }
    expect(asked).toEqual([]);
  });
});
