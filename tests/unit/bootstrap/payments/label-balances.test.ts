import { expect, test } from "vitest";

import { labelBalances } from "../../../../bootstrap/payments/label-balances.ts";
import { RpcClient } from "../../../../bootstrap/rpc/client.ts";
import { type StubServer, result, startStub } from "../../../helpers/stub-server.ts";

interface Coin {
  readonly label?: string;
  readonly amount: number;
}

function wallet(labels: readonly string[], coins: readonly Coin[]): Promise<StubServer> {
  return startStub([
    (request, response) => {
      result(request.method === "listlabels" ? labels : coins)(request, response);
    },
  ]);
}

test("coins are summed up by label, exactly, and labels without coins have 0", async () => {
  await using stub = await wallet(
    ["Alice", "Bob", "__proto__"],
    [
      { label: "Alice", amount: 0.1 },
      { label: "Alice", amount: 0.2 },
      { label: "__proto__", amount: 1 },
    ],
  );
  const balances = await labelBalances({ port: stub.port, password: "p", wallet: "alice" });
  expect(Object.entries(balances).toSorted()).toEqual([
    ["", 0],
    ["Alice", 0.3],
    ["Bob", 0],
    ["__proto__", 1],
  ]);
  expect(stub.requests.map(({ path }) => path)).toEqual(["/wallet/alice", "/wallet/alice"]);
});

test("change, which has no label, goes under the empty one", async () => {
  await using stub = await wallet(
    ["mining"],
    [{ amount: 19.9999856 }, { label: "mining", amount: 300 }],
  );
  await using client = new RpcClient({ url: stub.url, user: "user", password: "p" });
  expect(await labelBalances(client)).toEqual({ "": 19.9999856, mining: 300 });
});
