import { expect, test } from "vitest";
import { rpcCall } from "../../../../bootstrap/rpc/call.ts";
import { http, result, startStub, unusedPort } from "../../../helpers/stub-server.ts";

test("a call by name, parameters and port returns the result and leaves no connection", async () => {
  await using stub = await startStub([result("hash")]);
  const options = { port: stub.port, host: "127.0.0.1", password: "password" };
  await expect(rpcCall("getblockhash", [7], options)).resolves.toBe("hash");
  await expect(rpcCall("getblockhash", undefined, options)).resolves.toBe("hash");
  expect(stub.requests).toMatchObject([
    {
      method: "getblockhash",
      params: [7],
      headers: { authorization: `Basic ${Buffer.from("user:password").toString("base64")}` },
    },
    { params: [] },
  ]);
  expect(stub.requests[0]?.clientPort).not.toBe(stub.requests[1]?.clientPort);
});

test("a call can go to a wallet", async () => {
  await using stub = await startStub([result(30)]);
  await rpcCall("getbalance", [], { port: stub.port, password: "password", wallet: "alice" });
  expect(stub.requests).toMatchObject([{ path: "/wallet/alice" }]);
});

test("a person is told at once what is wrong", async () => {
  await expect(
    rpcCall("uptime", [], { port: await unusedPort(), password: "p" }),
  ).rejects.toMatchObject({
    name: "RpcConnectionError",
    code: "ECONNREFUSED",
  });
  await using stub = await startStub([http(503), result(1)]);
  await expect(rpcCall("uptime", [], { port: stub.port, password: "p" })).rejects.toMatchObject({
    code: "HTTP_503",
  });
  expect(stub.requests).toHaveLength(1);
});
