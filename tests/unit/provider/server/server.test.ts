import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { fileURLToPath } from "node:url";

import grpc from "@grpc/grpc-js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import statusProto from "@pulumi/pulumi/proto/status_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { UNKNOWN } from "../../../../provider/server/handler.ts";
import { peerUid } from "../../../../provider/server/peer-user.ts";
import { PluginProcess, rpc } from "../../../helpers/plugin-process.ts";

const echo = fileURLToPath(new URL("../../../fixtures/plugin/echo.ts", import.meta.url));
const urn = "urn:pulumi:dev::project::echo:index:Parent$echo:index:Echo::name";
const plannedUrn = "urn:pulumi:dev::project::echo:index:Planned::name";

let plugin: PluginProcess;

beforeAll(async () => {
  plugin = await PluginProcess.start(process.execPath, echo);
});

afterAll(async () => {
  await plugin[Symbol.asyncDispose]();
});

const bag = (value: Record<string, struct.JavaScriptValue>): struct.Struct =>
  struct.Struct.fromJavaScript(value);

function createRequest(
  inputs: Record<string, struct.JavaScriptValue>,
  { of = urn, preview = false, timeout = 0 } = {},
): provider.CreateRequest {
  const request = new provider.CreateRequest();
  request.setUrn(of);
  request.setProperties(bag(inputs));
  request.setPreview(preview);
  request.setTimeout(timeout);
  return request;
}

async function create(...args: Parameters<typeof createRequest>): Promise<provider.CreateResponse> {
  return await plugin.call(rpc.create, createRequest(...args));
}

async function failureOf(call: Promise<unknown>): Promise<grpc.ServiceError> {
  return await call.then(
    () => {
      throw new Error("the call succeeded");
    },
    (error: unknown) => error as grpc.ServiceError,
  );
}

test("the plugin names its version and the preview support that the engine counts on", async () => {
  const info = await plugin.call(rpc.getPluginInfo, new empty.Empty());
  expect(info.getVersion()).toBe("1.2.3");
  const configured = await plugin.call(rpc.configure, new provider.ConfigureRequest());
  expect(configured.getSupportspreview()).toBe(true);
  expect(configured.getAcceptsecrets()).toBe(false);
  expect(configured.getAcceptoutputs()).toBe(false);
});

test("a configuration that the plugin refuses is an error in its words", async () => {
  const request = new provider.ConfigureRequest();
  request.getVariablesMap().set("echo:config:refuse", "this");
  const error = await failureOf(plugin.call(rpc.configure, request));
  expect(error.details).toBe('refuse: "this"');
});

test("a type that is not in the table is refused by name", async () => {
  const error = await failureOf(
    create({}, { of: "urn:pulumi:dev::project::echo:index:Nothing::name" }),
  );
  expect(error.details).toBe(
    'the plugin echo 1.2.3 has no resource type "echo:index:Nothing"; it has echo:index:Echo, echo:index:Planned',
  );
});

test("check hands over the naming seed, and brings back defaults, and failures without a property, whose value would be printed", async () => {
  const request = new provider.CheckRequest();
  request.setUrn(urn);
  request.setNews(bag({ bad: 1, unknown: "dd056dcd-154b-4c76-9bd3-c8f88648b5ff" }));
  request.setOlds(bag({}));
  request.setRandomseed(new Uint8Array([1, 255]));
  const options = new provider.CheckRequest.AutonamingOptions();
  options.setMode(provider.CheckRequest.AutonamingOptions.Mode.ENFORCE);
  request.setAutonaming(options);
  const response = await plugin.call(rpc.check, request);
  expect(response.getInputs()?.toJavaScript()).toEqual({
    bad: 1,
    unknown: UNKNOWN,
    hadOlds: false,
    seed: "01ff",
    mode: "enforce",
  });
  expect(response.getFailuresList().map((failure) => failure.toObject())).toEqual([
    { property: "", reason: "is bad" },
  ]);
});

