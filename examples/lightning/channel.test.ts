/** What may become of a channel; each test has it open, in a network of its own. */
import { test } from "regtest-network/testing/vitest";
import { describe, expect } from "vitest";

import { channelOf, lncli, pay, until, walletOf } from "./lncli.ts";
import { restOf } from "./rest.ts";

test("it carries payments both ways", async ({ network }) => {
  const before = Number((await channelOf(network, "dave"))?.local_balance);
  await pay(network, "carol", "dave", 50_000);
  await pay(network, "dave", "carol", 20_000);
  await until("the payments to settle", async () => {
    const channel = await channelOf(network, "dave");
    return Number(channel?.local_balance) === before + 30_000;
  });
});

test("an invoice that was made over REST is settled", async ({ network }) => {
  const rest = await restOf(network, "dave");
  const { r_hash, payment_request } = await rest("POST", "/v1/invoices", { value: 1_234 });
  const invoice = `/v1/invoice/${Buffer.from(String(r_hash), "base64").toString("hex")}`;
  expect(await rest("GET", invoice)).toMatchObject({ state: "OPEN" });

  await network
    .service("carol")
    .exec(["lncli", "payinvoice", "--force", "--json", String(payment_request)]);
  expect(await rest("GET", invoice)).toMatchObject({ state: "SETTLED", amt_paid_sat: "1234" });
});

test("more than it holds is not paid", async ({ network }) => {
  await expect(pay(network, "dave", "carol", 2_000_000)).rejects.toMatchObject({
    stdout: expect.stringContaining("FAILURE_REASON_INSUFFICIENT_BALANCE") as string,
  });
});

test("nothing is paid while the other one is away, and again when it is back", async ({
  network,
}) => {
  const { payment_request = "" } = await lncli(network, "dave", "addinvoice", "1000");
  const payment = ["lncli", "payinvoice", "--force", "--json", payment_request];
  await network.stop("dave");
  await expect(network.service("carol").exec(payment)).rejects.toThrow();

  await network.start("dave");
  await network.service("carol").exec(payment);
});

describe("when it is closed", () => {
  /** What dave has in it, less nothing: carol opened it, and pays the fee. */
  const daves = 1_000_000;

  test("by both, dave has his part after one block", async ({ network }) => {
    const { channel_point = "" } = (await channelOf(network, "carol")) ?? {};
    await lncli(network, "carol", "closechannel", `--chan_point=${channel_point}`);
    await network.mine();
    await until("dave's coins", async () => (await walletOf(network, "dave")) === daves);
    expect(await channelOf(network, "dave")).toBeUndefined();
  });

  test("by carol alone, she waits six blocks for her part", async ({ network }) => {
    const before = await walletOf(network, "carol");
    const { channel_point = "" } = (await channelOf(network, "carol")) ?? {};
    await lncli(network, "carol", "closechannel", "--force", `--chan_point=${channel_point}`);
    await network.mine();
    const pending = async (): Promise<{ blocks_til_maturity: number } | undefined> => {
      const {
        pending_force_closing_channels: [first],
      } = await lncli<{
        pending_force_closing_channels: { blocks_til_maturity: number }[];
      }>(network, "carol", "pendingchannels");
      return first;
    };
    await until("the close to be seen", async () => (await pending())?.blocks_til_maturity === 6);

    await network.mine(6);
    await until("her coins", async () => {
      await network.mine();
      return (await walletOf(network, "carol")) > before + 3_900_000;
    });
    await until("the end of it", async () => (await pending()) === undefined);
  });
});
