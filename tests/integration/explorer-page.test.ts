/** The explorer's page in a real browser, on a clone: what it shows, what it does, and how it says what fails. */
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect } from "vitest";

import type { Explorer } from "../../explorer/explorer.ts";
import { cloneNetwork, type TestNetwork } from "../../testing/index.ts";
import {
  barriers,
  findBrowser,
  openWindow,
  overflow,
  startBrowser,
  type Window,
} from "../helpers/browser.ts";
import { ExplorerPage, shows } from "../helpers/explorer-page.ts";
import { PageClient } from "../helpers/page-client.ts";
import { sharedKitSnapshot } from "../helpers/kit-snapshot.ts";
import { story } from "../helpers/story.ts";

const found = await findBrowser();
const missing = "missing" in found ? found.missing : undefined;
const fundingTxid = "5b5c8d307218fb4349874bd87d34aa5b8c63f7cdf92de8ce26279b7901a85a0d";
const aliceAddress = "mkvAYmgqrEFEsJ9zGBi9Z87gP5rGNAu2mx";

describe.skipIf(missing !== undefined)(
  `the explorer's page${missing === undefined ? "" : ` (${missing})`}`,
  () => {
    const { test } = story();
    let browser: Browser;
    let network: TestNetwork;
    let explorer: Explorer;
    let window: Window;
    let view: ExplorerPage;

    beforeAll(async () => {
      if (!("path" in found)) return;
      const { name: snapshot } = await sharedKitSnapshot();
      [browser, network] = await Promise.all([
        startBrowser(found.path),
        cloneNetwork({ snapshot }),
      ]);
      explorer = await network.explorer();
      window = await openWindow(browser);
      view = new ExplorerPage(window.page);
    });
    afterAll(async () => {
      await browser.close();
      await network.dispose();
    });
    afterEach(() => {
      expect(window.problems).toEqual([]);
    });

    test("shows network and chain, and takes the token out of the address", async () => {
      await view.open(explorer.page);
      await shows(view.heading(), `clone ${network.id}`);
      expect(window.page.url()).toBe(`${explorer.url}/#/`);
      await shows(window.page.getByRole("button", { name: /^alice/ }), "107");
      await shows(window.page.locator(".nodes"), /miner[^]*319\.99998560 BTC/);
      await shows(window.page.locator(".rows.recent"), "6 confirmations");
      expect(await barriers(window.page)).toEqual([]);
    });

    test("finds heights, hashes, txids, addresses and labels, and says what it does not find", async () => {
      await view.lookUp("102");
      await shows(view.heading(), "Block 102");
      await shows(window.page.locator(".rows"), "Coinbase");
      await view.lookUp(fundingTxid);
      await shows(view.fact("State"), "6 confirmations");
      await view.lookUp("Alice");
      await shows(view.fact("Balance"), "30.00000000 BTC");
      await shows(view.fact("Address"), aliceAddress);
      await window.page.getByRole("link", { name: fundingTxid }).first().click();
      await shows(view.fact("Txid"), fundingTxid);
      await view.lookUp("57b7f3cf1ab530536dd814ed969cca5f29e2cd09ed636a7b0d52b0a1890f8915");
      await shows(view.heading(), "Block 107");
      const error = window.page.getByRole("alert");
      for (const [typed, said] of [
        ["4711", "There is no block at height 4711: the tip is at 107."],
        ["ab".repeat(32), "No block and no transaction has this hash."],
        ["Mallory", "no wallet has this label"],
      ] as const) {
        await view.lookUp(typed);
        await shows(error, said);
      }
    });

    test("follows a payment from the mempool to its confirmations, without being asked again", async () => {
      await view.go("#/");
      const outcome = await view.act("Pay", {
        To: "Alice",
        "Amount in BTC": "0.75",
        Confirmations: "0",
      });
      expect(outcome).toMatch(/^Paid 0\.75 BTC to mkvAYm\w+, unconfirmed: [0-9a-f]{64}$/);
      const txid = outcome.slice(-64);
      await window.page.locator(".recent").getByRole("link", { name: txid }).click();
      await shows(view.fact("State"), "In the mempool");
      await shows(view.fact("Block"), "None yet");
      await network.mine(1);
      await shows(view.fact("State"), "1 confirmation");
      await network.mine(2);
      await shows(view.fact("State"), "3 confirmations");
      await shows(view.fact("Block"), "108");
      expect(await barriers(window.page)).toEqual([]);
    });

    test("mines, and shows a reorganization and what left the chain", async () => {
      await view.go("#/");
      expect(await view.act("Mine", { Blocks: "2" })).toMatch(
        /^Mined 2 blocks to \w+: height 112$/,
      );
      await shows(window.page.locator(".block.tip"), "112");
      expect(await view.act("Reorganize", { "Depth in blocks": "2" })).toContain(
        "Replaced 2 blocks by 3",
      );
      await shows(window.page.locator(".block.tip"), "113");
      await shows(window.page.locator(".banners"), "2 blocks left the chain");
      expect(await window.page.locator(".block.left").count()).toBe(2);
      await window.page.locator(".block.left").first().click();
      await shows(view.fact("State"), "Not in the chain");
    });

    test("shows errors in full", async () => {
      await view.go("#/");
      const pay = async (to: string, amount: string): Promise<string> =>
        await view.act("Pay", { To: to, "Amount in BTC": amount, Confirmations: "1" });
      expect(await pay("Alice", "1000000")).toMatch(/miner.*1000000/s);
      expect(await pay("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "1")).toMatch(/bc1qar0/);
      expect(await pay("Alice", "much")).toContain('"much"');
    });

    test("resets when what is lost was confirmed", async () => {
      await window.page.getByRole("button", { name: "Reset" }).click();
      await shows(window.page.getByRole("dialog"), /6 blocks above height 107/);
      expect(await barriers(window.page)).toEqual([]);
      await window.page.keyboard.press("Escape");
      await window.page.getByRole("dialog").waitFor({ state: "detached" });
      await shows(window.page.locator(".block.tip"), "113");
      expect(await view.act("Reset", {})).toMatch(/height 107, tip 57b7f3cf/);
      await shows(window.page.locator(".block.tip"), "107");
    });

    test("is walked through by the keyboard", async () => {
      await view.go("#/");
      const { page } = window;
      await page.locator(".strip").waitFor();
      await page.evaluate("document.activeElement?.blur()");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.locator("#main:focus").waitFor();
      const names: string[] = [];
      for (let tabs = 0; tabs < 60; tabs += 1) {
        await page.keyboard.press("Tab");
        const name = await page.evaluate<string>(
          "document.activeElement.ariaLabel ?? document.activeElement.textContent",
        );
        names.push(name);
        if (name.startsWith("alice, ")) break;
      }
      expect(names).toContain("Mine");
      expect(names).toContain("alice and miner: connected");
      await page.keyboard.press("Space");
      await shows(page.locator(".details"), "Version");
      await page.getByRole("button", { name: "Mine", exact: true }).focus();
      await page.keyboard.press("Enter");
      await page.locator("dialog input:focus").waitFor();
      await page.keyboard.press("ControlOrMeta+a");
      await page.keyboard.type("3");
      await page.keyboard.press("Enter");
      expect(await view.outcome()).toContain("Mined 3 blocks");
    });

    test("fits on a phone", async () => {
      await using phone = await openWindow(browser, { viewport: { width: 360, height: 740 } });
      const small = new ExplorerPage(phone.page);
      await small.open(explorer.page);
      await shows(phone.page.getByRole("button", { name: /^alice/ }), "110");
      for (const to of ["#/", `#/tx/${fundingTxid}`, `#/address/${aliceAddress}`, "#/blocks"]) {
        await small.go(to);
        await shows(phone.page.locator("main"), /110|5b5c8d30|30\.00000000/);
        expect(await overflow(phone.page), to).toBe(0);
      }
      expect(phone.problems).toEqual([]);
    });

    test("shows on which host a node is, where there are hosts", async () => {
      using client = new PageClient(explorer.page);
      using listener = (await client.listen()).read();
      const [chain, event] = [await listener.until("chain"), await listener.until("network")];
      const { status } = event.network;
      const nodes = status.nodes.map((node) => ({ ...node, host: `at-${node.name}` }));
      const told = { ...event, network: { ...event.network, status: { ...status, nodes } } };
      await using other = await openWindow(browser);
      const body = [chain, told].map((line) => `${JSON.stringify(line)}\n`).join("");
      await other.page.route("**/page/events", (route) => route.fulfill({ body }));
      await other.page.goto(explorer.page);
      await shows(other.page.locator(".nodes"), /alice\s+on at-alice[^]*miner\s+on at-miner/);
      await shows(other.page.locator(".drawing"), /on at-alice[^]*on at-miner/);
      await other.page.getByRole("button", { name: /^miner, .*, on at-miner$/ }).press("Enter");
      await shows(other.page.locator(".details"), /Host\s*at-miner/);
    });

    test("shows a node that is stopped", async () => {
      await view.go("#/");
      await view.choose("miner");
      expect(await view.act("Stop")).toBe("Stopped miner");
      await shows(window.page.locator(".nodes"), /miner[^]*stopped/);
      await shows(window.page.getByRole("region", { name: "Not as declared" }), /miner/);
      expect(await barriers(window.page)).toEqual([]);
      expect(await view.act("Start")).toBe("Started miner");
      await shows(window.page.locator(".nodes"), /miner[^]*at the tip/);
    });

    test("says that the explorer is gone, and goes on when another one is there", async () => {
      const { url } = explorer;
      await explorer[Symbol.asyncDispose]();
      await shows(window.page.locator(".banner.bad"), "The explorer does not answer");
      await shows(window.page.locator(".link-state"), "Not connected");
      explorer = await network.explorer({ ports: { http: Number(new URL(url).port) } });
      await shows(window.page.locator(".banners"), "The token of this link is not valid");
      await shows(window.page.locator(".link-state"), "Live");
      expect(await window.page.getByRole("button", { name: "Mine", exact: true }).count()).toBe(0);
      await network.mine(1);
      await shows(window.page.locator(".block.tip"), "111");
      expect(await barriers(window.page)).toEqual([]);
      await view.go(new URL(explorer.page).hash);
      await window.page.getByRole("button", { name: "Mine", exact: true }).waitFor();
      await shows(window.page.locator(".nodes"), "111");
    });
  },
);