test("a diff names what changes, what replaces, and the order", async () => {
  const request = new provider.DiffRequest();
  request.setUrn(urn);
  request.setOlds(bag({ a: 1 }));
  request.setNews(bag({ a: 2 }));
  const response = await plugin.call(rpc.diff, request);
  const { DiffChanges } = provider.DiffResponse;
  const { Kind } = provider.PropertyDiff;
  expect(response.getChanges()).toBe(DiffChanges.DIFF_SOME);
  expect(response.getReplacesList()).toEqual(["a[0].b"]);
  expect(response.getDiffsList()).toEqual(["a", "c"]);
  expect(response.getDeletebeforereplace()).toBe(true);
  expect(response.getDetaileddiffMap().get("a[0].b")?.getKind()).toBe(Kind.UPDATE_REPLACE);
  expect(response.getDetaileddiffMap().get("c")?.getKind()).toBe(Kind.ADD);

  request.setNews(bag({ a: 1 }));
  const none = await plugin.call(rpc.diff, request);
  expect(none.getChanges()).toBe(DiffChanges.DIFF_NONE);
  expect(none.getHasdetaileddiff()).toBe(true);
});

describe("preview", () => {
  test("a handler that plans answers with its plan", async () => {
    const response = await create({ x: UNKNOWN }, { of: plannedUrn, preview: true });
    expect(response.getId()).toBe("");
    expect(response.getProperties()?.toJavaScript()).toEqual({
      x: UNKNOWN,
      planned: true,
      hadState: false,
    });
  });

  test("a handler that does not plan answers with the inputs, and does nothing", async () => {
    const response = await create({ act: "fail" }, { preview: true });
    expect(response.getProperties()?.toJavaScript()).toEqual({ act: "fail" });
  });
});

describe("read", () => {
  const read = async (
    id: string,
    state?: Record<string, struct.JavaScriptValue>,
  ): Promise<provider.ReadResponse> => {
    const request = new provider.ReadRequest();
    request.setUrn(urn);
    request.setId(id);
    if (state !== undefined) request.setProperties(bag(state));
    return await plugin.call(rpc.read, request);
  };

  test("a resource that is gone has no id", async () => {
    expect((await read("gone", { a: 1 })).getId()).toBe("");
  });

  test("an import has neither state nor inputs", async () => {
    const response = await read("there");
    expect(response.getId()).toBe("there");
    expect(response.getProperties()?.toJavaScript()).toEqual({ state: "none" });
    expect(response.getInputs()?.toJavaScript()).toEqual({ inputs: "none" });
  });
});

describe("errors", () => {
  test("an error is its message and its cause's, without a stack", async () => {
    const error = await failureOf(create({ act: "fail" }));
    expect(error.code).toBe(grpc.status.UNKNOWN);
    expect(error.details).toBe("it failed: since the sea is wet");
  });

  test("a message too long for a header loses its middle", async () => {
    const { details } = await failureOf(create({ act: "fail-long" }));
    expect(details.length).toBeLessThan(10_000);
    expect(details).toMatch(/^firsté+\n\[\d+ characters left out\]\né+last$/);
  });

  test("a half-made resource is told with its id, state and reason", async () => {
    const error = await failureOf(create({ act: "half" }));
    const [packed] = error.metadata.get("grpc-status-details-bin");
    const status = statusProto.Status.deserializeBinary(packed as Buffer);
    const failure = status
      .getDetailsList()[0]
      ?.unpack(
        (bytes) => provider.ErrorResourceInitFailed.deserializeBinary(bytes),
        "pulumirpc.ErrorResourceInitFailed",
      );
    expect(failure?.getId()).toBe("half-id");
    expect(failure?.getProperties()?.toJavaScript()).toEqual({ half: true });
    expect(failure?.getReasonsList()).toEqual(["it does not start"]);
  });
});

describe("a malformed request", () => {
  test("is an error, and the process lives on", async () => {
    const half = await failureOf(create({ act: "half-malformed" }));
    expect(half.details).toBe(
      "it does not start; nothing: a number cannot be sent to the Pulumi engine",
    );
    // Lengths that go past the end, a wire type that there is not, and text that is no UTF-8.
    const bodies = ["0aff01", "07", "0a04fffefdfc", "ffffffffffffffffffff01"];
    for (const [name, { path }] of Object.entries(rpc)) {
      if (name === "cancel" || name === "attach") continue;
      for (const body of bodies) {
        const bytes = { path, requestSerialize: (sent: Buffer) => sent } as grpc.MethodDefinition<
          Buffer,
          unknown
        >;
        const raw = { ...bytes, responseDeserialize: () => undefined };
        await plugin.call(raw, Buffer.from(body, "hex")).catch(() => undefined);
      }
    }
    const info = await plugin.call(rpc.getPluginInfo, new empty.Empty());
    expect(info.getVersion()).toBe("1.2.3");
  });

  test("has no property of every object for a type", async () => {
    const of = "urn:pulumi:dev::project::constructor::name";
    expect((await failureOf(create({}, { of }))).details).toContain('resource type "constructor"');
  });
});

