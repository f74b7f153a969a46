/** The explorer's page as a person works with it: by what stands on it. */
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";

/** Fields of a form by their labels. */
export type Values = Readonly<Record<string, string>>;

export class ExplorerPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens a link, and waits until the chain is there. */
  async open(link: string): Promise<void> {
    await this.page.goto(link);
    await this.page.getByText("Mempool").first().waitFor();
  }

  /** Goes to a place in the page. */
  async go(to: string): Promise<void> {
    await this.page.evaluate(`location.hash = ${JSON.stringify(to)}`);
  }

  async lookUp(text: string): Promise<void> {
    await this.page.getByRole("searchbox").fill(text);
    await this.page.keyboard.press("Enter");
  }

  heading(): Locator {
    return this.page.getByRole("heading", { level: 1 });
  }

  /** What stands beside a name, such as `State`. */
  fact(name: string): Locator {
    return this.page
      .locator("main .facts > div", { has: this.page.getByText(name, { exact: true }) })
      .locator("dd");
  }

  /** Chooses a node, a service or a connection, such as `alice and miner`, in the drawing. */
  async choose(name: string): Promise<void> {
    const begin = new RegExp(`^${name}[,:]`);
    await this.page.locator(".drawing").getByRole("button", { name: begin }).press("Enter");
  }

  /** Presses a button of the toolbar or of what is chosen, and fills in the form that it opens. */
  async act(button: string, values?: Values): Promise<string> {
    await this.page.locator("main").getByRole("button", { name: button, exact: true }).click();
    if (values !== undefined) await this.fill(values);
    return await this.outcome();
  }

  async fill(values: Values): Promise<void> {
    const dialog = this.page.getByRole("dialog");
    for (const [label, value] of Object.entries(values)) {
      const field = dialog.getByLabel(label);
      await field.waitFor();
      const isChoice = (await field.and(this.page.locator("select")).count()) > 0;
      if (isChoice) await field.selectOption(value);
      else await field.fill(value);
    }
    await dialog.locator("button[type=submit]").click();
  }

  /** What came of the action that runs: its result, or the whole error. */
  async outcome(): Promise<string> {
    const panel = this.page.locator(".activity");
    await panel.and(this.page.locator(".done, .failed")).waitFor({ timeout: 240_000 });
    const text = await panel.locator(".outcome").innerText();
    await panel.getByRole("button", { name: "Dismiss" }).click();
    return text;
  }
}

/** Waits until an element has this text. */
export async function shows(element: Locator, text: string | RegExp): Promise<void> {
  await expect
    .poll(async () => (await element.allTextContents()).join("\n"), {
      timeout: 30_000,
      interval: 50,
    })
    .toMatch(text);
}
