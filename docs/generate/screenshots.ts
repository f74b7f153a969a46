/**
 * Takes the pictures of docs/explorer.md, of a stack that is up and untouched:
 *
 *     npm run up, npm run explorer, and with the page's link that it prints:
 *     node docs/generate/screenshots.ts LINK
 */
import path from "node:path";

import type { Page } from "playwright-core";

import { packageFolder } from "../../base/files/paths.ts";
import { findBrowser, openWindow, startBrowser } from "../../tests/helpers/browser.ts";
import { ExplorerPage } from "../../tests/helpers/explorer-page.ts";

const [link] = process.argv.slice(2);
if (link === undefined) throw new Error("give the link that npm run explorer prints");
const found = await findBrowser();
if ("missing" in found) throw new Error(found.missing);

const browser = await startBrowser(found.path);
const shot = async (page: Page, name: string): Promise<void> => {
  await page.screenshot({ path: path.join(packageFolder, `docs/images/explorer-${name}.png`) });
};
const shows = async (page: Page, part: string, text: string): Promise<void> => {
  await page.locator(part).filter({ hasText: text }).waitFor();
};
try {
  await using desktop = await openWindow(browser, { viewport: { width: 1280, height: 800 } });
  const view = new ExplorerPage(desktop.page);
  await view.open(link);
  await desktop.page.locator(".nodes").waitFor();
  await view.act("Mine", { Blocks: "2" });
  const outcome = await view.act("Pay", {
    To: "Alice",
    "Amount in BTC": "0.75",
    Confirmations: "0",
  });
  await shows(desktop.page, ".recent", "In the mempool");
  await shot(desktop.page, "light");

  await using dark = await openWindow(browser, {
    viewport: { width: 1280, height: 640 },
    colorScheme: "dark",
  });
  const other = new ExplorerPage(dark.page);
  await other.open(link);
  await other.go(`#/tx/${outcome.slice(-64)}`);
  await shows(dark.page, ".facts", "In the mempool");
  await shot(dark.page, "dark");

  await using phone = await openWindow(browser, { viewport: { width: 360, height: 740 } });
  await new ExplorerPage(phone.page).open(link);
  await shows(phone.page, ".drawing", "alice");
  await shot(phone.page, "phone");
} finally {
  await browser.close();
}
