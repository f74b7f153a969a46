/** Every action of the explorer's page on a real stack, and each of its views as somebody uses it who cannot see it. */
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect } from "vitest";

import { removeReference } from "../../bootstrap/snapshots/images.ts";
import { findSnapshot } from "../../bootstrap/snapshots/find.ts";
import {
  barriers,
  findBrowser,
  openWindow,
  overflow,
  startBrowser,
  type Window,
} from "../helpers/browser.ts";
import { ExplorerPage, shows } from "../helpers/explorer-page.ts";
import { ProcessGroup } from "../helpers/process-group.ts";
import { ProjectStack } from "../helpers/stack.ts";
import { story } from "../helpers/story.ts";

const found = await findBrowser();
const missing = "missing" in found ? found.missing : undefined;
const because = missing === undefined ? "" : ` (${missing})`;
const fundingTxid = "5b5c8d307218fb4349874bd87d34aa5b8c63f7cdf92de8ce26279b7901a85a0d";
const aliceAddress = "mkvAYmgqrEFEsJ9zGBi9Z87gP5rGNAu2mx";
const tip = "57b7f3cf1ab530536dd814ed969cca5f29e2cd09ed636a7b0d52b0a1890f8915";

describe.skipIf(missing !== undefined)(`the page of a stack${because}`, { tags: ["long"] }, () => {
  const { test } = story();
  let browser: Browser;
  let stack: ProjectStack;
  let explorer: ProcessGroup;
  let link: string;
  let window: Window;
  let view: ExplorerPage;
  const taken: string[] = [];

  beforeAll(async () => {
    if (!("path" in found)) return;
    browser = await startBrowser(found.path);
    stack = await ProjectStack.create();
    await stack.up();
    explorer = ProcessGroup.start([
      ...["npm", "run", "-s", "explorer", "--", "--stack", stack.name, "--json"],
    ]);
    await explorer.prints('"page":"');
    [, link = ""] = /"page":"([^"]+)"/.exec(explorer.printed) ?? [];
    window = await openWindow(browser);
    view = new ExplorerPage(window.page);
    await view.open(link);
    await window.page.locator(".nodes").waitFor();
  });
  afterAll(async () => {
    await browser.close();
    explorer.signal("SIGINT");
    await explorer.ended();
    for (const name of taken)
      for (const { image } of Object.values((await findSnapshot(stack.docker, name)).images))
        await removeReference(stack.docker, image);
    await stack[Symbol.asyncDispose]();
  });
  afterEach(() => {
    expect(window.problems).toEqual([]);
  });

  test("pays and mines to a label", async () => {
    const paid = await view.act("Pay", {
      ...{ To: aliceAddress, "Amount in BTC": "2", Confirmations: "1" },
    });
    expect(paid).toContain(`Paid 2 BTC to ${aliceAddress}, confirmed by 1 block`);
    const mined = await view.act("Mine", { Blocks: "1", "Pay the coinbases to": "Alice" });
    expect(mined).toContain(`to ${aliceAddress}: height 109`);
    await shows(window.page.locator(".nodes"), /alice[^]*32\.00000000/);
  });

  test("cuts and makes connections", async () => {
    const joint = "alice and miner";
    await view.choose(joint);
    expect(await view.act("Disconnect")).toBe(`Cut: ${joint}`);
    await window.page.getByRole("button", { name: `${joint}: cut` }).waitFor();
    expect(await view.act("Connect")).toBe(`Connected: ${joint}`);
    await window.page.getByRole("button", { name: `${joint}: connected` }).waitFor();
    expect(await view.act("Partition", {})).toBe(`Cut: ${joint}`);
    expect(await view.act("Mine", { Blocks: "1" })).toMatch(/height 110/);
    await shows(window.page.locator(".nodes"), /1 block behind/);
    expect(await view.act("Join")).toBe(`Connected: ${joint}`);
    await shows(window.page.locator(".nodes"), /alice[^]*at the tip[^]*miner[^]*at the tip/);
    await view.choose("alice");
    await window.page.getByRole("button", { name: "Connection with …" }).click();
    await view.choose("miner");
    await shows(window.page.locator(".details"), joint);
  });

  test("sets the clocks", async () => {
    expect(await view.act("Time", { "The nodes' clocks": "set", To: "2031-01-01" })).toContain(
      "stand still at 2031-01-01T00:00:00",
    );
    expect(await view.act("Time", { By: "2d" })).toContain("2031-01-03T00:00:00");
    expect(await view.act("Time", { "The nodes' clocks": "present" })).toContain("the present");
    expect(await view.act("Time", { By: "soon" })).toContain('"soon"');
  });

  test("stops, starts, restarts and pauses nodes", async () => {
    await view.choose("alice");
    for (const [button, said] of [
      ["Restart", "Restarted alice"],
      ["Pause", "Paused alice"],
      ["Continue", "Unpaused alice"],
      ["Stop", "Stopped alice"],
      ["Start", "Started alice"],
    ] as const) {
      expect(await view.act(button)).toBe(said);
    }
    await shows(window.page.locator(".nodes"), /alice[^]*at the tip/);
    await window.page.locator(".banner.bad").waitFor({ state: "detached" });
  });

  test("says that the node is away", async () => {
    expect(await view.act("Pause")).toBe("Paused alice");
    await shows(window.page.locator(".banner.bad"), /./);
    expect(await barriers(window.page)).toEqual([]);
    expect(await view.act("Continue")).toBe("Unpaused alice");
    await window.page.locator(".banner.bad").waitFor({ state: "detached" });
  });

  test("takes a snapshot, and goes back to it", async () => {
    const name = `${stack.name}-page`;
    expect(await view.act("Snapshot", { Name: "not a name" })).toContain("not a name");
    expect(await view.act("Snapshot", { Name: name })).toContain(name);
    taken.push(name);
    await shows(window.page.locator(".snapshots"), `${name}height 110`);
    await view.act("Mine", { Blocks: "1" });
    await window.page.getByRole("button", { name: "Reset" }).click();
    await view.fill({ "To the snapshot": name });
    expect(await view.outcome()).toContain(`Back at snapshot ${name}: height 110`);
    await shows(window.page.locator(".block.tip"), "110");
    await window.page.getByRole("button", { name: "Reset" }).click();
    await view.fill({});
    expect(await view.outcome()).toContain(`height 107, tip ${tip}`);
    await shows(window.page.locator(".block.tip"), "107");
  });

  test("does one action at a time", async () => {
    const token = new URL(link).hash.slice("#token=".length);
    const other = await fetch(new URL("/page/actions/mine", link), {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ blocks: 3_000 }),
    });
    expect(await view.act("Mine", { Blocks: "1" })).toContain("mine is still running");
    expect(await other.text()).toContain("Mined 3000 blocks");
  });

  test("keeps up with 10,000 blocks", async () => {
    expect(await view.act("Mine", { Blocks: "7000" })).toContain("height 10107");
    await shows(window.page.locator(".block.tip"), "10,107");
    await view.go("#/blocks");
    await shows(window.page.locator(".pages"), "10,098 to 10,107 of 10,107");
    await window.page.getByRole("link", { name: "Next" }).click();
    await shows(window.page.locator(".pages"), "10,088 to 10,097 of 10,107");
    await shows(window.page.locator(".rows"), "10,097");
    await view.lookUp("5000");
    await shows(view.fact("State"), "5,108 blocks deep");
    await view.lookUp(aliceAddress);
    await shows(view.fact("Balance"), "30.00000000");
  });

  test("shuts nobody out, in any view, light or dark, on a phone or not", async () => {
    const views = {
      "#/": "Network",
      "#/blocks": "Blocks",
      "#/mempool": "Nothing waits",
      [`#/block/${tip}`]: "Block 107",
      [`#/block/${"0".repeat(64)}`]: "The chain has no block with this hash",
      [`#/tx/${fundingTxid}`]: "confirmations",
      [`#/tx/${"0".repeat(64)}`]: "has this transaction",
      [`#/address/${aliceAddress}`]: "Unspent outputs",
      "#/address/nobody": "This is no address of regtest",
      "#/label/Alice": aliceAddress,
      "#/nowhere": "There is nothing here",
    };
    for (const [to, text] of Object.entries(views)) {
      await view.go(to);
      await shows(window.page.locator("main"), text);
      expect(await barriers(window.page), to).toEqual([]);
      await window.page.setViewportSize({ width: 360, height: 740 });
      expect(await overflow(window.page), to).toBe(0);
      expect(await barriers(window.page), `${to} on a phone`).toEqual([]);
      await window.page.setViewportSize({ width: 1280, height: 860 });
    }
    await view.go("#/");
    for (const button of ["Mine", "Pay", "Reorganize", "Time", "Partition", "Snapshot", "Reset"]) {
      await window.page.getByRole("button", { name: button, exact: true }).click();
      await window.page.getByRole("dialog").waitFor();
      expect(await barriers(window.page), button).toEqual([]);
      await window.page.keyboard.press("Escape");
      await window.page.getByRole("dialog").waitFor({ state: "detached" });
    }
  });
});