test("log lines reach the engine in order and before the answer; the status is taken back", async () => {
  plugin.lines.length = 0;
  await create({ act: "log" });
  expect(plugin.lines).toEqual([
    { urn, severity: "info", message: "working", ephemeral: true },
    { urn, severity: "info", message: "for your information", ephemeral: false },
    { urn, severity: "warning", message: "beware", ephemeral: false },
    { urn, severity: "info", message: "", ephemeral: true },
  ]);
});

test("no step is left out however fast they come, and of how far one is the newest is told", async () => {
  plugin.lines.length = 0;
  await create({ act: "steps" });
  const told = plugin.lines.map(({ message }) => message);
  expect(told).toEqual(["first", "second: 5 of 9 blocks", "third", ""]);
});

test("of a flood of lines the last are told", async () => {
  plugin.lines.length = 0;
  await create({ act: "flood" });
  const told = plugin.lines.map(({ message }) => message);
  expect(told.length).toBeLessThan(20);
  expect(told.slice(-2)).toEqual(["line 999", ""]);
});

test("an operation ends when the time is over that the engine gives it", async () => {
  const error = await failureOf(create({ act: "wait" }, { timeout: 0.05 }));
  expect(error.details).toBe("not finished within 0.05 s (customTimeouts of the resource sets it)");
});

describe("the end", () => {
  const waiting = async (own: PluginProcess): Promise<grpc.ServiceError> => {
    const call = failureOf(own.call(rpc.create, createRequest({ act: "wait" })));
    await expect.poll(() => own.lines.map(({ message }) => message)).toContain("waiting");
    return await call;
  };

  test("a cancel ends what runs and what comes after it", async () => {
    await using own = await PluginProcess.start(process.execPath, echo);
    const running = waiting(own);
    await expect.poll(() => own.lines.length).toBe(1);
    await own.call(rpc.cancel, new empty.Empty());
    expect((await running).details).toBe("cancelled");
    const late = failureOf(own.call(rpc.create, createRequest({ act: "wait" })));
    expect((await late).details).toBe("cancelled");
  });

  test("the process ends with the engine that held its standard input", async () => {
    await using own = await PluginProcess.start(process.execPath, echo);
    own.process.stdin?.end();
    expect(await own.exit()).toBe(0);
  });

  test("the engine's SIGINT lets a running operation end first", async () => {
    await using own = await PluginProcess.start(process.execPath, echo);
    const running = waiting(own);
    await expect.poll(() => own.lines.length).toBe(1);
    own.process.kill("SIGINT");
    expect((await running).details).toBe("the plugin was stopped by SIGINT");
    expect(await own.exit()).toBe(0);
  });
});

describe("who may call", () => {
  /** What an HTTP/2 greeting on the plugin's port comes to for a user: "answered" or "closed". */
  async function greet(uid?: number): Promise<string> {
    const script = `
      ${uid === undefined ? "" : `process.seteuid(${uid});`}
      const socket = require("node:net").connect(${plugin.port}, "127.0.0.1");
      const end = (how) => { console.log(how); process.exit(); };
      socket.on("data", () => end("answered")).on("close", () => end("closed")).on("error", () => end("closed"));
      // The preface of RFC 9113, section 3.4, and empty settings.
      socket.write("PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n\\0\\0\\0\\x04\\0\\0\\0\\0\\0");`;
    return (await execa(process.execPath, ["-e", script], { timeout: 20_000 })).stdout;
  }

  test("is the user of the process", async () => {
    expect(await greet()).toBe("answered");
  });

  test.runIf(process.platform === "linux" && process.getuid?.() === 0)(
    "is no other user of the machine",
    async () => {
      expect(await greet(65534)).toBe("closed");
    },
  );

  test.runIf(process.platform === "linux")(
    "is nobody whose connection the kernel gives to root because it is closed at that end",
    async () => {
      const server = createServer({ allowHalfOpen: true }).listen(0, "127.0.0.1");
      await once(server, "listening");
      const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
      const [socket] = (await once(server, "connection")) as [Socket];
      expect(peerUid(socket)).toBe(process.getuid?.());
      client.destroy();
      await once(socket.resume(), "end");
      expect(peerUid(socket)).toBeUndefined();
      socket.destroy();
      server.close();
    },
  );
});
